/**
 * Figures and tables under a notebook's cell: shown once, or kept up to date while something runs.
 * Outside a Deno kernel all of it prints one line instead, so these functions can be called anywhere.
 */
import { plotlySource } from "./assets.ts";
import type { Figure } from "./figures/figure.ts";
import { type Broadcast, flushed, kernelBroadcast } from "./kernel.ts";
import { drawHtml, placeHtml, plotlyHtml } from "./page.ts";
import { picture } from "./picture.ts";
import { type MimeBundle, type Row, tableBundle, type TableOptions } from "./table.ts";

export { flushed } from "./kernel.ts";
export type { MimeBundle, Row, TableOptions } from "./table.ts";

/** A figure under a cell that later numbers are drawn into. */
export interface LiveFigure {
  /**
   * Draws `figure` over the one before, in place. Updates closer than a quarter of a second to the
   * one before are left out, so that this can be called as often as one likes: give a function and
   * the figure of an update that is left out is not even made.
   */
  update(figure: Figure | (() => Figure)): Promise<void>;
  /**
   * The last update: never left out, and with a picture, so that it is what a saved notebook shows.
   *
   * @param figure default: the one given last, drawn or left out
   */
  finish(figure?: Figure): Promise<void>;
}

/** An object that a notebook shows as a figure if it is the last value of a cell. */
export interface Displayed {
  [DISPLAY](): Promise<MimeBundle>;
}

const DISPLAY: unique symbol = Symbol.for("Jupyter.display");
const PAUSE = 250; // ms from one update of a live figure to the next

/** What a {@linkcode NotebookOutput} needs from outside; the defaults are this program's own. */
export interface NotebookOutputOptions {
  /** Where messages go; undefined where there is no kernel. */
  readonly broadcast?: Broadcast | undefined;
  /** Where a line goes if there is no kernel. */
  readonly log?: (line: string) => void;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
  /** A new name that no other page or kernel has used. */
  readonly newId?: () => string;
}

/** One notebook's outputs. The functions of this module are those of one outputs for the program. */
export class NotebookOutput {
  readonly #broadcast: Broadcast | undefined;
  readonly #log: (line: string) => void;
  readonly #now: () => number;
  readonly #newId: () => string;
  #plotlySent = false;

  constructor(options: NotebookOutputOptions = {}) {
    this.#broadcast = "broadcast" in options ? options.broadcast : kernelBroadcast();
    this.#log = options.log ?? console.log;
    this.#now = options.now ?? (() => performance.now());
    this.#newId = options.newId ?? (() => crypto.randomUUID());
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

  /** See {@linkcode live}. */
  async live(figure: Figure): Promise<LiveFigure> {
    if (!this.#broadcast) {
      this.#log(plainText(figure));
      return { update: () => Promise.resolve(), finish: () => Promise.resolve() };
    }
    const id = this.#newId();
    const scripts = `${id}-update`;
    const withPlotly = !this.#plotlySent;
    await this.#send("display_data", await this.#bundle(figure, id), id);
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
        // The first output is replaced: if it had brought Plotly, the new one has to.
        const bundle = await this.#bundle(last, id, withPlotly);
        await this.#send("update_display_data", NOTHING, scripts);
        await this.#send("update_display_data", bundle, id);
      },
    };
  }

  async #bundle(figure: Figure, id: string, withPlotly = !this.#plotlySent): Promise<MimeBundle> {
    const png = await picture(figure);
    if (withPlotly) this.#plotlySent = true;
    return {
      "text/html": placeHtml(id, figure, png) +
        (withPlotly ? plotlyHtml(plotlySource()) : "") + drawHtml(id, figure),
      "image/png": png.toBase64(),
      "application/vnd.plotly.v1+json": figure,
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

/** An output that shows nothing, for scripts to come. */
const NOTHING: MimeBundle = { "text/html": "", "text/plain": "" };

function plainText({ layout }: Figure): string {
  return `[figure: ${layout.title.text}]`;
}

let output: NotebookOutput | undefined;
const shared = () => output ??= new NotebookOutput();

/**
 * Shows a figure under the cell: a live plot where scripts run, else its picture. The first figure
 * of a kernel brings Plotly along; the others use it.
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
 * Shows a figure under the cell that keeps changing, also from later cells.
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

/** A figure as the last value of a cell: `display(figure)` instead of `await show(figure)`. */
export function display(figure: Figure): Displayed {
  return shared().display(figure);
}

/** Shows rows as a table; see {@linkcode TableOptions} for its columns and its caption. */
export function table(rows: readonly Row[], options: TableOptions = {}): Promise<void> {
  return shared().table(rows, options);
}
