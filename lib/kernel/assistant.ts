/** Type warnings, explanations and completions, from Deno's language server. */

import { Context } from "./context.ts";
import { type Diagnostic, LanguageServer, type Position } from "./lsp.ts";
import type { Json } from "./messages.ts";
import { within } from "./within.ts";

const ASK_MS = 60_000; // the first answer waits until the server has read all modules …
const COMPLETE_MS = 2_000; // … and a reader who types does not
const UNKNOWN_NAME = new Set<unknown>([2304, 2552, 2451, 2300]);
const CHECK = "textDocument/diagnostic";
/** Number of a kind of completion in the language server's protocol, by name in Jupyter. */
const KINDS: Readonly<Record<number, string>> = {
  2: "function",
  3: "function",
  5: "property",
  6: "instance",
  7: "class",
  8: "interface",
  9: "module",
  10: "property",
  14: "keyword",
  21: "instance",
};

interface Completion {
  readonly label: string;
  readonly kind?: number;
}

/** Line and character of an offset. */
function positionOf(code: string, offset: number): Position {
  const lines = code.slice(0, offset).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** What knows a notebook's types. */
export class Assistant {
  readonly #context = new Context();
  readonly #folder: string;
  readonly #names: (object: string) => Promise<readonly string[]>;
  #server: LanguageServer | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param names names in an object of the running program, while the server is not ready */
  constructor(folder: string, names: (object: string) => Promise<readonly string[]>) {
    this.#folder = folder;
    this.#names = names;
  }

  /** Checks a cell that runs; returns a warning for each error, as text. */
  async check(code: string): Promise<readonly string[]> {
    const answer = await this.#ask(code, CHECK);
    if (!answer) return [];
    const { items = [] } = (answer.found ?? {}) as { readonly items?: readonly Diagnostic[] };
    const lines = code.split("\n");
    return items.flatMap(({ range: { start }, severity, code, source, message }) => {
      const line = start.line - answer.start;
      const text = lines[line];
      if (severity !== 1 || source !== "deno-ts" || line < 0 || text === undefined) return [];
      // a name of a cell that another replaced is still there when the cell runs
      const name = message.match(/'([^']+)'/)?.[1] ?? "";
      if (UNKNOWN_NAME.has(code) && this.#context.knows(name)) return [];
      const head = `  line ${line + 1} | `;
      const arrow = `${" ".repeat(head.length - 2)}| ${" ".repeat(start.character)}^`;
      return [`Type warning: ${message}\n${head}${text}\n${arrow}\n`];
    });
  }

  /** Explains what stands at the cursor: signature and doc comment. */
  async inspect({ code, cursor_pos }: Json): Promise<Json> {
    const text = String(code ?? "");
    const nothing = { status: "ok", found: false, data: {}, metadata: {} };
    const offset = offsetOf(text, Number(cursor_pos ?? text.length));
    // at the end of a name the cursor is behind it, and between brackets the call is meant
    const [, name = ""] = text.slice(0, offset).match(/([\w$]+)[\s(]*$/) ?? [];
    const at = text.slice(0, offset).lastIndexOf(name);
    const answer = await this.#ask(text, "textDocument/hover", positionOf(text, at));
    const contents = (answer?.found as { contents?: unknown } | null | undefined)?.contents;
    if (!contents) return nothing;
    const parts = Array.isArray(contents) ? contents : [contents];
    const markdown = parts.map((part) =>
      typeof part === "string"
        ? part
        : "language" in part
        ? `\`\`\`${part.language}\n${part.value}\n\`\`\``
        : String(part.value)
    ).join("\n\n");
    const plain = markdown.replace(/^```.*\n?/gm, "");
    return { ...nothing, found: true, data: { "text/plain": plain, "text/markdown": markdown } };
  }

  /** Completes what stands before the cursor. */
  async complete({ code, cursor_pos }: Json): Promise<Json> {
    const text = String(code ?? "");
    const cursor = Number(cursor_pos ?? text.length);
    const offset = offsetOf(text, cursor);
    const before = text.slice(0, offset);
    const [module] = before.match(/(?<=\b(?:from|import)\s*\(?["'])[^"'\n]*$/) ?? [];
    const [word = ""] = module === undefined ? before.match(/[\w$]*$/) ?? [] : [module];
    const asked = this.#ask(text, "textDocument/completion", positionOf(text, offset));
    const answer = await within(asked, COMPLETE_MS);
    const found = (answer?.found ?? await this.#running(before)) as readonly Completion[] | {
      readonly items: readonly Completion[];
    };
    const items = ("items" in found ? found.items : found)
      .map(({ label, kind }) => ({ label: label.replace(/\?$/, ""), kind })) // of an option
      .filter(({ label }) => label.startsWith(word));
    const cursor_start = cursor - [...word].length;
    const types = items.map(({ label, kind = 0 }) => ({
      start: cursor_start,
      end: cursor,
      text: label,
      type: KINDS[kind] ?? "",
    }));
    return {
      status: "ok",
      matches: items.map(({ label }) => label),
      cursor_start,
      cursor_end: cursor,
      metadata: { _jupyter_types_experimental: types },
    };
  }

  /** What the running program itself knows. */
  async #running(before: string): Promise<readonly Completion[]> {
    const [, object = "globalThis"] = before.match(/([\w$]+(?:\.[\w$]+)*)\.[\w$]*$/) ?? [];
    return (await this.#names(object)).map((label) => ({ label }));
  }

  close(): void {
    this.#server?.kill();
  }

  /** Asks about one cell after the other; undefined if the server does not answer in time. */
  #ask(code: string, method: string, position?: Position): Promise<
    { readonly found: unknown; readonly start: number } | undefined
  > {
    const asked = this.#last.then(async () => {
      const server = this.#server ??= new LanguageServer(this.#folder);
      const { text, start } = this.#context.with(code);
      if (method === CHECK) this.#context.add(code); // before the next question
      await server.write(text);
      const place = position && { ...position, line: position.line + start };
      return { found: await server.request(method, place), start };
    });
    this.#last = within(asked.catch(() => {}), ASK_MS);
    return within(asked, ASK_MS).catch(() => undefined);
  }
}

/** Offset in UTF-16 units of a position that Jupyter counts in characters. */
function offsetOf(text: string, characters: number): number {
  return [...text].slice(0, characters).join("").length;
}
