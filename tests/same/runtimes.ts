/** The core as plain JavaScript in other runtimes, against its source here. */

import { join } from "node:path";
import { buildCore } from "gradnets/cli/build_core.ts";
import * as core from "gradnets/core";
import { browsing, findProgram, run, serving } from "../helpers/core.ts";
import { nameOf, type Size } from "./agree.ts";
import { apart, type Compared } from "./compared.ts";
import { trainAll } from "./train.js";

const RUN = `import * as core from "./core.js";
import { trainAll } from "./train.js";
console.log(JSON.stringify(trainAll(core)));
`;
const WORKER = `import * as core from "./core.js";
import { trainAll } from "./train.js";
postMessage(trainAll(core));
`;
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
const post = (found) => fetch("/", { method: "POST", body: JSON.stringify(found) });
try {
  const { trainAll } = await import("./train.js");
  const here = trainAll(await import("./core.js"));
  const worker = new Worker("./worker.js", { type: "module" });
  worker.onerror = ({ message }) => post({ error: message ?? "the worker does not start" });
  worker.onmessage = ({ data }) =>
    post({ here, worker: data, isolated: self.crossOriginIsolated });
} catch (error) {
  post({ error: String(error) });
}
</script>`;

type Trained = ReturnType<typeof trainAll>;

let expected: Trained | undefined;

/** What the source gives here. */
export const here = (): Trained => expected ??= trainAll(core);

async function built<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await buildCore(folder);
    await Deno.copyFile(new URL("./train.js", import.meta.url), join(folder, "train.js"));
    await Deno.writeTextFile(join(folder, "run.js"), RUN);
    await Deno.writeTextFile(join(folder, "worker.js"), WORKER);
    await Deno.writeTextFile(join(folder, "page.html"), PAGE);
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a runtime gives, by the place in it. */
type Places = Readonly<Record<string, Trained>>;

/** Runs the core in a runtime of the command line. */
const inTerminal = (...args: string[]) => async (program: string, folder: string) => ({
  "": JSON.parse(await run(program, [...args, "run.js"], folder)),
});

/** Runs the core in a page that is not isolated, and in a worker of it. */
async function inBrowser(chromium: string, folder: string): Promise<Places> {
  const { promise: post, resolve: posted } = Promise.withResolvers<string>();
  await serving(
    folder,
    (origin) => browsing(chromium, `${origin}/page.html`, post.then(() => {})),
    posted,
  );
  const { here, worker, isolated, error } = JSON.parse(await post);
  if (error || isolated !== false) throw new Error(error ?? `isolated: ${isolated}`);
  return { ", in a page": here, ", in a worker": worker };
}

/** A runtime that the core may be run in. */
export interface Runtime {
  readonly name: string;
  /** Compares its losses, weights and predictions with those of the source. Undefined: not found. */
  readonly compare: (() => Promise<Compared[]>) | undefined;
}

function runtime(
  name: string,
  program: string | undefined,
  places: (program: string, folder: string) => Promise<Places>,
): Runtime {
  if (program === undefined) return { name, compare: undefined };
  const compare = async () => {
    const found = await built((folder) => places(program, folder));
    return Object.entries(found).flatMap(([place, all]) =>
      here().map((one, i) => ({
        pair: `${name}${place} – the source in Deno`,
        of: "300 losses, weights and predictions",
        net: nameOf(one as Size),
        bound: 0,
        found: apart(all[i], one),
      }))
    );
  };
  return { name, compare };
}

/** All runtimes, whether they are here or not. */
export const runtimes: readonly Runtime[] = [
  runtime("Deno", Deno.execPath(), inTerminal("run", "--no-config", "--no-lock")),
  runtime("Node", findProgram("GRADNETS_NODE", "node"), inTerminal()),
  runtime("Bun", findProgram("GRADNETS_BUN", "bun"), inTerminal()),
  runtime(
    "Chromium",
    findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium"),
    inBrowser,
  ),
];
