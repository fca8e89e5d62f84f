/** The parent's side of a child process of a sweep; child.ts is the other. */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { linesOf } from "../files/text_lines.ts";
import type { Report, Start } from "./protocol.ts";
import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";

/** Runs recipes, one at a time. */
export interface Worker {
  /** Whether it has ended. */
  readonly ended: boolean;
  /**
   * Runs a recipe.
   *
   * @param onIter called now and then with the iterations done
   * @throws {Error} if the run fails, or the worker ends
   */
  run(recipe: Recipe, onIter: (iter: number) => void): Promise<Result>;
  /** Ends it, even during a run, of which it keeps a checkpoint first. */
  end(): Promise<void>;
}

/** Milliseconds that a child has for its last checkpoint. */
const GRACE = 5000;

/** Running children, to kill when this process exits. */
const running = new Set<Deno.ChildProcess>();
addEventListener("unload", () => {
  for (const child of running) kill(child);
});

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch { /* already ended */ }
}

/**
 * Starts a child process and waits until it has loaded its data.
 *
 * @throws {Error} if it fails before
 */
export async function startWorker(start: Start): Promise<Worker> {
  const script = fileURLToPath(new URL("./child.ts", import.meta.url));
  // It needs no network, for the sweep downloads, and writes nothing but checkpoints.
  const writes = start.keep ? [allowWrite(dirname(start.keep.results))] : [];
  const may = ["--allow-read", "--allow-env", ...writes];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...may, "--quiet", script, JSON.stringify(start)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    detached: true, // a Ctrl-C is for the sweep, which then ends the child
  }).spawn();
  running.add(child);
  const worker = new ChildWorker(child);
  try {
    await worker.ready;
    return worker;
  } catch (error) {
    await worker.end();
    throw error;
  }
}

/** Permission to write to a folder; to all of them if it has a comma, at which Deno splits. */
const allowWrite = (folder: string) =>
  folder.includes(",") ? "--allow-write" : `--allow-write=${folder}`;

class ChildWorker implements Worker {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reports: AsyncGenerator<string, void, void>;
  readonly ready: Promise<void>;
  #ended = false;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#reports = linesOf(child.stdout);
    this.ready = this.#next(() => {}).then(() => {});
  }

  get ended(): boolean {
    return this.#ended;
  }

  async run(recipe: Recipe, onIter: (iter: number) => void): Promise<Result> {
    const order = new TextEncoder().encode(JSON.stringify({ recipe }) + "\n");
    await this.#input.write(order).catch(() => {}); // an ended child is found below
    const report = await this.#next(onIter);
    if (report.kind === "result") return report.result;
    throw new Error(`a child said "${report.kind}" where a result was expected`);
  }

  async end(): Promise<void> {
    this.#ended = true;
    const killer = setTimeout(() => kill(this.#child), GRACE);
    await this.#input.close().catch(() => {}); // which tells it to end
    await this.#child.status;
    clearTimeout(killer);
    running.delete(this.#child);
    await this.#reports.return();
  }

  /** Waits for the next report other than progress. */
  async #next(onIter: (iter: number) => void): Promise<Report> {
    for (;;) {
      const { value, done } = await this.#reports.next();
      if (done) {
        this.#ended = true;
        const { signal, code } = await this.#child.status;
        running.delete(this.#child);
        throw new Error(
          `its process ended (${signal ? `killed by ${signal}` : `exit code ${code}`})`,
        );
      }
      if (!value.startsWith("{")) { // printed by a library
        console.error(value);
        continue;
      }
      const report = JSON.parse(value) as Report;
      if (report.kind === "error") throw new Error(report.message);
      if (report.kind !== "iter") return report;
      onIter(report.iter);
    }
  }
}
