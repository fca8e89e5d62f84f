/**
 * Variables whose values stay where they were computed until somebody looks.
 *
 * A training step changes every parameter, and a tensor of each would be copied twice a step for
 * readers that come once in a hundred. Whoever reads a variable, TensorFlow.js itself included,
 * asks for its `dataId` first. So that property is where the value is made, if it is not there yet.
 */

import type * as tf from "@tensorflow/tfjs";

/** Assigns its new value to a variable. */
type Assign = () => void;

const due = new WeakMap<tf.Variable, Assign>();
const watched = new WeakSet<tf.Variable>();

/**
 * Sees to it that `assign` is called before anybody reads `variable` again; it takes the place of
 * one that was not called yet. A variable that is assigned from outside is not overwritten.
 */
export function postpone(variable: tf.Variable, assign: Assign): void {
  due.set(variable, assign);
  if (watched.has(variable)) return;
  watched.add(variable);
  let { dataId } = variable;
  Object.defineProperty(variable, "dataId", {
    configurable: true,
    enumerable: true,
    get() {
      settle(variable);
      return dataId;
    },
    set(given: typeof dataId) {
      dataId = given;
    },
  });
}

/** Assigns now what was {@linkcode postpone}d, if anything was. */
export function settle(variable: tf.Variable): void {
  const assign = due.get(variable);
  due.delete(variable); // first, because to assign is to read the old value's place
  if (assign && !variable.isDisposed) assign();
}

/** Whether what was {@linkcode postpone}d last is `assign` and has not been called. */
export function isDue(variable: tf.Variable, assign: Assign): boolean {
  return due.get(variable) === assign;
}
