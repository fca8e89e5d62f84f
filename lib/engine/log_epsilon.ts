/** The constant of the loss, for those who do without TensorFlow.js. */

/** The 2015 notebook's ε in log(p + ε). */
export const LOG_EPSILON = 1e-9;
