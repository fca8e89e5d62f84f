/**
 * The notebook runner, on the real kernel. GRADNETS_FRESH_KERNELS=50 runs the chatty notebook that
 * often, each time in a kernel of its own.
 */

import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "node:path";
import { Kernel } from "../../notebooks/tools/kernel.ts";
import {
  codeCells,
  formatNotebook,
  NOTEBOOKS,
  type Output,
  parseNotebook,
  readNotebook,
} from "../../notebooks/tools/notebook.ts";
import { Outputs } from "../../notebooks/tools/outputs.ts";
import { type Run, runNotebook, type RunOptions } from "../../notebooks/tools/runner.ts";
import type { Message } from "../../notebooks/tools/wire.ts";
import { withNotebook } from "../helpers/notebook.ts";

/** Runs cells as a notebook in a folder of its own; what it wrote is read before that goes. */
async function run(
  cells: readonly (string | { source: string; tags: string[] })[],
  options: Partial<RunOptions> = {},
  dir?: string,
): Promise<Run & { outputs: Output[][]; counts: (number | null)[]; shown: string }> {
  return await withNotebook(cells, async (path, out) => {
    let shown = "";
    const write = (text: string) => void (shown += text);
    const result = await runNotebook(path, { out, write, ...options });
    const executed = codeCells(await readNotebook(result.written));
    const outputs = executed.map((cell) => cell.outputs);
    return { ...result, outputs, counts: executed.map((cell) => cell.execution_count), shown };
  }, dir);
}

const stdout = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const stderr = (text: string): Output => ({ output_type: "stream", name: "stderr", text });
const big = 2_000_000;
const bigDisplay = (letter: string): Output => ({
  output_type: "display_data",
  data: { "text/plain": letter.repeat(big) },
  metadata: {},
});
const numbers = (n: number, label: string) =>
  Array.from({ length: n }, (_, i) => `${label} ${i}\n`).join("");

/** Cells that print and display in every way that loses output in other runners. */
function chatty(round: number): { source: string; expected: Output[] }[] {
  const result = (value: string): Output => ({
    output_type: "execute_result",
    execution_count: null,
    data: { "text/plain": value },
    metadata: {},
  });
  return [
    {
      source: `for (let i = 0; i < 300; i++) console.log("loop ${round}", i);`,
      expected: [stdout(numbers(300, `loop ${round}`))],
    },
    {
      source: `for (let i = 0; i < 20; i++) {
  await new Promise((resolve) => setTimeout(resolve, i % 3));
  console.log("async ${round}", i);
}
console.error("to stderr ${round}");
${round}`,
      expected: [
        stdout(numbers(20, `async ${round}`)),
        stderr(`to stderr ${round}\n`),
        result(`${round}`),
      ],
    },
    {
      // not awaited: all of it is still in the kernel's queue when the cell's code has run
      source: `for (const letter of "xyz") {
  const data = { "text/plain": letter.repeat(${big}) };
  Deno.jupyter.broadcast("display_data", { data, metadata: {}, transient: {} });
}
console.log("after the displays ${round}");`,
      expected: [..."xyz"].map(bigDisplay).concat(stdout(`after the displays ${round}\n`)),
    },
    {
      source: `console.log("w".repeat(200_000));
Promise.resolve().then(() => console.log("soon ${round}"));
setTimeout(() => console.log("next turn ${round}"), 0);
console.log("end ${round}");`,
      expected: [
        stdout(`${"w".repeat(200_000)}\nend ${round}\nsoon ${round}\nnext turn ${round}\n`),
      ],
    },
  ];
}

/** Says where two lists of outputs differ without printing megabytes. */
function assertSameOutputs(actual: readonly Output[], expected: readonly Output[], where: string) {
  const cut = (key: string, value: unknown) => {
    if (key === "execution_count") return null;
    if (typeof value !== "string" || value.length <= 200) return value;
    return `${value.slice(0, 20)}… ${value.length} characters …${value.slice(-120)}`;
  };
  const short = (outputs: readonly Output[]) => JSON.parse(JSON.stringify(outputs, cut));
  assertEquals(short(actual), short(expected), where);
}

Deno.test("Kernel.execute() gives every line to its own cell, 50 times", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  const displays = new Map();
  for (let round = 0; round < 50; round++) {
    for (const [i, { source, expected }] of chatty(round).entries()) {
      const outputs = new Outputs(displays);
      const reply = await kernel.execute(source, (message) => void outputs.apply(message));
      assertEquals(reply.errors, []);
      assertSameOutputs(outputs.list, expected, `round ${round}, cell ${i + 1}`);
    }
  }
});

// Without what in_kernel.ts does at the end of a cell, six runs in ten fail: the kernel writes
// "idle" into the middle of a display that the socket could not take at once.
Deno.test("Kernel.execute() gets megabytes whole, also if it reads slowly", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  for (let round = 0; round < 3; round++) {
    const outputs = new Outputs(new Map());
    const slow = (message: Message) => {
      outputs.apply(message);
      for (const end = performance.now() + 100; performance.now() < end;);
    };
    const source = `for (const letter of "xyz") {
  const data = { "text/plain": letter.repeat(6e6) };
  Deno.jupyter.broadcast("display_data", { data, metadata: {}, transient: {} });
}
console.log("end");`;
    const { errors } = await kernel.execute(source, slow);
    assertEquals(errors, []);
    const sizes = outputs.list.map((output) =>
      "data" in output ? String(output.data["text/plain"]).length : output
    );
    assertEquals(sizes, [6e6, 6e6, 6e6, stdout("end\n")]);
  }
});

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

Deno.test("formatNotebook() is stable, and readable by lines", () => {
  const notebook = parseNotebook(
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { b: 1, a: 2 },
      cells: [{
        cell_type: "code",
        id: "x",
        metadata: {},
        source: ["one\n", "two"],
        execution_count: 3,
        outputs: [{
          output_type: "display_data",
          metadata: {},
          data: { "text/plain": "p\nq", "image/png": "AAAA\n", "application/json": "j" },
        }],
      }],
    }),
    "x.ipynb",
  );
  assertEquals(notebook.cells[0]!.source, "one\ntwo");
  const text = formatNotebook(notebook);
  assert(text.endsWith("\n}\n"));
  assertLess(text.indexOf('"cells"'), text.indexOf('"metadata"'));
  assertLess(text.indexOf('"a"'), text.indexOf('"b"'));
  const cell = JSON.parse(text).cells[0];
  assertEquals(cell.source, ["one\n", "two"]);
  assertEquals(cell.outputs[0].data, {
    "application/json": "j",
    "image/png": "AAAA\n",
    "text/plain": ["p\n", "q"],
  });
  assertEquals(formatNotebook(parseNotebook(text, "x.ipynb")), text);
});

Deno.test("parseNotebook() refuses what is no notebook", async () => {
  for (
    const [text, found] of [["{", "no JSON"], ["[]", "no list of cells"], ['{"cells":[]}', "not 4"]]
  ) {
    await assertRejects(
      () => Promise.try(() => parseNotebook(text!, "bad.ipynb")),
      SyntaxError,
      found!,
    );
  }
});

Deno.test("runNotebook() stops at the cell that fails and says which and why", async () => {
  const cases: [cell: string, ename: string, evalue: RegExp][] = [
    [`throw new TypeError("no such digit")`, "TypeError", /^no such digit$/],
    [`const x: number = ;`, "SyntaxError", /cannot read this cell/],
    [`import a from "npm:@gradnets/no-such-package-9f3"`, "SyntaxError", /npm package/],
    [`import a from "./not_there.ts"`, "TypeError", /not_there/],
    [`Promise.reject(new RangeError("nobody awaits this"));`, "RangeError", /nobody awaits/],
    [`setTimeout(() => { throw new Error("in a timer"); }, 2);`, "Error", /in a timer/],
    [
      `({ [Symbol.for("Jupyter.display")]() { throw new Error("in a display"); } })`,
      "Error",
      /in a display/,
    ],
    [`Deno.exit(7)`, "KernelError", /The kernel ended \(exit code 7\)/],
    [`Deno.kill(Deno.pid, "SIGKILL"); await 0;`, "KernelError", /The kernel ended \(killed by/],
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
  // a syntax error: the type checker is asked where it is
  assertStringIncludes(failure!.error.traceback.join("\n"), "cell 1, line 2, column 23");
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

/** Whether a process runs; one that is dead and not yet buried does not. */
async function lives(pid: number): Promise<boolean> {
  if (Deno.build.os === "linux") { // not every container has ps
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    return /^\d+ \(.*\) [^ZX]/s.test(stat);
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] })
    .output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout).trim());
}

/** run.ts as a person starts it, with a temporary folder of its own. */
function runTool(args: readonly string[], temporary?: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(NOTEBOOKS, "tools", "run.ts"), ...args],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...temporary !== undefined && { TMPDIR: temporary } },
  }).spawn();
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("run.ts tells the failing cell's number, first line and error, with exit code 1", async () => {
  await withNotebook(["1", `// look\nthrow new Error("told you")`], async (path, out) => {
    const { code, stdout, stderr } = await runTool([path, "--out", out]).output();
    assertEquals(code, 1);
    assertStringIncludes(text(stderr), "a.ipynb: cell 2 failed.\n  // look\n\nError: told you");
    assertStringIncludes(text(stdout), "── 2/2 ── // look");
  });
});

Deno.test("run.ts refuses by name what it does not know or cannot do", async () => {
  const cases: [args: string[], told: string][] = [
    [["--epoch", "2"], "--epoch"],
    [["--epochs", "0"], "'0' is invalid"],
    [["--epochs", "many"], "'many' is invalid"],
    [["--seed", "1.5"], "'1.5' is invalid"],
    [["--seed", "-1"], "'-1' is invalid"],
    [["--data", "/no/such/place"], "'/no/such/place' is invalid"],
    [["--timeout", "soon"], "'soon' is invalid"],
    [["99_not_there"], '"99_not_there"'],
  ];
  await Promise.all(cases.map(async ([args, told]) => {
    const { code, stderr } = await runTool(args).output();
    assertEquals(code, 1, args.join(" "));
    assertStringIncludes(text(stderr), told);
  }));
});

Deno.test({
  name: "run.ts leaves no kernel, file or half a copy behind, however it is stopped",
  ignore: Deno.build.os === "windows", // no such signals
  fn: async () => {
    const loops = ["await new Promise(() => {});", "while (true);"];
    const signals = [["SIGINT", 130], ["SIGTERM", 143], ["SIGKILL", 137]] as const;
    for (const [i, [signal, expected]] of signals.entries()) {
      await withNotebook(["console.log(Deno.pid);", loops[i % 2]!], async (path, out) => {
        const earlier = join(out, "a.ipynb");
        await Deno.mkdir(out);
        await Deno.writeTextFile(earlier, "an earlier run's");
        const temporary = await Deno.makeTempDir();
        const child = runTool([path, "--out", out], temporary);
        let shown = "";
        const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
        while (!shown.includes("── 2/2 ──")) {
          const { value, done } = await reader.read();
          assert(!done, shown);
          shown += value;
        }
        const kernel = Number(/^\d+$/m.exec(shown)![0]);
        assertEquals(await lives(kernel), true);
        child.kill(signal);
        const { code } = await child.status;
        await child.stderr.cancel();
        await reader.cancel();
        assertEquals(code, expected, signal);
        for (let i = 0; i < 50 && await lives(kernel); i++) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assertEquals(await lives(kernel), false, `a kernel outlived ${signal}`);
        assertEquals(await Deno.readTextFile(earlier), "an earlier run's");
        assertEquals([...Deno.readDirSync(out)].length, 1);
        assertEquals([...Deno.readDirSync(temporary)], []);
        await Deno.remove(temporary);
      });
    }
  },
});
