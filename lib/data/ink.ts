/**
 * Renders strokes as an image: distorts them as by a hand, then draws them with a pen.
 */
import type { Random } from "../random.ts";
import type { Polyline } from "./strokes.ts";

/** Height and width of the image in pixels. */
export const SIZE = 28;

/** Margin without ink, in pixels. */
const MARGIN = 2;

const between = (random: Random, low: number, high: number) =>
  low + (high - low) * random.uniform();

/** Variation of a hand: truncated normals. */
export interface Hand {
  /** Deviation of the rotation, radians. */
  readonly turn: number;
  /** Mean and deviation of the shear to the right, as the tangent of the slant. */
  readonly slant: readonly [mean: number, deviation: number];
  /** Deviation of the logarithm of width / height. */
  readonly stretch: number;
  /** Standard deviation of the elastic displacement in x and in y, in heights of the sketch. */
  readonly waver: number;
}

/**
 * Distorts `lines` in place: moves (0.35, 0.5), the middle of a sketch, to (0, 0), stretches, shears
 * and rotates around it, then applies an elastic distortion.
 *
 * The distortion is that of Simard, Steinkraus and Platt, "Best Practices for Convolutional
 * Neural Networks Applied to Visual Document Analysis" (ICDAR 2003): a smooth random displacement.
 * They blur one for every pixel; here a cubic B-spline interpolates a coarse grid, which looks the
 * same and is evaluated only along the strokes.
 */
export function distort(lines: readonly Polyline[], random: Random, hand: Hand): void {
  const angle = random.truncatedNormal(hand.turn);
  const slant = hand.slant[0] + random.truncatedNormal(hand.slant[1]);
  const stretch = Math.exp(random.truncatedNormal(hand.stretch));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const field = elasticField(random, hand.waver);
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const y = line[i + 1]! - 0.5;
      const x = (line[i]! - 0.35) * stretch - y * slant;
      const u = x * cos - y * sin;
      const v = x * sin + y * cos;
      line[i] = u + field(u, v, 0);
      line[i + 1] = v + field(u, v, 1);
    }
  }
}

const KNOTS = 7; // per side of the field
const SPACING = 0.45; // between knots; (KNOTS − 3)·SPACING / 2 = 0.9 is the reach of the field
const SQUARES = 0.479; // mean of the sum of squares of the four weights of a cubic B-spline
const weights = new Float64Array(8);

/** Makes a smooth random displacement (u, v) → x (axis 0) or y (axis 1) of standard deviation `stddev`. */
function elasticField(random: Random, stddev: number) {
  const amplitude = Math.sqrt(3) * stddev / SQUARES;
  const knots = new Float64Array(2 * KNOTS * KNOTS);
  for (let i = 0; i < knots.length; i++) knots[i] = between(random, -amplitude, amplitude);
  return (u: number, v: number, axis: 0 | 1): number => {
    const column = basis(u, 0);
    const row = basis(v, 4);
    let sum = 0;
    for (let j = 0; j < 4; j++) {
      const start = (axis * KNOTS + row + j) * KNOTS + column;
      for (let i = 0; i < 4; i++) sum += weights[4 + j]! * weights[i]! * knots[start + i]!;
    }
    return sum;
  };
}

/** Writes the four weights of a cubic B-spline at `at` to `weights`; returns the first knot. */
function basis(at: number, start: number): number {
  const cells = KNOTS - 3;
  const x = Math.min(Math.max(at / SPACING + cells / 2, 0), cells - 1e-9);
  const first = Math.floor(x);
  const t = x - first;
  weights[start] = (1 - t) ** 3 / 6;
  weights[start + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
  weights[start + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
  weights[start + 3] = t ** 3 / 6;
  return first;
}

/** A pen, in pixels. */
export interface Pen {
  /** Half the width of its line at mean pressure. */
  readonly radius: number;
  /** Width of the line's soft edge. */
  readonly softness: number;
  /** Relative amplitude of the radius along a stroke, in [0, 1). */
  readonly pressure: number;
  /** Darkest ink, in (0, 255]. */
  readonly ink: number;
}

/** Size and position of the ink, in pixels. */
export interface Place {
  /** Longer side of the ink, at most SIZE − 2·MARGIN. */
  readonly extent: number;
  /** Maximum offset of its centre of mass from the middle of the image, in x and in y. */
  readonly astray: number;
}

/**
 * Scales and moves `lines` in place, from heights of the sketch to pixels, to the size and position
 * of `place`, but keeps the margin free. Needs two distinct points.
 */
export function fit(lines: readonly Polyline[], random: Random, pen: Pen, place: Place): void {
  const reach = pen.radius * (1 + pen.pressure) + pen.softness / 2;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let [mass, massX, massY] = [0, 0, 0];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = [line[i]!, line[i + 1]!];
      left = Math.min(left, x), right = Math.max(right, x);
      top = Math.min(top, y), bottom = Math.max(bottom, y);
      if (i === 0) continue;
      const [fromX, fromY] = [line[i - 2]!, line[i - 1]!];
      const length = Math.hypot(x - fromX, y - fromY);
      mass += length, massX += length * (x + fromX) / 2, massY += length * (y + fromY) / 2;
    }
  }
  const scale = (place.extent - 2 * reach) / Math.max(right - left, bottom - top);
  const min = MARGIN + reach - 0.5; // the centre of pixel 0 is at 0
  const max = SIZE - 1 - min;
  const offset = (centre: number, low: number, high: number) => {
    const at = (SIZE - 1) / 2 - centre * scale + between(random, -place.astray, place.astray);
    return Math.min(Math.max(at, min - low * scale), max - high * scale);
  };
  const [offsetX, offsetY] = [offset(massX / mass, left, right), offset(massY / mass, top, bottom)];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      line[i] = line[i]! * scale + offsetX;
      line[i + 1] = line[i + 1]! * scale + offsetY;
    }
  }
}

const outside = new Float32Array(SIZE * SIZE); // distance of each pixel from the edge of the ink

/**
 * Draws `lines`, in pixels, into an empty `image`: the ink of a pixel is a smooth function of its
 * distance from the nearest line.
 *
 * @param image [SIZE, SIZE], changed in place
 */
export function draw(
  lines: readonly Polyline[],
  random: Random,
  pen: Pen,
  image: Uint8Array,
): void {
  outside.fill(Infinity);
  const half = pen.softness / 2;
  for (const line of lines) {
    const phase = between(random, 0, 2 * Math.PI);
    const pace = between(random, 0.5, 2) * 2 * Math.PI / line.length;
    for (let i = 2; i < line.length; i += 2) {
      const radius = pen.radius * (1 + pen.pressure * Math.sin(phase + pace * i));
      segment(line[i - 2]!, line[i - 1]!, line[i]!, line[i + 1]!, radius, radius + half);
    }
  }
  for (let i = 0; i < image.length; i++) {
    const t = Math.min(Math.max((half - outside[i]!) / pen.softness, 0), 1);
    if (t > 0) image[i] = Math.round(pen.ink * t * t * (3 - 2 * t));
  }
}

/** Lowers `outside` to the distance from a segment less `radius`, up to `reach` away. */
function segment(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
  reach: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const scale = 1 / Math.max(dx * dx + dy * dy, 1e-12);
  const top = Math.max(Math.ceil(Math.min(y0, y1) - reach), 0);
  const bottom = Math.min(Math.floor(Math.max(y0, y1) + reach), SIZE - 1);
  const left = Math.max(Math.ceil(Math.min(x0, x1) - reach), 0);
  const right = Math.min(Math.floor(Math.max(x0, x1) + reach), SIZE - 1);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = ((x - x0) * dx + (y - y0) * dy) * scale;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const [ex, ey] = [x - x0 - t * dx, y - y0 - t * dy];
      const away = Math.sqrt(ex * ex + ey * ey) - radius;
      if (away < outside[y * SIZE + x]!) outside[y * SIZE + x] = away;
    }
  }
}
