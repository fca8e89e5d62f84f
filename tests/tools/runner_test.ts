/** A notebook run to its end or to its failure: output, errors, limits, settings. */

import {
  assert,
  assertEquals,
  assertGreater,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Kernel } from "../../notebooks/tools/kernel.ts";
import { codeCells, NOTEBOOKS, readNotebook } from "../../notebooks/tools/notebook.ts";
import { runNotebook } from "../../notebooks/tools/runner.ts";
import { assertSameOutputs, chatty, numbers, run, stderr, stdout } from "../helpers/outputs.ts";
import { lives } from "../helpers/lives.ts";
import { withNotebook } from "../helpers/notebook.ts";

Deno.test("runNotebook() loses no line of a chatty notebook", async () => {
  const times = Number(Deno.env.get("GRADNETS_FRESH_KERNELS") ?? 1);
  for (let round = 0; round < times; round++) {
    const cells = chatty(round);
    const late = `void (async () => {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    console.log("late", i);
  }
})();`;
    const { outputs, failure, shown } = await run([...cells.map(({ source }) => source), late]);
    assertEquals(failure, undefined);
    for (const [i, { expected }] of cells.entries()) {
      assertSameOutputs(outputs[i]!, expected, `kernel ${round}, cell ${i + 1}`);
    }
    // nobody waited for this promise, and no cell comes after
    assertSameOutputs(outputs.at(-1)!, [stdout(numbers(5, "late"))], `kernel ${round}, last cell`);
    for (const line of [`loop ${round} 299`, `end ${round}`, "late 4"]) {
      assertStringIncludes(shown, `${line}\n`);
    }
  }
});

Deno.test("runNotebook() writes what Jupyter would: results, streams, displays, counts", async () => {
  const { outputs, counts, failure } = await run([
    `console.log("a"); console.log("b"); console.error("c"); console.log("d"); 1 + 1`,
    `const show = (text, type = "display_data") => Deno.jupyter.broadcast(type,
  { data: { "text/plain": text }, metadata: {}, transient: { display_id: "one" } });
await show("first"); await show("second", "update_display_data");`,
    `await show("third", "update_display_data"); undefined`,
    `console.log("gone"); await Deno.jupyter.broadcast("clear_output", { wait: true });
console.log("stays");`,
    "",
    `await Deno.jupyter.display({ [Symbol.for("Jupyter.display")]: () =>
  ({ "text/html": "<b>x</b>\\n<i>y</i>", "application/vnd.plotly.v1+json": { data: [1, "a\\nb"] } }) });`,
  ]);
  assertEquals(failure, undefined);
  assertEquals(counts, [1, 2, 3, 4, null, 5]);
  assertEquals(outputs[0], [
    stdout("a\nb\n"),
    stderr("c\n"),
    stdout("d\n"),
    {
      output_type: "execute_result",
      execution_count: 1,
      data: { "text/plain": "2" },
      metadata: {},
    },
  ]);
  assertEquals(outputs[1], [
    { output_type: "display_data", data: { "text/plain": "third" }, metadata: {} },
  ]);
  assertEquals(outputs[2], []);
  assertEquals(outputs[3], [stdout("stays\n")]);
  assertEquals(outputs[5], [{
    output_type: "display_data",
    data: {
      "text/html": "<b>x</b>\n<i>y</i>",
      "application/vnd.plotly.v1+json": { data: [1, "a\nb"] },
    },
    metadata: {},
  }]);
});

Deno.test("runNotebook() keeps the last picture of a control, whose model ends with the kernel", async () => {
  const { outputs, failure } = await run([
    `const { slider } = await import(${
      JSON.stringify(import.meta.resolve("gradnets/kernel/widgets"))
    });
const g = slider({ label: "g" });
g`,
    "g.value = 0.5; undefined",
  ]);
  assertEquals(failure, undefined);
  const [output, ...more] = outputs[0] ?? [];
  assertEquals([more, outputs[1]], [[], []]);
  const { data } = output as { data: Record<string, string> };
  assertEquals(Object.keys(data), ["text/html", "text/plain"]);
  assertEquals(data["text/plain"], "g  ━━━━━━━━━━●─────────  0.5");
});

Deno.test("runNotebook() stops at the cell that fails and says which and why", async () => {
  const cases: [cell: string, ename: string, evalue: RegExp][] = [
    [`throw new TypeError("no such digit")`, "TypeError", /^no such digit$/],
    [`const x: number = ;`, "SyntaxError", /^Expression expected/],
    [`import a from "npm:@gradnets/no-such-package-9f3"`, "TypeError", /npm package/],
    [`import a from "./not_there.ts"`, "TypeError", /not_there/],
    [`Promise.reject(new RangeError("nobody awaits this"));`, "RangeError", /nobody awaits/],
    [`setTimeout(() => { throw new Error("in a timer"); }, 2);`, "Error", /in a timer/],
    [
      `({ [Symbol.for("Jupyter.display")]() { throw new Error("in a display"); } })`,
      "Error",
      /in a display/,
    ],
    [`Deno.exit(7)`, "KernelDied", /exit code 7/],
    [`Deno.kill(Deno.pid, "SIGKILL"); await 0;`, "KernelDied", /ended by SIGKILL/],
  ];
  for (const [source, ename, evalue] of cases) {
    const cells = [`console.log("before")`, `\n${source}\n`, `console.log("never")`];
    const { failure, outputs, counts, shown } = await run(cells);
    assert(failure, `${source} went through`);
    assertEquals([failure.cell, failure.line], [2, source]);
    assertEquals(failure.error.ename, ename, source);
    assert(evalue.test(failure.error.evalue), `${source}: ${failure.error.evalue}`);
    // the executed copy: all up to the failure, and it too
    assertEquals(outputs[0], [stdout("before\n")]);
    const error = outputs[1]!.at(-1)!;
    assert(error.output_type === "error" && evalue.test(error.evalue));
    assertEquals([outputs[2], counts[2]], [[], null]);
    assert(!shown.includes("never\n"));
  }
});

Deno.test("runNotebook() shows what a failing cell printed, then the error, then its place", async () => {
  const { failure, outputs } = await run([
    `for (let i = 0; i < 200; i++) console.log("p", i);
const wrong: string = ;`,
    "1",
  ]);
  assertStringIncludes(failure!.error.traceback.join("\n"), "line 2 | const wrong: string = ;");
  assertEquals(outputs[0]!.length, 1);

  const thrown = await run([`for (let i = 0; i < 200; i++) console.log("p", i);
throw new Error("at the end");`]);
  assertEquals(thrown.outputs[0]![0], stdout(numbers(200, "p")));
  assertEquals(thrown.outputs[0]![1]!.output_type, "error");
});

Deno.test("runNotebook() goes on after a cell tagged as failing on purpose", async () => {
  const { failure, outputs } = await run([
    { source: `throw new Error("look at this")`, tags: ["raises-exception"] },
    `console.log("goes on")`,
  ]);
  assertEquals(failure, undefined);
  assertEquals(outputs[0]![0]!.output_type, "error");
  assertEquals(outputs[1], [stdout("goes on\n")]);
});

Deno.test("runNotebook() ends a cell at its time limit, even in a loop", async () => {
  let pid = 0;
  const { failure } = await run(["console.log(1)", "while (true);"], {
    timeLimit: 1,
    onKernel: (kernel) => void (pid = kernel.pid),
  });
  assertEquals([failure?.cell, failure?.error.ename], [2, "TimeoutError"]);
  assertStringIncludes(failure!.error.evalue, "more than 1 s");
  assertGreater(pid, 0);
  assertEquals(await lives(pid), false);
});

Deno.test("runNotebook() can be stopped, also before its first cell", async () => {
  for (const after of ["kernel", "cell"]) {
    const stop = new AbortController();
    let pid = 0;
    const options = {
      signal: stop.signal,
      onKernel: (kernel: Kernel) => {
        pid = kernel.pid;
        if (after === "kernel") stop.abort(new Error("enough"));
      },
      write: (text: string) => void (text.includes("looping") && stop.abort(new Error("enough"))),
    };
    await assertRejects(
      () => run(["console.log('looping'); while (true);"], options),
      Error,
      "enough",
    );
    assertEquals(await lives(pid), false);
  }
});

Deno.test("runNotebook() tells a notebook that its run is quick, and its copy says so", async () => {
  const cell = `import { settings } from "gradnets/notebook/settings.ts";
console.log(settings({ epochs: 20, seed: 1 }).epochs, settings({ epochs: 1, seed: 1 }).epochs);`;
  await withNotebook([cell], async (path, out) => {
    const { failure, written } = await runNotebook(path, {
      out,
      settings: { quick: true },
      write: () => {},
    });
    assertEquals(failure, undefined);
    const copy = await readNotebook(written);
    assertEquals(codeCells(copy)[0]?.outputs, [stdout("2 1\n")]);
    assertEquals(copy.metadata["gradnets"], { quick: true });
  }, NOTEBOOKS);
});

Deno.test("runNotebook() gives the notebook its settings and this repo's modules", async () => {
  const data = await Deno.makeTempDir();
  try {
    const { outputs, failure, written } = await run(
      [
        `import { settings } from "gradnets/notebook/settings.ts";
const { epochs, seed, data } = settings({ epochs: 20, seed: 1 });
console.log(epochs, seed, await Deno.realPath(data) === ${
          JSON.stringify(await Deno.realPath(data))
        });`,
        `prompt("nobody is here to answer") === null`,
      ],
      { settings: { epochs: "0.25", seed: "0", data } },
      NOTEBOOKS,
    );
    assertEquals(failure, undefined);
    assertEquals(outputs[0], [stdout("0.25 0 true\n")]);
    assertEquals((outputs[1]![0] as { data: unknown }).data, { "text/plain": "true" });
    await assertRejects(() => Deno.stat(written), Deno.errors.NotFound); // its folder is gone
  } finally {
    await Deno.remove(data);
  }
});
