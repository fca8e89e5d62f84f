/**
 * Shows figures and tables under a notebook's cell, once or updated while something runs. Outside a
 * Deno kernel each prints one line instead, so these functions can be called anywhere.
 */
import { plotlySource } from "./assets.ts";
import type { Figure } from "./figures/figure.ts";
import { type Broadcast, flushed, kernelBroadcast } from "./kernel.ts";
import { drawHtml, escapeHtml, placeHtml, plotlyHtml } from "./page.ts";
import { picture } from "./picture.ts";
import { type MimeBundle, type Row, tableBundle, type TableOptions } from "./table.ts";

export { flushed } from "./kernel.ts";
export type { MimeBundle, Row, TableOptions } from "./table.ts";

/** A figure under a cell that can be redrawn in place. */
export interface LiveFigure {
  /**
   * Redraws the figure in place; a zoom stays. Updates less than a quarter of a second after the
   * previous one are skipped, so this can be called at any rate; pass a function and the figure of a
   * skipped update is not even made.
   */
  update(figure: Figure | (() => Figure)): Promise<void>;
  /**
   * Makes the last update: never skipped, and with a picture for the saved notebook.
   *
   * @param figure default: that of the last update, drawn or skipped
   */
  finish(figure?: Figure): Promise<void>;
}

/** A line of text under a cell that can be changed in place. */
export interface LiveText {
  /** Replaces the text; `html` where a page can show it, else `text`. */
  update(text: string, html?: string): Promise<void>;
}

/** An object that a notebook shows as a figure if it is the last value of a cell. */
export interface Displayed {
  /** What the kernel shows. */
  [DISPLAY](): Promise<MimeBundle>;
}

/** The method that a kernel calls for what to show. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");
const PAUSE = 250; // ms between updates of a live figure

/** Options of {@linkcode NotebookOutput}; by default it writes to this program's own kernel. */
export interface NotebookOutputOptions {
  /** Sends messages to front ends; undefined where there is no kernel. */
  readonly broadcast?: Broadcast | undefined;
  /** Prints a line where there is no kernel. */
  readonly log?: (line: string) => void;
  /** Milliseconds since any fixed time. */
  readonly now?: () => number;
  /** Returns an id that is unique across pages and kernels. */
  readonly newId?: () => string;
  /** Milliseconds since 1970. */
  readonly date?: () => number;
}

/** The output of one notebook. The functions of this module share one for the whole program. */
export class NotebookOutput {
  readonly #broadcast: Broadcast | undefined;
  readonly #log: (line: string) => void;
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #date: () => number;
  #plotlySent = false;

  constructor(options: NotebookOutputOptions = {}) {
    this.#broadcast = "broadcast" in options ? options.broadcast : kernelBroadcast();
    this.#log = options.log ?? console.log;
    this.#now = options.now ?? (() => performance.now());
    this.#newId = options.newId ?? (() => crypto.randomUUID());
    this.#date = options.date ?? Date.now;
  }

  /** See {@linkcode show}. */
  async show(figure: Figure): Promise<void> {
    if (!this.#broadcast) return this.#log(plainText(figure));
    await this.#send("display_data", await this.#bundle(figure, this.#newId()));
  }

  /** See {@linkcode display}. */
  display(figure: Figure): Displayed {
    return { [DISPLAY]: () => this.#bundle(figure, this.#newId()) };
  }

  /** See {@linkcode table}. */
  async table(rows: readonly Row[], options: TableOptions = {}): Promise<void> {
    const bundle = tableBundle(rows, options);
    if (!this.#broadcast) return this.#log(String(bundle["text/plain"]));
    await this.#send("display_data", bundle);
  }

  /** Shows a line of text under the cell that can be changed; without a kernel, nothing. */
  async text(text: string, html?: string): Promise<LiveText> {
    if (!this.#broadcast) return { update: () => Promise.resolve() };
    const id = this.#newId();
    const bundle = (text: string, html = escapeHtml(text)) => ({
      "text/html": html,
      "text/plain": text,
    });
    await this.#send("display_data", bundle(text, html), id);
    return { update: (text, html) => this.#send("update_display_data", bundle(text, html), id) };
  }

  /** See {@linkcode live}. */
  async live(figure: Figure): Promise<LiveFigure> {
    if (!this.#broadcast) {
      this.#log(plainText(figure));
      return { update: () => Promise.resolve(), finish: () => Promise.resolve() };
    }
    const id = this.#newId();
    const scripts = `${id}-update`;
    const withPlotly = !this.#plotlySent;
    const shown = this.#date(); // the page then shows the reader where something moves
    await this.#send("display_data", await this.#bundle(figure, id, withPlotly, shown), id);
    await this.#send("display_data", NOTHING, scripts);

    let latest: Figure | (() => Figure) = figure;
    let sentAt = -Infinity;
    return {
      update: async (figure) => {
        latest = figure;
        if (this.#now() - sentAt < PAUSE) return;
        sentAt = this.#now();
        latest = typeof figure === "function" ? figure() : figure;
        const bundle = { ...NOTHING, "text/html": drawHtml(id, latest) };
        await this.#send("update_display_data", bundle, scripts);
      },
      finish: async (figure) => {
        const last = figure ?? (typeof latest === "function" ? latest() : latest);
        latest = last;
        // This replaces the first output: if that one loaded Plotly, this one must.
        const bundle = await this.#bundle(last, id, withPlotly);
        await this.#send("update_display_data", NOTHING, scripts);
        await this.#send("update_display_data", bundle, id);
      },
    };
  }

  async #bundle(
    figure: Figure,
    id: string,
    withPlotly = !this.#plotlySent,
    shown?: number,
  ): Promise<MimeBundle> {
    const png = await picture(figure);
    if (withPlotly) this.#plotlySent = true;
    return {
      "text/html": placeHtml(id, figure, png) +
        (withPlotly ? plotlyHtml(plotlySource()) : "") + drawHtml(id, figure, shown),
      "text/plain": plainText(figure),
    };
  }

  async #send(type: string, data: MimeBundle, id?: string): Promise<void> {
    const transient = id === undefined ? {} : { display_id: id };
    await this.#broadcast!(type, { data, metadata: {}, transient });
    const html = data["text/html"];
    await flushed(typeof html === "string" ? html.length : 0);
  }
}

/** An empty output, which later updates fill with scripts. */
const NOTHING: MimeBundle = { "text/html": "", "text/plain": "" };

function plainText({ layout }: Figure): string {
  return `[figure: ${layout.title.text}]`;
}

let output: NotebookOutput | undefined;
/** The output of this program's notebook. */
export const shared = (): NotebookOutput => output ??= new NotebookOutput();

/**
 * Shows a figure under the cell: a live plot where scripts run, else its picture. The first figure
 * of a kernel carries Plotly; the others use it.
 *
 * @example
 * ```ts
 * import { show } from "gradnets/notebook/display.ts";
 * import { activationFigure } from "gradnets/notebook/figures.ts";
 *
 * await show(activationFigure()); // outside a notebook: "[figure: One unit of a GReLU layer …]"
 * ```
 */
export function show(figure: Figure): Promise<void> {
  return shared().show(figure);
}

/**
 * Shows a figure under the cell that can be updated, also by later cells. The page scrolls to it.
 *
 * @example
 * ```ts
 * import { live } from "gradnets/notebook/display.ts";
 * import { confusionFigure } from "gradnets/notebook/figures.ts";
 *
 * const plot = await live(confusionFigure([[0, 0], [0, 0]]));
 * for (let n = 1; n <= 3; n++) await plot.update(confusionFigure([[n, 0], [0, n]]));
 * await plot.finish();
 * ```
 */
export function live(figure: Figure): Promise<LiveFigure> {
  return shared().live(figure);
}

/**
 * Wraps a figure as the last value of a cell: `display(figure)` instead of `await show(figure)`.
 */
export function display(figure: Figure): Displayed {
  return shared().display(figure);
}

/** Shows rows as a table; see {@linkcode TableOptions} for its columns and its caption. */
export function table(rows: readonly Row[], options: TableOptions = {}): Promise<void> {
  return shared().table(rows, options);
}
