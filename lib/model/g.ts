/** g, the share of the late architecture: one number for all hidden layers, or one for each. */

/** Share of the late architecture, in [0, 1]: one for all hidden layers, or one for each in order. */
export type G = number | readonly number[];

/**
 * Spreads g over the hidden layers: one number for each.
 *
 * @param hidden number of hidden layers
 * @throws {RangeError} if `g` is a list of another length
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gOfLayers } from "gradnets/model/g.ts";
 *
 * assertEquals(gOfLayers(0.5, 3), [0.5, 0.5, 0.5]);
 * assertEquals(gOfLayers([1, 0.5, 0], 3), [1, 0.5, 0]); // the first layer has the largest
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

/** Mean of g over the hidden layers. */
export function meanG(g: G): number {
  return typeof g === "number" ? g : g.reduce((sum, g) => sum + g, 0) / g.length;
}
