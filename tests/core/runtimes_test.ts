/**
 * The core as plain JavaScript: the same seed gives the same numbers, to the last bit, in every
 * runtime. A runtime that is not here is skipped by name.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { buildCore } from "gradnets/cli/build_core.ts";
import * as core from "gradnets/core";
import { browsing, findProgram, run, serving } from "../helpers/core.ts";
import { trainAll } from "../same/train.js";

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

/** What the source gives here. */
let expected: ReturnType<typeof trainAll> | undefined;
const here = () => expected ??= trainAll(core);

async function built(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await buildCore(folder);
    await Deno.copyFile(new URL("../same/train.js", import.meta.url), join(folder, "train.js"));
    await Deno.writeTextFile(join(folder, "run.js"), RUN);
    await Deno.writeTextFile(join(folder, "worker.js"), WORKER);
    await Deno.writeTextFile(join(folder, "page.html"), PAGE);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the core trains on one thread, fused, and learns", () => {
  for (const { depth, kernels, losses, accuracy } of here()) {
    assertEquals([kernels, losses.length], ["fused (SIMD)", 300]);
    if (depth > 5) continue; // not all kinds learn at 50 layers
    const [first, last] = [losses[0], losses.at(-1)];
    assert(first !== undefined && last !== undefined && last < first); // hex of floats is in order
    assert(accuracy > 0.5, `${accuracy}`);
  }
});

const node = findProgram("GRADNETS_NODE", "node");
const bun = findProgram("GRADNETS_BUN", "bun");
const chromium = findProgram("GRADNETS_CHROMIUM", "/usr/bin/chromium", "chromium");
const runtimes = [
  { name: "Deno", program: Deno.execPath(), args: ["run", "--no-config", "--no-lock"] },
  { name: "Node", program: node, args: [] },
  { name: "Bun", program: bun, args: [] },
];

for (const { name, program, args } of runtimes) {
  Deno.test({
    name: `the core gives the same 300 losses of every kind of layer in ${name}${
      program ? "" : ": skipped, not found"
    }`,
    ignore: program === undefined,
    fn: () =>
      built(async (folder) => {
        const printed = await run(program ?? "", [...args, "run.js"], folder);
        assertEquals(JSON.parse(printed), here());
      }),
  });
}

Deno.test({
  name:
    `the core gives the same 300 losses of every kind of layer in Chromium, in a page that is not isolated and in a ` +
    `worker${chromium ? "" : ": skipped, not found"}`,
  ignore: chromium === undefined,
  fn: () =>
    built(async (folder) => {
      const { promise: post, resolve: posted } = Promise.withResolvers<string>();
      await serving(
        folder,
        (origin) => browsing(chromium ?? "", `${origin}/page.html`, post.then(() => {})),
        posted,
      );
      assertEquals(JSON.parse(await post), { here: here(), worker: here(), isolated: false });
    }),
});
