/**
 * Turns a kernel's messages into a notebook's outputs: merges neighbouring streams, updates
 * displays in place anywhere in the notebook, obeys `clear_output`.
 */

import type { Json, Message } from "gradnets/kernel/messages.ts";
import type { MimeBundle, Output } from "./notebook.ts";
import type { CellError } from "./kernel.ts";

const WIDGET = "application/vnd.jupyter.widget-view+json";

type Display = Extract<Output, { data: MimeBundle }>;

/** Displays of a notebook that can be updated, by display_id. */
export type Displays = Map<string, Display[]>;

/** Collects the outputs of one cell. */
export class Outputs {
  readonly list: Output[] = [];
  readonly #displays: Displays;
  #clearNext = false;

  /** @param displays shared by all cells of a run, because a cell may update another's display */
  constructor(displays: Displays) {
    this.#displays = displays;
  }

  /**
   * Applies a message.
   *
   * @returns the outputs that it adds or changes
   */
  apply({ header: { msg_type: type }, content }: Message): Output[] {
    if (type === "clear_output") {
      if (content["wait"] === true) this.#clearNext = true;
      else this.list.length = 0;
      return [];
    }
    if (type === "update_display_data") {
      // even if its own output was cleared: another cell may show the same display
      const shown = this.#displays.get(displayId(content) ?? "") ?? [];
      for (const output of shown) Object.assign(output, bundle(content));
      return shown;
    }
    if (this.#clearNext) {
      this.#clearNext = false;
      this.list.length = 0;
    }
    if (type === "stream") {
      const { name, text } = content as { name: string; text: string };
      const last = this.list.at(-1);
      if (last?.output_type === "stream" && last.name === name) last.text += text;
      else this.list.push({ output_type: "stream", name, text });
      return [{ output_type: "stream", name, text }];
    }
    const output: Display = type === "execute_result"
      ? {
        output_type: "execute_result",
        execution_count: content["execution_count"] as number,
        ...bundle(content),
      }
      : { output_type: "display_data", ...bundle(content) };
    this.list.push(output);
    const id = displayId(content);
    if (id === undefined) return [output];
    const shown = this.#displays.get(id) ?? [];
    for (const earlier of shown) Object.assign(earlier, bundle(content)); // as front ends do
    this.#displays.set(id, [...shown, output]);
    return [...shown, output];
  }

  /** Appends an error. */
  fail({ ename, evalue, traceback }: CellError): void {
    this.list.push({ output_type: "error", ename, evalue, traceback: [...traceback] });
  }
}

function bundle(content: Json): {
  data: MimeBundle;
  metadata: Record<string, unknown>;
} {
  const { data = {}, metadata = {} } = content as { data?: MimeBundle; metadata?: MimeBundle };
  // a control's model ends with the kernel: its picture stays, which a page shows in its place
  const { [WIDGET]: _, ...kept } = data;
  return { data: kept, metadata: metadata ?? {} };
}

function displayId(content: Json): string | undefined {
  const transient = content["transient"] as { display_id?: unknown } | null | undefined;
  return typeof transient?.display_id === "string" ? transient.display_id : undefined;
}
