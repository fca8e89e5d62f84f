/**
 * Measures texts and groups of texts, as Plotly asks a browser to during layout, from the font and
 * the attributes.
 */
import type { FontMetrics } from "./font.ts";

/** Fonts to measure texts with: the ones they will be drawn with. */
export interface Fonts {
  readonly regular: FontMetrics;
  readonly bold: FontMetrics;
}

/** The part of an SVG element that is used here. */
export interface Element {
  readonly tagName: string;
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly parentNode: Element | null;
  readonly childNodes: Iterable<Element>;
  readonly children: ArrayLike<Element>;
  readonly style: Record<string, string>;
  getAttribute(name: string): string | null;
}

/** A rectangle, in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const LINE = 1.3; // Plotly's line height, in em
const TEXT_NODE = 3;

/**
 * Bounding box of an element in its own coordinates: a text with its lines, or a group of texts.
 */
export function boxOf(element: Element, fonts: Fonts): Box {
  if (element.tagName === "text") return textBox(element, fonts);
  // Only text has a size here: Plotly asks for nothing else during layout.
  const boxes = Array.from(element.children, (child) => {
    const box = boxOf(child, fonts);
    return moved(box, matrixOf(child.getAttribute("transform") ?? ""));
  }).filter((box) => box.width > 0);
  if (boxes.length === 0) return EMPTY;
  return around(boxes.flatMap(({ x, y, width, height }) => [[x, y], [x + width, y + height]]));
}

const EMPTY: Box = { x: 0, y: 0, width: 0, height: 0 };

function around(points: readonly (readonly number[])[]): Box {
  const xs = points.map((point) => point[0]!);
  const ys = points.map((point) => point[1]!);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function moved({ x, y, width, height }: Box, { a, b, c, d, e, f }: Matrix): Box {
  const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]] as const;
  return around(corners.map(([x, y]) => [a * x + c * y + e, b * x + d * y + f]));
}

function textBox(element: Element, fonts: Fonts): Box {
  const size = fontSize(element);
  const lines = Array.from(element.children).filter((child) =>
    child.getAttribute("class")?.split(" ").includes("line")
  );
  const widths = (lines.length > 0 ? lines : [element]).map((line) => textWidth(line, fonts));
  const width = Math.max(0, ...widths);
  if (width === 0) return EMPTY;
  const { ascent, descent } = fonts.regular;
  const anchor = inherited(element, "text-anchor");
  const shift = anchor === "middle" ? .5 : anchor === "end" ? 1 : 0;
  return {
    x: Number(element.getAttribute("x") ?? 0) - shift * width,
    y: Number(element.getAttribute("y") ?? 0) - ascent * size,
    width,
    height: (LINE * (widths.length - 1) + ascent + descent) * size,
  };
}

/** Advance width of all text below `element`, each piece in its own size and weight. */
function textWidth(element: Element, fonts: Fonts): number {
  let sum = 0;
  for (const node of element.childNodes) {
    if (node.nodeType !== TEXT_NODE) sum += textWidth(node, fonts);
    else {
      const weight = inherited(element, "font-weight");
      const bold = weight === "bold" || Number(weight) >= 600;
      const font = bold ? fonts.bold : fonts.regular;
      sum += font.width(node.textContent ?? "") * fontSize(element);
    }
  }
  return sum;
}

/** Style or attribute of `element`, or of its nearest ancestor that has one. */
function inherited(element: Element, name: string): string | undefined {
  for (let at: Element | null = element; at?.style; at = at.parentNode) {
    const value = at.style[name] || at.getAttribute(name);
    if (value) return value;
  }
}

/** Font size in pixels; a percentage is relative to the parent's. */
function fontSize(element: Element): number {
  for (let at: Element | null = element, scale = 1; at?.style; at = at.parentNode) {
    const value = at.style["font-size"] || at.getAttribute("font-size");
    if (!value) continue;
    if (!value.endsWith("%")) return scale * parseFloat(value);
    scale *= parseFloat(value) / 100;
  }
  return 12;
}

/** SVG's `transform` of a point: (a·x + c·y + e, b·x + d·y + f). */
interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Parses a `transform` of any sequence of translate(x, y) and rotate(degrees, x, y). */
function matrixOf(transform: string): Matrix {
  let m: Matrix = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
  for (const [, name, list] of transform.matchAll(/(translate|rotate)\(([^)]*)\)/g)) {
    const numbers = list!.split(/[\s,]+/).map(Number);
    if (name === "translate") m = times(m, 0, numbers[0]!, numbers[1] ?? 0);
    else {
      const [degrees, x = 0, y = 0] = numbers as [number, number?, number?];
      m = times(times(times(m, 0, x, y), degrees * Math.PI / 180, 0, 0), 0, -x, -y);
    }
  }
  return m;
}

/** `m` times a rotation by `angle` and a translation by (x, y). */
function times({ a, b, c, d, e, f }: Matrix, angle: number, x: number, y: number): Matrix {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    a: a * cos + c * sin,
    b: b * cos + d * sin,
    c: c * cos - a * sin,
    d: d * cos - b * sin,
    e: e + a * x + c * y,
    f: f + b * x + d * y,
  };
}
