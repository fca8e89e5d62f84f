/**
 * TensorFlow.js. The one place that names its version, and does so in full, because whoever imports
 * a module by its URL has no import map.
 */

export * from "npm:@tensorflow/tfjs@4.22.0";
