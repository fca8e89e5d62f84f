/** Draws where attention looks: canvases with the window on each. */
import { optionsOf, text } from "../../validate.ts";
import { type Box, digitsFigure } from "./digits.ts";
import type { Figure } from "./figure.ts";

/** Canvases and the attention window on each. */
export interface AttentionWindows {
  /** [count, size·size], pixels from 0 to 1 */
  readonly canvases: Float32Array;
  /** Height and width of a canvas. */
  readonly size: number;
  /** [count] */
  readonly windows: readonly Box[];
}

/**
 * Draws canvases in rows of eight, each with the window that attention reads.
 *
 * @throws {RangeError} if there are not as many windows as canvases
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windowsFigure } from "gradnets/notebook/figures.ts";
 *
 * const look = { canvases: new Float32Array([0, 1, 0, 0]), size: 2,
 *   windows: [{ top: 0, left: 1, height: 1, width: 1 }] };
 * const figure = windowsFigure(look, { title: "one canvas" });
 * assertEquals((figure.layout.shapes as unknown[]).length, 2); // the window and the canvas's edge
 * ```
 */
export function windowsFigure(
  { canvases, size, windows }: AttentionWindows,
  options: { readonly title?: string } = {},
): Figure {
  const fields = { title: [text, "Where it looks"] } as const;
  const { title } = optionsOf("draw windows", "its options", fields, options);
  const ink = Uint8Array.from(canvases, (pixel) => Math.round(255 * pixel));
  return digitsFigure(ink, { height: size, width: size, columns: 8, boxes: windows, title });
}
