/**
 * Shows widgets under a cell: as controls where the page can be heard, and as their picture in text
 * everywhere else, which is kept up to date.
 */

import type { Bundle } from "../inside/format.ts";
import { atCellEnds, comms } from "../talk.ts";
import { type Model, silence } from "./model.ts";

/** What can be shown. */
export interface Shown {
  /** What the page knows of it. */
  readonly model: Model;
  /** How to do from a cell what the page does: "g.value = 0.5". */
  readonly hints: readonly string[];
  /** Its state in text. */
  draw(): string;
}

const REST_MS = 1000; // without a word of the page: nobody is dragging
const PAUSE_MS = 100; // between pictures of a control that moves

/** What was shown so far, each with the picture that a page has. */
const shown: { readonly what: Shown; readonly id: string; picture: string }[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** The kernel's way to the page; outside any kernel, Deno.jupyter throws when it is touched. */
function broadcaster(): typeof Deno.jupyter.broadcast | undefined {
  try {
    return Deno.jupyter.broadcast;
  } catch {
    return undefined;
  }
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function bundleOf(what: Shown, picture: string): Bundle {
  const html = (note: string) => `<pre>${escaped(picture)}</pre>${note && `<p>${note}</p>`}`;
  if (comms()) {
    const view = { version_major: 2, version_minor: 0, model_id: what.model.id };
    return {
      "application/vnd.jupyter.widget-view+json": view,
      "text/html": html(
        what.hints.length > 0 ? "As it was last; it moves where a kernel runs." : "",
      ),
      "text/plain": picture,
    };
  }
  const note = what.hints.length > 0
    ? `This kernel does not hear the page: set it from a cell, as in ${what.hints.join(", ")}`
    : "";
  return { "text/html": html(escaped(note)), "text/plain": `${picture}\n${note}`.trimEnd() };
}

/**
 * Shows something under the running cell.
 *
 * @returns nothing more to show; outside a kernel, its picture
 */
export async function show(what: Shown): Promise<Bundle> {
  const broadcast = broadcaster();
  const picture = what.draw();
  if (!broadcast) return { "text/plain": picture };
  if (shown.length === 0) {
    atCellEnds(() => {
      // an update makes the page draw the control anew, which would end a drag
      if (silence() > REST_MS) refresh();
    });
  }
  const id = crypto.randomUUID();
  shown.push({ what, id, picture });
  const data = bundleOf(what, picture);
  await broadcast("display_data", { data, metadata: {}, transient: { display_id: id } });
  return {};
}

/** Draws again what has changed, for pages without a kernel. */
function refresh(): void {
  timer = undefined;
  for (const one of shown) {
    const picture = one.what.draw();
    if (picture === one.picture) continue;
    one.picture = picture;
    const content = {
      data: bundleOf(one.what, picture),
      metadata: {},
      transient: { display_id: one.id },
    };
    void broadcaster()?.("update_display_data", content);
  }
}

/** Says that a state has changed. Where the page moves no control, its picture moves soon. */
export function changed(): void {
  if (shown.length > 0 && !comms()) timer ??= setTimeout(refresh, PAUSE_MS);
}
