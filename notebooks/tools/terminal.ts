/** Shows a running notebook in a terminal. */

import { type Cell, firstLine, type Output } from "./notebook.ts";

const WIDTH = 100;
const MAX_LINES = 40;
const MAX_CHARACTERS = 4000;

/** Formats a number of bytes: "12 kB". */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${Math.round(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

/** Formats a time span: "0.4 s", "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Formats a display or result as text: its text/plain, cut if long, else its MIME types. */
function plain({ data }: { data: Record<string, unknown> }): string {
  const text = data["text/plain"];
  if (typeof text === "string") {
    const shown = text.slice(0, MAX_CHARACTERS).split("\n").slice(0, MAX_LINES).join("\n");
    const rest = text.length - shown.length;
    return (rest > 0 ? `${shown}\n… ${rest} more characters` : shown).trimEnd();
  }
  const [mime, value] = Object.entries(data)[0] ?? ["nothing", ""];
  const size = typeof value === "string" ? value.length : JSON.stringify(value).length;
  return `[${mime}, ${bytes(size)}]`;
}

/** Prints cells and their outputs as they arrive. */
export class Terminal {
  readonly #write: (text: string) => void;
  /** Displays and the text printed of them, to find those that change later. */
  readonly #printed = new Map<Output, string>();
  #atStart = true;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  cell(number: number, total: number, cell: Cell): void {
    const label = `── ${number}/${total} ── `;
    this.line(`\n${label}${firstLine(cell, WIDTH - label.length)}`);
  }

  /** Prints new outputs and pieces of streams; text of streams is not cut. */
  show(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.output_type === "stream") this.#print(output.text);
      else if (output.output_type !== "error") {
        if (this.#printed.has(output)) continue; // an update: cellEnded() prints its final state
        const text = plain(output);
        this.#printed.set(output, text);
        if (text !== "") this.line(text);
      }
    }
  }

  /** Prints, at the end of a cell, the displays that have changed since they were printed. */
  cellEnded(): void {
    for (const [output, before] of this.#printed) {
      const now = "data" in output ? plain(output) : before;
      if (now !== before && now !== "") this.line(now);
      this.#printed.set(output, now);
    }
  }

  line(text: string): void {
    this.#print(`${this.#atStart ? "" : "\n"}${text}\n`);
  }

  #print(text: string): void {
    if (text === "") return;
    this.#write(text);
    this.#atStart = text.endsWith("\n");
  }
}
