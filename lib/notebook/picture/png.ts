/** Encodes pixels as PNG (ISO/IEC 15948): eight bits per sample, one IDAT, no interlace. */
import { crc32, deflateSync } from "node:zlib";

/** An image in memory: four bytes per pixel (red, green, blue, alpha), row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4], 0..255 */
  readonly rgba: Uint8Array;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const MAX_COLORS = 256; // that a palette holds
const INDEXED = 3; // colour types of the format
const RGBA = 6;

/**
 * Encodes an image as a PNG file: four bytes per pixel, exact.
 *
 * With `palette`, one byte per pixel: the 256 most frequent colours stay exact, each rarer one
 * becomes the nearest of them, and alpha is dropped. A chart has a few dozen colours and some
 * hundred half-tones of its letters, so the loss is invisible, and the file is a third of the size.
 *
 * @throws {RangeError} if there are not 4·width·height bytes
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodePng } from "gradnets/notebook/picture/png.ts";
 *
 * const png = encodePng({ width: 1, height: 1, rgba: new Uint8Array([255, 0, 0, 255]) });
 * assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
 * ```
 */
export function encodePng(
  { width, height, rgba }: Pixels,
  { palette = false }: { readonly palette?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  if (rgba.length !== 4 * width * height) {
    throw new RangeError(
      `Cannot write a PNG of ${width} x ${height}: expected ${4 * width * height} bytes, ` +
        `found ${rgba.length}`,
    );
  }
  if (!palette) return file(width, height, RGBA, rows(rgba, height));
  const { colors, indices } = toPalette(rgba);
  return file(width, height, INDEXED, rows(indices, height), chunk("PLTE", colors));
}

function file(width: number, height: number, type: number, data: Uint8Array, plte: Parts = []) {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, type], 8);
  return join([
    SIGNATURE,
    ...chunk("IHDR", header),
    ...plte,
    ...chunk("IDAT", deflateSync(data, { level: 9 })),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/** Puts filter type 0 (none) before each row: best for the flat areas of a chart. */
function rows(samples: Uint8Array, height: number): Uint8Array {
  const stride = samples.length / height;
  const result = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    result.set(samples.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  return result;
}

/** Returns colours [up to 256, 3] and each pixel's index into them. */
function toPalette(rgba: Uint8Array): { colors: Uint8Array; indices: Uint8Array } {
  const rgb = new Uint32Array(rgba.length / 4);
  const counts = new Map<number, number>();
  for (let i = 0; i < rgb.length; i++) {
    const color = rgba[4 * i]! << 16 | rgba[4 * i + 1]! << 8 | rgba[4 * i + 2]!;
    rgb[i] = color;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MAX_COLORS).map(([color]) => color);
  const indexOf = new Map(kept.map((color, index) => [color, index]));
  for (const color of counts.keys()) {
    if (!indexOf.has(color)) indexOf.set(color, nearest(color, kept));
  }
  return {
    colors: Uint8Array.from(kept.flatMap((color) => channels(color))),
    indices: Uint8Array.from(rgb, (color) => indexOf.get(color)!),
  };
}

function channels(color: number): [number, number, number] {
  return [color >> 16, color >> 8 & 255, color & 255];
}

function nearest(color: number, among: readonly number[]): number {
  const [r, g, b] = channels(color);
  let best = 0;
  let smallest = Infinity;
  among.forEach((other, index) => {
    const [r2, g2, b2] = channels(other);
    const distance = (r - r2) ** 2 + (g - g2) ** 2 + (b - b2) ** 2;
    if (distance < smallest) [best, smallest] = [index, distance];
  });
  return best;
}

type Parts = readonly Uint8Array[];

function chunk(type: string, body: Uint8Array): Parts {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, body.length);
  new TextEncoder().encodeInto(type, head.subarray(4));
  const check = new Uint8Array(4);
  new DataView(check.buffer).setUint32(0, crc32(body, crc32(head.subarray(4))));
  return [head, body, check];
}

function join(parts: Parts): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
