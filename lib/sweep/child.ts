/**
 * Child process of a sweep: loads the data once and runs recipes, one at a time. Exits when standard
 * input closes, which it does however the sweep dies. A training yields to the event loop every
 * 30 ms, so it need not finish first.
 */

import { loadDataset } from "../files/mnist.ts";
import { linesOf } from "../files/text_lines.ts";
import type { Order, Report, Start } from "./protocol.ts";
import { runRecipe } from "./run.ts";

function say(report: Report): void {
  const bytes = new TextEncoder().encode(JSON.stringify(report) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

async function main({ data: dir, base }: Start): Promise<void> {
  // the sweep has downloaded it already
  const data = await loadDataset({
    download: false,
    fallback: false,
    log: () => {},
    ...dir !== undefined && { dir },
  });
  let work = Promise.resolve();
  const run = async ({ recipe }: Order) => {
    try {
      const result = await runRecipe(recipe, data, {
        ...(base !== undefined && { base }),
        onPoint: ({ iter }) => say({ kind: "iter", iter }),
      });
      say({ kind: "result", result });
    } catch (error) {
      say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
    }
  };
  orders = (line) => work = work.then(() => run(JSON.parse(line) as Order));
  say({ kind: "ready", data: data.name });
}

let orders: (line: string) => void = () => {};

if (import.meta.main) {
  const started = main(JSON.parse(Deno.args[0] ?? "{}") as Start).catch((error) => {
    say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
    Deno.exit(1);
  });
  for await (const line of linesOf(Deno.stdin.readable)) {
    await started;
    orders(line);
  }
  Deno.exit(0);
}
