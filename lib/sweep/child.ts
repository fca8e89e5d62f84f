/**
 * Child process of a sweep: loads the data once and runs recipes, one at a time. Exits when standard
 * input closes, which it does however the sweep dies, after a last checkpoint. A training yields to
 * the event loop every 30 ms, so it need not finish first.
 */

import { loadDataset } from "../files/mnist.ts";
import { linesOf } from "../files/text_lines.ts";
import type { Order, Report, Start } from "./protocol.ts";
import { runRecipe } from "./run.ts";

function say(report: Report): void {
  const bytes = new TextEncoder().encode(JSON.stringify(report) + "\n");
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // the sweep has died: so will this
  }
}

/** Loads the data; returns what carries out an order. */
async function main({ data: dir, base, keep }: Start, signal: AbortSignal) {
  // the sweep has downloaded it already
  const data = await loadDataset({
    download: false,
    fallback: false,
    log: () => {},
    ...dir !== undefined && { dir },
  });
  say({ kind: "ready", data: data.name });
  return async ({ recipe }: Order) => {
    try {
      const result = await runRecipe(recipe, data, {
        ...(base !== undefined && { base }),
        ...(keep && { keep }),
        signal,
        onPoint: ({ iter }) => say({ kind: "iter", iter }),
      });
      say({ kind: "result", result });
    } catch (error) {
      if (error !== signal.reason) report(error);
    }
  };
}

function report(error: unknown): void {
  say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
}

if (import.meta.main) {
  const over = new AbortController();
  const started = main(JSON.parse(Deno.args[0] ?? "{}") as Start, over.signal).catch((error) => {
    report(error);
    Deno.exit(1);
  });
  let work = Promise.resolve();
  for await (const line of linesOf(Deno.stdin.readable)) {
    const run = await started;
    work = work.then(() => run(JSON.parse(line) as Order));
  }
  over.abort();
  await work;
  Deno.exit(0);
}
