/**
 * Templates of the ten digits: for each, several ways of writing it, each a few strokes.
 */
import type { Random } from "../random.ts";

/** A line through points, x and y in turn, in the caller's units. */
export type Polyline = Float64Array<ArrayBuffer>;

/** Points of a stroke in order: a smooth curve between corners. */
type Stroke = readonly { readonly x: number; readonly y: number; readonly corner: boolean }[];

/**
 * For each digit its ways, equally likely; for each way its strokes; for each stroke its points "x,y",
 * 0 to 100 high with y down. "!" marks a corner.
 */
const WAYS: readonly (readonly (readonly string[])[])[] = [
  [ // 0: closed, tilted with overlapping ends, round, narrow
    ["38,3 16,14 5,45 10,80 30,98 52,86 62,52 54,16 36,3"],
    ["50,8 34,2 16,24 8,60 18,94 38,92 54,60 56,24 44,6 28,10"],
    ["30,8 8,26 3,54 14,86 38,96 62,78 68,44 54,14 26,7"],
    ["36,3 19,16 12,50 17,84 34,98 50,82 55,46 48,14 30,5"],
  ],
  [ // 1: a line, with a flag, with flag and base, with a curved flag
    ["36,2 35,50 34,98"],
    ["42,2 36,50 28,98"],
    ["18,24 38,3! 38,50 38,98"],
    ["18,22 36,4! 36,50 36,95", "14,97 36,96 60,96"],
    ["10,30 26,20 38,2! 37,50 38,98"],
  ],
  [ // 2: pointed foot, looped foot, flat and wide, swan's neck
    ["8,24 18,6 40,3 56,18 50,42 28,70 8,95! 34,95 64,94"],
    ["10,22 26,4 50,8 56,30 40,60 20,86 8,92 8,80 24,78 44,92 68,92"],
    ["6,14 30,4 58,10 56,32 32,60 6,90! 34,90 70,94"],
    ["12,32 14,10 36,2 54,14 50,40 30,72 10,94! 26,84 46,96 66,84"],
  ],
  [ // 3: round with a corner, flat top, looped waist, without a corner
    ["8,14 32,2 54,16 48,38 26,48! 54,54 60,78 36,98 6,86"],
    ["8,6 54,4! 30,40! 56,52 58,80 32,98 6,86"],
    ["10,16 30,3 54,12 50,36 32,48 24,44 34,42 56,56 58,82 32,98 8,84"],
    ["10,10 36,2 54,18 40,42 28,48 42,52 58,74 40,96 12,94"],
  ],
  [ // 4: open, closed in one stroke, like a u, open in one stroke
    ["14,6 10,30 6,56! 34,57 66,53", "52,8 50,50 46,98"],
    ["48,98 49,50 48,3! 28,30 6,64! 36,63 66,62"],
    ["8,6 10,40 30,52 52,42", "56,4 52,50 46,98"],
    ["12,8 8,46 28,56 52,42! 56,6! 52,50 48,98"],
  ],
  [ // 5: bar last, in one stroke, like an s, a straight back with the bar apart
    ["14,6 12,24 10,45! 34,38 58,54 54,82 32,97 6,90", "14,6 36,5 62,4"],
    ["60,5 34,6 16,8! 12,46! 36,40 58,58 52,86 28,97 6,86"],
    ["58,6 30,6 15,20 20,40 42,52 56,74 40,95 8,92"],
    ["20,12 14,48! 40,44 58,64 46,90 10,96", "22,8 44,8 68,2"],
  ],
  [ // 6: round, a straight back, bent at the top, leaning with a small loop
    ["50,4 24,22 8,56 14,88 36,98 56,82 52,60 32,54 12,70"],
    ["40,2 20,34 8,72 20,97 44,94 56,74 42,58 20,64 10,80"],
    ["58,10 38,3 14,28 6,66 20,96 46,96 60,74 44,54 22,60 10,78"],
    ["60,2 36,26 14,60 10,86 26,98 44,90 46,72 32,66 14,78"],
  ],
  [ // 7: plain, with a bar, with a serif, curved, with serif and bar
    ["6,8 34,6 60,5! 42,50 26,98"],
    ["6,8 34,6 60,5! 42,50 28,98", "18,54 38,50 60,48"],
    ["8,20 8,6! 60,6! 40,46 30,98"],
    ["6,10 30,8 58,6 54,30 40,60 36,98"],
    ["8,18 8,5! 34,7 62,5! 44,46 26,98", "20,52 60,48"],
  ],
  [ // 8: one stroke, two rings, open at the top, one stroke with a large foot
    ["52,14 34,3 14,14 18,34 40,50 56,70 46,94 24,97 8,80 20,58 44,42 56,24 46,6"],
    ["32,3 14,14 16,36 34,46 52,34 52,14 32,3", "34,46 12,58 8,84 32,98 58,86 54,60 34,46"],
    ["58,10 36,2 14,12 16,32 38,48 56,66 50,92 24,98 8,82 18,60 42,42 60,14"],
    ["44,6 26,4 20,20 34,38 56,58 60,82 36,98 12,88 12,66 34,42 48,22 40,4"],
  ],
  [ // 9: straight back, curved tail, leaning back, a hook, bent like a g
    ["54,14 32,4 10,20 14,44 36,48 53,24! 54,56 50,98"],
    ["56,16 34,3 12,18 14,42 38,48 56,20! 56,56 42,90 14,94"],
    ["52,14 38,4 18,10 10,32 24,48 44,36 56,8! 44,50 28,98"],
    ["50,12 28,4 12,18 18,38 38,38 52,10 54,40 48,70 36,98"],
    ["54,20 36,4 12,16 12,40 34,48 54,24! 58,60 48,92 28,97 10,84"],
  ],
];

const DIGITS: readonly (readonly (readonly Stroke[])[])[] = WAYS.map((ways) =>
  ways.map((strokes) => strokes.map(parse))
);

function parse(stroke: string): Stroke {
  const points = stroke.split(" ");
  return points.map((point, i) => {
    const [x, y] = point.split(",").map((number) => parseFloat(number) / 100) as [number, number];
    return { x, y, corner: point.endsWith("!") || i === 0 || i === points.length - 1 };
  });
}

/** Segments of the curve between two points of a stroke. */
const PIECES = 5;

/**
 * Sketches `digit`: a random way of writing it with jittered points, about 1 high and 0.7 wide.
 *
 * A curve through jittered points differs in roundness and proportions, but is not shaky. The tangent
 * of the Catmull–Rom spline at a point is half the step from the point before to the one after; at a
 * corner, the step on that side counts as 0.
 *
 * @param digit integer from 0 to 9
 * @param jitter standard deviation of each point's x and y
 * @returns a polyline per stroke, y down
 */
export function sketch(digit: number, random: Random, jitter: number): Polyline[] {
  const ways = DIGITS[digit]!;
  const strokes = ways[random.below(ways.length)]!;
  return strokes.map((stroke) => {
    const moved = stroke.map(({ x, y, corner }) => ({
      x: x + jitter * random.normal(),
      y: y + jitter * random.normal(),
      corner,
    }));
    const line: Polyline = new Float64Array(2 * ((moved.length - 1) * PIECES + 1));
    let n = 0;
    for (let i = 0; i + 1 < moved.length; i++) {
      const [from, to] = [moved[i]!, moved[i + 1]!];
      const before = from.corner ? from : moved[i - 1]!;
      const after = to.corner ? to : moved[i + 2]!;
      for (let piece = 0; piece < PIECES; piece++) {
        const t = piece / PIECES;
        line[n++] = spline(before.x, from.x, to.x, after.x, t);
        line[n++] = spline(before.y, from.y, to.y, after.y, t);
      }
    }
    const end = moved[moved.length - 1]!;
    line[n++] = end.x;
    line[n++] = end.y;
    return line;
  });
}

/** Catmull–Rom: p1 at t = 0, p2 at t = 1, with slopes (p2 − p0)/2 and (p3 − p1)/2. */
function spline(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 +
    t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0))) / 2;
}
