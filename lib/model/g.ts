/** How far a network has turned: g, one number for all hidden layers or one for each. */

/** The share of the late architecture, in [0, 1]: of all hidden layers, or of each, from the first. */
export type G = number | readonly number[];

/**
 * One g for each hidden layer.
 *
 * @param hidden how many there are
 * @throws {RangeError} if `g` is a list of another length
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gOfLayers } from "gradnets/model/g.ts";
 *
 * assertEquals(gOfLayers(0.5, 3), [0.5, 0.5, 0.5]);
 * assertEquals(gOfLayers([1, 0.5, 0], 3), [1, 0.5, 0]); // the first layer is furthest
 * ```
 */
export function gOfLayers(g: G, hidden: number): readonly number[] {
  if (typeof g === "number") return Array<number>(hidden).fill(g);
  if (g.length !== hidden) {
    throw new RangeError(
      `Cannot use ${g.length} numbers as g: expected one, or one for each of ${hidden} hidden layers`,
    );
  }
  return g;
}

/** The mean of g over the hidden layers; of one number that number. */
export function meanG(g: G): number {
  return typeof g === "number" ? g : g.reduce((sum, g) => sum + g, 0) / g.length;
}
