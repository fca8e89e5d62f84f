/** Spans of time as people read them. */

/**
 * Formats seconds as m:ss, or h:mm:ss from an hour up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clock } from "gradnets/train/clock.ts";
 *
 * assertEquals([7.6, 212, 3723].map(clock), ["0:08", "3:32", "1:02:03"]);
 * ```
 */
export function clock(seconds: number): string {
  const all = Math.round(seconds);
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
