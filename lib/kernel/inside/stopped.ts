/** Words of the Stop button, on both sides of the pipe. */

/** Answer to a question of the program that stops it. */
export const STOP = { stop: true } as const;

/** Message of the error of a cell that was stopped. */
export const INTERRUPTED = "The cell was stopped. All variables are kept.";
