/** Scopes of tensors. */

import * as tf from "../tf.ts";

/** Like `tf.tidy`, but for results without tensors, which it does not search for any. */
export function inScope<T>(compute: () => T): T {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}
