/**
 * Implements the part of a 2D canvas that Plotly's heatmaps use: filled rectangles, pixels and the
 * picture as a data URL. Lines and text are SVG.
 */
import { encodePng } from "./png.ts";

/** A drawing context with `fillStyle`, `fillRect` and pixels. */
export class Canvas {
  fillStyle = "#000";
  readonly #width: number;
  readonly #rgba: Uint8Array;

  /** Makes a transparent canvas of `width` × `height` pixels. */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#rgba = new Uint8Array(4 * width * height);
  }

  get #height(): number {
    return this.#rgba.length / 4 / this.#width;
  }

  /**
   * Fills a rectangle with `fillStyle`, clipped to the canvas. Replaces pixels without blending.
   */
  fillRect(x: number, y: number, width: number, height: number): void {
    const [left, right] = span(x, width, this.#width);
    const [top, bottom] = span(y, height, this.#height);
    const color = parseColor(this.fillStyle);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        this.#rgba.set(color, 4 * (row * this.#width + column));
      }
    }
  }

  /** Makes transparent pixels for `putImageData`; heatmaps without gaps are drawn this way. */
  createImageData(width: number, height: number) {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  /** Puts pixels with their top left corner at (x, y). */
  putImageData(
    { width, height, data }: ReturnType<Canvas["createImageData"]>,
    x: number,
    y: number,
  ): void {
    for (let row = 0; row < height; row++) {
      const pixels = data.subarray(4 * row * width, 4 * (row + 1) * width);
      this.#rgba.set(pixels, 4 * ((row + y) * this.#width + x));
    }
  }

  /** Encodes the picture as `data:image/png;base64,…`. */
  toDataURL(): string {
    const png = encodePng({ width: this.#width, height: this.#height, rgba: this.#rgba });
    return `data:image/png;base64,${png.toBase64()}`;
  }
}

/** Rounds to pixels [start, end), clipped to [0, limit); `length` may be negative. */
function span(start: number, length: number, limit: number): [number, number] {
  const clamp = (value: number) => Math.min(limit, Math.max(0, Math.round(value)));
  return [clamp(Math.min(start, start + length)), clamp(Math.max(start, start + length))];
}

/** Parses `rgb(1,2,3)`, `rgba(1,2,3,0.5)` or `#123456` into four bytes. */
function parseColor(text: string): [number, number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex) return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16), 255];
  const numbers = /^rgba?\(([^)]*)\)$/.exec(text)?.[1]?.split(",").map(Number);
  if (numbers === undefined || numbers.length < 3 || numbers.some(Number.isNaN)) {
    throw new SyntaxError(
      `Cannot parse a fill colour: expected rgb(…), rgba(…) or #rrggbb, found "${text}"`,
    );
  }
  const [r, g, b, a = 1] = numbers as [number, number, number, number?];
  return [r, g, b, 255 * a];
}
