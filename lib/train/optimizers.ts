/** Every optimizer that has a name of its own: what recipes can ask for, and entries export. */

import { adam } from "./adam.ts";
import { sgd } from "./sgd.ts";

export { adam, type AdamOptions } from "./adam.ts";
export { sgd, type SgdOptions } from "./sgd.ts";

/**
 * The optimizers by their names. A recipe names those here; a `Trainer` takes any other, too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { optimizers } from "gradnets";
 *
 * for (const [name, make] of Object.entries(optimizers)) assertEquals(make().name, name);
 * ```
 */
export const optimizers: { readonly adam: typeof adam; readonly sgd: typeof sgd } = { adam, sgd };

/** One of the names of {@linkcode optimizers}. */
export type OptimizerKind = keyof typeof optimizers;
