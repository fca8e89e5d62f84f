/**
 * Which cells of a lesson make a talk: `jupyter nbconvert --to slides` reads it from the cells'
 * metadata. Headings begin slides, code and figures are on them, and the prose after a figure is for
 * the speaker.
 */

import { type Cell, type Notebook, tagged } from "./notebook.ts";

/** What RISE and nbconvert know. */
export const SLIDE_TYPES = ["slide", "subslide", "fragment", "-", "skip", "notes"] as const;

/** A cell's place in a talk. */
export type SlideType = typeof SLIDE_TYPES[number];

/** Ids of cells that a reader needs, and an audience does not. */
const READERS = ["head", "links", "exercises", "check-claims", "tidy-up", "tidy"];
const SHOWS = /\b(show|table|live|runLive|predict)\(/;

/** Whether the notebook is to be a talk: one of its cells has a place in it. */
export function isTalk({ cells }: Notebook): boolean {
  return cells.some(({ metadata }) => slideOf(metadata) !== undefined);
}

/** A cell's place as its metadata has it. */
export function slideOf(metadata: Cell["metadata"]): string | undefined {
  const { slide_type: type } = (metadata["slideshow"] ?? {}) as { slide_type?: string };
  return type;
}

/** Gives every cell that has no place in the talk one, by what it is. */
export function placeOnSlides({ cells }: Notebook): void {
  for (const cell of cells) {
    if (slideOf(cell.metadata) === undefined) {
      cell.metadata = { ...cell.metadata, slideshow: { slide_type: placeOf(cell) } };
    }
  }
}

function placeOf(cell: Cell): SlideType {
  if (tagged(cell, "solution") || READERS.includes(cell.id ?? "")) return "skip";
  if (/^##? /m.test(cell.source) && cell.cell_type !== "code") return "slide";
  if (/^### |^\$\$/.test(cell.source)) return "subslide";
  if (cell.cell_type !== "code") return "notes";
  return SHOWS.test(cell.source) ? "subslide" : "-";
}
