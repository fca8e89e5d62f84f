import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { constant, startBackend } from "gradnets";
import { transitions } from "gradnets/transitions/catalogue.ts";
import { GlimpseTrial } from "gradnets/transitions/glimpse_trial.ts";
import { NormTrial } from "gradnets/transitions/norm_trial.ts";
import { parseTrials, summarise, trialKey, trialRows } from "gradnets/transitions/table.ts";
import {
  type Runner,
  runTrial,
  type Transition,
  type TrialPoint,
} from "gradnets/transitions/trial.ts";
import { assertClose, tinyDataset, withoutLeak } from "../helpers/close.ts";

await startBackend();

const data = tinyDataset();
const start = { data, seed: 1, steps: 12 };

Deno.test("every variant of the catalogue trains, ends where it says, and frees all", async () => {
  const ends: Record<string, Record<string, number>> = {
    "dropout, all images": { "none": 0, "from the start": 1, "gradual": 1 },
    "dropout, 2,000 images": { "none": 0, "from the start": 1, "gradual": 1 },
    "batch norm": { "none": 1, "kept": 0, "gradual": 1 },
    "depth": { "from the start": 1, "all at once": 1, "shallow first": 1, "deepest first": 1 },
    "optimizer": { "sgd": 0, "adam": 1, "sgd → adam": 1, "adam → sgd": 1 },
    "attention, canvas 40": { "none": 0, "from the start": 1, "gradual": 1 },
    "attention, canvas 60": { "none": 0, "from the start": 1, "gradual": 1 },
  };
  assertEquals(Object.keys(ends), Object.keys(transitions));
  for (const [name, { variants }] of Object.entries<Transition>(transitions)) {
    assertEquals(Object.keys(variants), Object.keys(ends[name]!));
    for (const [variant, made] of Object.entries(variants)) {
      await withoutLeak(() => {
        const runner = made.start(start);
        const first = runner.g;
        for (let step = 0; step < start.steps; step++) runner.step();
        assertEquals(runner.g, ends[name]![variant], `${name}, ${variant}`);
        const goes = variant === "gradual" || /→|once|first$/.test(variant);
        assertEquals(first, goes ? 0 : runner.g, `${name}, ${variant}`);
        runner.dispose();
      });
    }
  }
});

/** A runner that counts its steps, and is right as often as it was trained. */
function counting(log: string[] = []): Runner {
  let steps = 0;
  return {
    parameters: 7,
    get g() {
      return steps / 10;
    },
    step: () => void steps++,
    accuracy: (most) => most === undefined ? 0.123456 : steps / 1000,
    measures: () => ({ steps, third: 1 / 3 }),
    dispose: () => void log.push("disposed"),
  };
}

Deno.test("runTrial() measures at even distances, before the step, and at the end", async () => {
  const log: string[] = [], seen: TrialPoint[] = [];
  const variant = { about: "counts", start: () => counting(log) };
  const { date, msPerStep, versions, ...result } = await runTrial(variant, {
    ...{ ...start, steps: 10, transition: "counting", variant: "up", points: 4 },
    onPoint: (point) => void seen.push(point),
  });
  assertEquals(result, {
    transition: "counting",
    variant: "up",
    seed: 1,
    steps: 10,
    data: "tiny",
    accuracy: 0.1235,
    measures: { steps: 10, third: 0.3333 },
    curve: [[0, 0, 0], [3, 0.3, 0.003], [5, 0.5, 0.005], [8, 0.8, 0.008], [10, 1, 0.01]],
    parameters: 7,
  });
  assertEquals(seen, [...result.curve]);
  assertEquals(log, ["disposed"]);
  assert(msPerStep >= 0 && versions["deno"] !== undefined && date.endsWith("Z"));
});

Deno.test("runTrial() frees its runner when a step fails", async () => {
  const log: string[] = [];
  const step = () => {
    throw new Error("no such step");
  };
  const variant = { about: "", start: () => ({ ...counting(log), g: 0, step }) };
  const options = { ...start, transition: "t", variant: "v" };
  await assertRejects(() => runTrial(variant, options), Error, "no such step");
  assertEquals(log, ["disposed"]);
});

Deno.test("NormTrial.test() with one's own statistics depends on the company below g = 1 alone", () => {
  const trial = (g: number) => {
    const trial = new NormTrial({ ...start, g: constant(g), hidden: 2 });
    for (let step = 0; step < 30; step++) trial.step();
    const found = {
      ...trial.measures(),
      file: trial.test("batch", 3).predictions,
      others: trial.test("batch", 3, Infinity, true).predictions,
      among: [[], [1, 2, 3], [4, 5, 6]].map((company) => [...trial.among(0, company)]),
      running: [trial.test("running", 3), trial.test("running", 7, Infinity, true)],
    };
    trial.dispose();
    return found;
  };
  const kept = trial(0), gone = trial(1);
  assert(kept.file.some((label, i) => label !== kept.others[i]));
  assertEquals(kept.running[0]!.predictions, kept.running[1]!.predictions);
  assert(kept.alone < 0.8, `${kept.alone}`); // every image alone looks the same
  assertEquals(gone.file, gone.others);
  const [alone, some, others] = kept.among;
  assert(alone!.join() !== some!.join() && some!.join() !== others!.join());
  assertClose([some!.reduce((a, b) => a + b)], [1]);
  assertEquals(gone.among[1], gone.among[0]);
  assertEquals(gone.among[2], gone.among[0]);
  assertEquals([gone.changed, gone.alone], [0, gone.batchOf50]);
});

Deno.test("GlimpseTrial places test digits where they were, and measures how far it looks off", () => {
  const trial = new GlimpseTrial({ ...start, g: constant(1), canvas: 40 });
  const canvases = trial.testCanvases(0, 200);
  assertEquals(canvases.corners, trial.testCanvases(0, 200).corners);
  // before it has learned anything it looks at about the middle: far from most digits
  const { distance } = trial.measures();
  const { corners } = canvases;
  let expected = 0;
  for (let n = 0; n < 200; n++) {
    expected += Math.hypot(corners[2 * n]! + 0.5 - 19.5, corners[2 * n + 1]! + 0.5 - 19.5) / 200;
  }
  assertClose([distance], [expected], { rel: 0.05 });
  const [window] = trial.windows(canvases.images), [row, column] = trial.centres(canvases.images);
  const middle = [window!.top + window!.height / 2 - 0.5, window!.left + window!.width / 2 - 0.5];
  assertClose(middle, [row!, column!], { rel: 1e-6 });
  assertEquals([window!.height, window!.width], [20, 20]);
  const looks = trial.looks(3);
  assertEquals([looks.size, looks.windows.length, looks.canvases.length], [40, 3, 3 * 1600]);
  assertEquals(looks.windows, trial.windows(trial.testCanvases(0, 3).images));
  trial.dispose();
  assertThrows(
    () => new GlimpseTrial({ ...start, data: { ...data, width: 3 }, g: constant(1) }),
    RangeError,
    "expected squares",
  );
});

const line = (variant: string, seed: number, accuracy: number) =>
  JSON.stringify({ transition: "depth", variant, seed, steps: 9, data: "d", accuracy, curve: [] });

Deno.test("parseTrials() reads lines, forgives the last one, and refuses any other", () => {
  const text = `${line("a", 1, 0.5)}\n\n${line("a", 2, 0.7)}\n`;
  assertEquals(parseTrials(text).map(({ seed }) => seed), [1, 2]);
  assertEquals(parseTrials(text + line("b", 1, 1).slice(0, 40)).length, 2);
  assertThrows(() => parseTrials(`{"half\n${text}`, "f"), SyntaxError, "Cannot read f, line 1");
  assertThrows(() => parseTrials(`{}\n${text}`, "f"), SyntaxError, "Cannot read f, line 1");
});

Deno.test("summarise() puts seeds together, in the catalogue's order", () => {
  const variant = (about: string) => ({ about, start: () => counting() });
  const results = parseTrials(
    [line("b", 1, 0.5), line("a", 1, 0.2), line("b", 2, 0.7), line("c", 1, 0)].join("\n"),
  );
  const transition = {
    ...{ formula: "", recipe: "", steps: 9 },
    variants: { a: variant("A"), b: variant("B"), z: variant("Z") },
  };
  const found = summarise(results, "depth", transition);
  assertEquals(found.map(({ variant, about }) => variant + about), ["aA", "bB"]);
  assertClose(found.map(({ mean }) => mean), [0.2, 0.6]);
  assertEquals([found[1]!.least, found[1]!.most], [0.5, 0.7]);
  assertEquals(summarise(results, "dropout", transition), []);
  const rows = trialRows(
    [{ ...found[1]!, results: [{ ...results[0]!, measures: { d: 1 / 3 } }] }],
    {
      d: "distance",
    },
  );
  assertEquals(rows, [{
    ...{ variant: "b", "what it is": "B", seeds: 1, "accuracy, mean": "0.6000" },
    ...{ "least to most": "0.5000 to 0.7000", "distance": "0.333" },
  }]);
  assertEquals(new Set(results.map(trialKey)).size, 4);
});
