/** Talks to Deno's language server (`deno lsp`) about one document that exists in memory alone. */

import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { joined } from "./zmtp.ts";

/** A place in a document, from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A remark of the type checker. */
export interface Diagnostic {
  readonly range: { readonly start: Position };
  /** 1 is an error. */
  readonly severity?: number;
  readonly code?: number | string;
  readonly source?: string;
  readonly message: string;
}

/** A message of the language server. */
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
}

const HEAD = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/;
const HEAD_LONGEST = 200; // bytes

/** Finds the deno.json that counts in a folder. */
function configFor(folder: string): string | undefined {
  for (let here = folder;; here = dirname(here)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      try {
        if (Deno.statSync(join(here, name)).isFile) return join(here, name);
      } catch { /* not there */ }
    }
    if (dirname(here) === here) return undefined;
  }
}

/** A language server with its document. */
export class LanguageServer {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #uri: string;
  readonly #ready: Promise<void>;
  #requests = 0;
  #version = 0;

  /** Starts it in a folder, whose deno.json then counts. */
  constructor(folder: string) {
    const config = configFor(folder);
    const root = pathToFileURL(config ? dirname(config) : folder).href;
    this.#uri = `${pathToFileURL(folder).href}/cells.ts`;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["lsp", "--quiet"],
      cwd: folder,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    addEventListener("unload", () => this.kill());
    this.#writer = this.#child.stdin.getWriter();
    void this.#read();
    this.#ready = this.#initialize(root, config);
  }

  /** Sets the document's text. */
  async write(text: string): Promise<void> {
    await this.#ready;
    const version = ++this.#version;
    await (version === 1
      ? this.#notify("textDocument/didOpen", {
        textDocument: { uri: this.#uri, languageId: "typescript", version, text },
      })
      : this.#notify("textDocument/didChange", {
        textDocument: { uri: this.#uri, version },
        contentChanges: [{ text }],
      }));
  }

  /** Asks about the document, at a position or as a whole. */
  request(method: string, position?: Position): Promise<unknown> {
    const textDocument = { uri: this.#uri };
    return this.#request(method, position ? { textDocument, position } : { textDocument });
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended already */ }
    void this.#writer.close().catch(() => {});
    for (const answer of this.#waiting.values()) answer(undefined);
    this.#waiting.clear();
  }

  async #initialize(rootUri: string, config: string | undefined): Promise<void> {
    await this.#request("initialize", {
      processId: Deno.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: "notebook" }],
      capabilities: {
        textDocument: {
          diagnostic: {},
          hover: { contentFormat: ["markdown"] },
          completion: {},
        },
      },
      initializationOptions: { enable: true, lint: false, unstable: true, config },
    });
    await this.#notify("initialized", {});
  }

  #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#requests;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params }).catch(() => resolve(undefined));
    });
  }

  #notify(method: string, params: unknown): Promise<void> {
    return this.#send({ method, params }).catch(() => {});
  }

  async #send(message: object): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
    await this.#writer.write(joined([head, body]));
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let bytes: Uint8Array = new Uint8Array(0);
    for await (const chunk of this.#child.stdout) {
      bytes = joined([bytes, chunk]);
      for (;;) {
        const [head, size] = decoder.decode(bytes.subarray(0, HEAD_LONGEST)).match(HEAD) ?? [];
        const end = (head?.length ?? 0) + Number(size);
        if (!head || bytes.length < end) break;
        this.#take(JSON.parse(decoder.decode(bytes.subarray(head.length, end))));
        bytes = bytes.slice(end);
      }
    }
  }

  #take({ id, method, params, result }: Answer): void {
    if (id === undefined) return;
    if (method !== undefined) {
      const configured = params?.items?.map(() => ({ enable: true })) ?? null;
      void this.#send({ id, result: configured }).catch(() => {});
      return;
    }
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }
}
