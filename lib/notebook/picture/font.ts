/**
 * Reads text widths from a TrueType font, so that text can be laid out without a browser as a
 * browser would. Parses only the few tables that this needs.
 */

/** Metrics for laying out text, in units of the font size (em). */
export interface FontMetrics {
  /** Advance width of `text` in em. */
  width(text: string): number;
  /** How far the font reaches above and below its baseline, in em, both positive. */
  readonly ascent: number;
  readonly descent: number;
}

/**
 * Reads the metrics of a TrueType font from tables `head`, `hhea`, `hmtx` and the Unicode `cmap`
 * (format 4) of the OpenType specification. No kerning; a character that the font lacks has the
 * width of its missing-glyph box.
 *
 * @throws {SyntaxError} if the bytes are not such a font
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { fontMetrics } from "gradnets/notebook/picture/font.ts";
 *
 * assertThrows(() => fontMetrics(new Uint8Array(64)), SyntaxError, "table head");
 * ```
 */
export function fontMetrics(bytes: Uint8Array): FontMetrics {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    tables.set(String.fromCharCode(...bytes.subarray(at, at + 4)), view.getUint32(at + 8));
  }
  const table = (name: string) => {
    const at = tables.get(name);
    if (at === undefined) {
      throw new SyntaxError(
        `Cannot parse a font as TrueType: expected a table ${name}, found none`,
      );
    }
    return at;
  };

  const em = view.getUint16(table("head") + 18);
  const hhea = table("hhea");
  const longMetrics = view.getUint16(hhea + 34);
  const hmtx = table("hmtx");
  const advance = (glyph: number) =>
    view.getUint16(hmtx + 4 * Math.min(glyph, longMetrics - 1)) / em;
  const glyphOf = unicodeMap(view, table("cmap"));

  const known = new Map<string, number>();
  const widthOf = (character: string) => {
    let width = known.get(character);
    if (width === undefined) {
      width = advance(glyphOf(character.codePointAt(0)!));
      known.set(character, width);
    }
    return width;
  };
  return {
    width: (text) => Array.from(text).reduce((sum, character) => sum + widthOf(character), 0),
    ascent: view.getInt16(hhea + 4) / em,
    descent: -view.getInt16(hhea + 6) / em,
  };
}

/** Reads the map from code point to glyph: the Windows Unicode subtable of `cmap`, format 4. */
function unicodeMap(view: DataView, cmap: number): (code: number) => number {
  let at = -1;
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const record = cmap + 4 + 8 * i;
    const start = cmap + view.getUint32(record + 4);
    const windowsUnicode = view.getUint16(record) === 3 && view.getUint16(record + 2) === 1;
    if (windowsUnicode && view.getUint16(start) === 4) at = start;
  }
  if (at < 0) {
    throw new SyntaxError(
      "Cannot parse a font as TrueType: expected a cmap of format 4, found none",
    );
  }
  const segments = view.getUint16(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  return (code) => {
    for (let i = 0; i < segments; i++) {
      if (code > view.getUint16(ends + 2 * i)) continue;
      const first = view.getUint16(starts + 2 * i);
      if (code < first) return 0;
      const delta = view.getUint16(deltas + 2 * i);
      const offset = view.getUint16(offsets + 2 * i);
      if (offset === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(offsets + 2 * i + offset + 2 * (code - first));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
