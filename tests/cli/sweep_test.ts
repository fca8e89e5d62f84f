/** `deno task sweep` as a program: killed, stopped, split, gone on with. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadDataset } from "gradnets/files/mnist.ts";
import { recipeOf } from "gradnets/sweep/recipe.ts";
import { readResults } from "gradnets/sweep/results.ts";
import { runRecipe } from "gradnets/sweep/run.ts";
import { inDirectory, namesIn, writeBlots } from "../helpers/files.ts";

const base = { depth: 4, width: 6, batchSize: 10, epochs: 1, every: 10 } as const;
const GRID = { about: "small nets", base, runs: [{ axes: { depth: [3, 4], seed: [1, 2] } }] };
// would take minutes, so that it can be killed
const LONG = {
  about: "one long net after two short ones",
  base,
  runs: [{ axes: { depth: [3, 4] } }, { base: { seed: 2, epochs: 1e6, every: 1000 } }],
};

Deno.test("sweep adds a line for every run, with the numbers of runRecipe()", () =>
  inDirectory(async (directory) => {
    write(directory, GRID);
    const { code, stdout, stderr } = await sweep(directory, "--jobs 2");
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "4 runs; 0 finished before, 4 to do by 2 processes, into out");
    assertStringIncludes(stdout, "4/4 runs, 0:00 left: identity-grelu, depth ");
    const results = await readResults(join(directory, "out"));
    assertEquals(results.length, 4);
    assertEquals(lines(directory).length, 4);
    const data = await loadDataset({ dir: join(directory, "blots"), log: () => {} });
    for (const found of results) {
      const { curve, accuracy, parameters } = await runRecipe(found.recipe, data);
      assertEquals([found.curve, found.accuracy, found.parameters], [curve, accuracy, parameters]);
    }

    const again = await sweep(directory, "--jobs 2");
    assertEquals(again.code, 0);
    assertStringIncludes(again.stdout, "4 finished before, 0 to do");
    assertEquals(lines(directory).length, 4);
  }));

const KEPT = /^results\.[0-9a-f]{16}(\.previous)?\.safetensors$/;

Deno.test({
  name: "sweep goes on after a kill: no run twice, no child left, an unfinished line done again",
  ignore: Deno.build.os === "windows", // no signal can be sent to a child there
  fn: () =>
    inDirectory(async (directory) => {
      write(directory, LONG);
      {
        await using child = start(directory, "--jobs 1", "null");
        const kept = () => namesIn(join(directory, "out")).some((name) => KEPT.test(name));
        await until(() => lines(directory).length === 2 && kept());
        const [sweeping] = childrenOf(directory);
        assert(sweeping !== undefined, "a child is at the long run");
        child.kill("SIGKILL");
        await child.status;
        await until(() => childrenOf(directory).length === 0);
      }
      const path = join(directory, "out", "results.jsonl");
      const whole = Deno.readTextFileSync(path);
      const [first, second] = whole.split("\n");
      Deno.writeTextFileSync(path, whole.slice(0, -30)); // as if the disk had been full

      write(directory, GRID); // has both short runs
      const { code, stdout } = await sweep(directory, "--jobs 2");
      assertEquals(code, 0);
      assertStringIncludes(stdout, "1 finished before, 3 to do");
      const after = lines(directory);
      assertEquals(after.length, 4);
      assertEquals(after[0], first);
      const again = after.map((line) => JSON.parse(line)).filter(({ recipe }) =>
        JSON.stringify(recipe) === JSON.stringify(JSON.parse(second!).recipe)
      );
      assertEquals(again.length, 1);
      assertEquals(again[0].curve, JSON.parse(second!).curve);
    }),
});

Deno.test({
  name: "sweep ends at Ctrl-C, SIGTERM and SIGHUP with what was finished, and says how to go on",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inDirectory(async (directory) => {
      write(directory, LONG);
      for (const [signal, exit] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
        await using child = start(directory, "--jobs 2");
        const output = Promise.all([text(child.stdout), text(child.stderr)]);
        await until(() => lines(directory).length === 2 && childrenOf(directory).length > 0);
        child.kill(signal);
        const [stdout, stderr] = await output;
        assertEquals([(await child.status).code, stderr], [exit, ""]);
        assertMatch(
          stdout,
          /Stopped: \d of \d runs finished.*\nThe same command does what is left/,
        );
        assertEquals(childrenOf(directory), []);
        assertEquals((await readResults(join(directory, "out"))).length, 2);
      }
    }),
});

Deno.test({
  name: "sweep goes on inside a run: killed and stopped on its way, its row is the whole run's",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inDirectory(async (directory) => {
      const recipe = { ...base, epochs: 150, every: 100 }; // 30 measurements
      write(directory, { about: "one", base: recipe, runs: [{}] });
      const kept = () =>
        namesIn(join(directory, "out")).filter((name) => name.endsWith(".safetensors"));
      // a checkpoint grows with its steps
      const size = () => {
        try {
          const name = kept().find((name) => !name.includes("previous")) ?? "none";
          return Deno.statSync(join(directory, "out", name)).size;
        } catch {
          return 0;
        }
      };
      let before = 0;
      for (const signal of ["SIGKILL", "SIGTERM"] as const) {
        await using child = start(directory, "--jobs 1", "null");
        await until(() => size() > before);
        child.kill(signal);
        await child.status;
        await until(() => childrenOf(directory).length === 0);
        before = size();
        assertEquals(lines(directory), []);
      }
      const { code, stdout } = await sweep(directory, "--jobs 1");
      assertEquals(code, 0);
      assertStringIncludes(stdout, "1 of them go on from a checkpoint");
      assertEquals(kept(), []);
      const data = await loadDataset({ dir: join(directory, "blots"), log: () => {} });
      const [found] = await readResults(join(directory, "out"));
      const { date, msPerStep, ...row } = found!;
      const whole = await runRecipe(recipeOf(recipe), data);
      assertEquals({ ...whole, date, msPerStep }, { ...row, date, msPerStep });
    }),
});

Deno.test({
  name: "sweep reports a child that dies and does the others",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inDirectory(async (directory) => {
      const after = { base: { seed: 3 } };
      write(directory, { ...LONG, runs: [...LONG.runs, after] });
      await using child = start(directory, "--jobs 1");
      const output = Promise.all([text(child.stdout), text(child.stderr)]);
      await until(() => lines(directory).length === 2);
      const [sweeping] = childrenOf(directory);
      Deno.kill(sweeping!, "SIGKILL");
      const [stdout, stderr] = await output;
      assertEquals((await child.status).code, 1);
      assertStringIncludes(stdout, "Ended: 3 of 4 runs finished, 1 failed");
      assertStringIncludes(
        stderr,
        "seed 2, width 6, epochs 1000000, batch size 10: its process ended",
      );
      assertStringIncludes(stderr, "killed by SIGKILL");
      assertStringIncludes(
        stderr,
        JSON.stringify(recipeOf({ ...base, seed: 2, epochs: 1e6, every: 1000 })),
      );
      assertEquals((await readResults(join(directory, "out"))).at(-1)?.recipe.seed, 3);
    }),
});

Deno.test("sweep splits into shards whose results join to the whole", () =>
  inDirectory(async (directory) => {
    write(directory, GRID);
    const slurm = {
      SLURM_ARRAY_TASK_ID: "7",
      SLURM_ARRAY_TASK_MIN: "6",
      SLURM_ARRAY_TASK_COUNT: "2",
    };
    const [one, two] = await Promise.all([
      sweep(directory, "--jobs 1 --shard 1/2"),
      sweep(directory, "--jobs 1", slurm),
    ]);
    assertEquals([one.code, two.code], [0, 0]);
    assertStringIncludes(two.stdout, "4 runs, of which shard 2 of 2 has 2; 0 finished before");
    assertEquals(namesIn(join(directory, "out")), ["results-1-of-2.jsonl", "results-2-of-2.jsonl"]);
    assertEquals((await readResults(join(directory, "out"))).length, 4);
    // whoever did a run, it is done
    const { stdout } = await sweep(directory, "--list");
    assertEquals(stdout.match(/^finished {2}identity-grelu, depth/gm)?.length, 4);
  }));

Deno.test("sweep refuses what cannot be before it makes anything", () =>
  inDirectory(async (directory) => {
    const refused: readonly (readonly [unknown, string, string])[] = [
      [{ ...GRID, base: { epoch: 1 } }, "", "has no field epoch"],
      [{ ...GRID, base: { batchSize: 201 } }, "", "blots has 200 images to train on"],
      [GRID, "--shard 3/2", "none of the shards 1 to 2"],
      [GRID, "--data nowhere", "nowhere"],
      [GRID, "--out grid.json", "--out grid.json: found a file, expected a directory"],
      [GRID, "--out blots/train-labels-idx1-ubyte/x", "--out blots/train-labels-idx1-ubyte/x: Not"],
      ...Deno.build.os === "linux"
        ? [[GRID, "--out /proc/none", "Cannot write to --out /proc/none: No"] as const]
        : [],
    ];
    for (const [grid, args, words] of refused) {
      write(directory, grid);
      const { code, stderr } = await sweep(directory, args);
      assertEquals(code, 1);
      assertStringIncludes(stderr, words);
      assert(!stderr.includes("    at "), `a stack is not for people: ${stderr}`);
    }
    assertEquals(namesIn(directory), ["blots", "grid.json"]);
  }));

Deno.test("sweep trains models and layers of one's own, from files beside the grid", () =>
  inDirectory(async (directory) => {
    const own = fileURLToPath(new URL("../helpers/own_model.ts", import.meta.url));
    for (const name of ["my_model.ts", "my_layers.ts"]) {
      Deno.copyFileSync(own, join(directory, name));
    }
    write(directory, {
      about: "of one's own",
      base,
      runs: [
        { name: "own: model", base: { model: "my_model.ts#conv", l1: 0.1 } },
        {
          name: "own: layer",
          base: { layer: "my_layers.ts#rezero", learningRate: { rate: 0.01 } },
        },
      ],
    });
    const { code, stderr } = await sweep(directory, "--jobs 1");
    assertEquals(code, 0, stderr);
    const results = await readResults(join(directory, "out"));
    const [model, layer] = results;
    assertEquals(model!.recipe.model, { kind: "own", from: "my_model.ts#conv" });
    assertEquals(layer!.recipe.layer, "my_layers.ts#rezero");
    assertEquals(model!.kernels, "reference: the net is not a GradNet");
    assertEquals(model!.parameters, 9 * 6 + 6 + 4 * 6 * 2 + 2);
    assertEquals(layer!.parameters, 16 * 6 + 6 + 2 * (36 + 6 + 1) + 6 * 2 + 2);
    const data = await loadDataset({ dir: join(directory, "blots"), log: () => {} });
    for (const found of results) {
      assertEquals([found.stopped, found.steps], [null, 20]);
      assert(found.validation! > 0 && found.curve.length > 1);
      const again = await runRecipe(found.recipe, data, { base: pathToFileURL(`${directory}/`) });
      assertEquals([again.curve, again.validation], [found.curve, found.validation]);
    }
  }));

Deno.test("sweep names the file or the export of one's own that is missing", () =>
  inDirectory(async (directory) => {
    const own = fileURLToPath(new URL("../helpers/own_model.ts", import.meta.url));
    Deno.copyFileSync(own, join(directory, "my.ts"));
    const refused: readonly (readonly [object, string])[] = [
      [{ model: "nowhere.ts#conv" }, "Cannot load nowhere.ts#conv for a recipe: "],
      [
        { model: "my.ts#convolution" },
        "expected my.ts to export convolution as function, found undefined; its exports are conv, rezero",
      ],
      [{ layer: "my.ts#conv" }, "expected my.ts to export conv as object, found function"],
    ];
    for (const [change, words] of refused) {
      write(directory, { about: "wrong", base: { ...base, ...change }, runs: [{}] });
      const { code, stdout, stderr } = await sweep(directory, "--jobs 1");
      assertEquals(code, 1);
      assertStringIncludes(stdout + stderr, words);
      assertEquals(lines(directory), []);
    }
  }));

function write(directory: string, grid: unknown): void {
  if (!namesIn(directory).includes("blots")) writeBlots(join(directory, "blots"));
  Deno.writeTextFileSync(join(directory, "grid.json"), JSON.stringify(grid));
}

/** The lines in all files of results there are. */
function lines(directory: string): string[] {
  const out = join(directory, "out");
  try {
    return namesIn(out).filter((name) => name.endsWith(".jsonl")).flatMap((name) =>
      Deno.readTextFileSync(join(out, name)).split("\n").slice(0, -1)
    );
  } catch {
    return [];
  }
}

/** Processes that were told to read the data in `directory`, as /proc has them. */
function childrenOf(directory: string): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(
    Number.isInteger,
  );
  return pids.filter((pid) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
      return words.some((word) => word.endsWith("child.ts")) &&
        Deno.readLinkSync(`/proc/${pid}/cwd`) === Deno.realPathSync(directory);
    } catch {
      return false; // it has ended
    }
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 12_000 && !holds(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert(holds(), "waited in vain");
}

async function text(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return (await Array.fromAsync(stream.pipeThrough(new TextDecoderStream()))).join("");
}

function start(
  cwd: string,
  args: string,
  output: "piped" | "null" = "piped",
  env: Readonly<Record<string, string>> = {},
) {
  const script = fileURLToPath(new URL("../../lib/cli/sweep.ts", import.meta.url));
  const words = args === "" ? [] : args.split(" ");
  const data = words.includes("--data") ? [] : ["--data", "blots"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, "grid.json", "--out", "out", ...data, ...words],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdout: output,
    stderr: output,
  }).spawn();
}

async function sweep(cwd: string, args: string, env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await start(cwd, args, "piped", env).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}
