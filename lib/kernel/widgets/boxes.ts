/** Widgets side by side, and one below the other. */

import { refusal } from "../../validate.ts";
import { type Model, viewedModel } from "./model.ts";
import { Widget } from "./widget.ts";

/** A row or a column of widgets. */
export class Box extends Widget {
  /** Its model, which refers to those of the widgets in it. */
  readonly model: Model;
  readonly #children: readonly Widget[];
  readonly #join: (pictures: readonly string[]) => string;

  /**
   * Puts widgets into a box; {@linkcode row} and {@linkcode column} make one.
   *
   * @param join puts their pictures together, in text
   * @throws {RangeError} if one of `children` is no widget
   */
  constructor(
    kind: "HBox" | "VBox",
    children: readonly Widget[],
    join: (pictures: readonly string[]) => string,
  ) {
    super();
    for (const [i, child] of children.entries()) {
      if (child instanceof Widget) continue;
      throw refusal(`Cannot put ${i + 1} of ${children.length} into a box: it`, "a widget", child);
    }
    this.#children = children;
    this.#join = join;
    this.model = viewedModel(kind, undefined, { children: children.map(({ model }) => model) });
  }

  /** The hints of all widgets in it. */
  get hints(): readonly string[] {
    return this.#children.flatMap(({ hints }) => hints);
  }

  /** The pictures of all widgets in it, put together. */
  draw(): string {
    return this.#join(this.#children.map((child) => child.draw()));
  }
}

/** Puts pictures side by side, of as many lines as the highest has. */
function beside(pictures: readonly string[]): string {
  const blocks = pictures.map((picture) => picture.split("\n"));
  const height = Math.max(0, ...blocks.map(({ length }) => length));
  const padded = blocks.map((lines) => {
    const width = Math.max(...lines.map(({ length }) => length));
    return Array.from({ length: height }, (_, y) => (lines[y] ?? "").padEnd(width));
  });
  return Array.from(
    { length: height },
    (_, y) => padded.map((lines) => lines[y]).join("   ").trimEnd(),
  ).join("\n");
}

/**
 * Puts widgets side by side.
 *
 * @throws {RangeError} if one of them is no widget
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { button, column, label, row } from "gradnets/kernel/widgets";
 *
 * const panel = row(column(button({ label: "play" }), button({ label: "step" })), label("ready"));
 * assertEquals(Deno.inspect(panel), "[ play ]   ready\n[ step ]");
 * ```
 */
export function row(...children: readonly Widget[]): Box {
  return new Box("HBox", children, beside);
}

/**
 * Puts widgets one below the other.
 *
 * @throws {RangeError} if one of them is no widget
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { column, label } from "gradnets/kernel/widgets";
 *
 * assertEquals(Deno.inspect(column(label("first"), label("second"))), "first\nsecond");
 * ```
 */
export function column(...children: readonly Widget[]): Box {
  return new Box("VBox", children, (pictures) => pictures.join("\n"));
}
