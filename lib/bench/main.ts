/**
 * `deno task bench`: measures a training step and an evaluation through the whole public API of
 * each variant, all doing the same work in one alternating run.
 */

import "gradnets/cli/require_deno.ts";
import { CommanderError } from "commander";
import { type Dataset, loadDataset, startBackend } from "gradnets";
import { bases, catalogue, type Entry, type LeftOut, start } from "./catalogue.ts";
import { checkAll, checkTable } from "./check.ts";
import { growth } from "./growth.ts";
import { estimatedSeconds, long } from "./long.ts";
import { machine, runtime } from "./machine.ts";
import { alternate, type Run } from "./measure.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { Variant } from "./protocol.ts";
import { original } from "./recipe.ts";
import { leftOutText, records, runTable } from "./report.ts";
import { writeSetup } from "./setup.ts";
import { median, spread } from "./statistics.ts";

const log = (line: string) => console.error(`  ${line}`);

/** @returns the exit code: 1 if variants disagree, or nothing could be measured */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  await startBackend();
  const { data: dir } = options;
  const data = await loadDataset({ log, ...dir !== undefined && { dir } });
  console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}`);
  console.log(`${runtime()}; ${data.name}, batch 50, 50 layers of 50\n`);
  const setup = await Deno.makeTempDir({ prefix: "gradnets-bench-" });
  const started: Variant[] = [];
  const interrupted = () => { // the variants receive Ctrl-C themselves
    Deno.removeSync(setup, { recursive: true });
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  try {
    writeSetup(setup, data, original);
    return await bench(options, data, setup, started);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    for (const variant of started) await variant.close();
    await Deno.remove(setup, { recursive: true });
  }
}

async function bench(
  options: BenchOptions,
  data: Dataset,
  setup: string,
  started: Variant[],
): Promise<number> {
  const asked = catalogue.filter(({ name }) => options.only?.includes(name) ?? true);
  const leftOut: LeftOut[] = [];
  const take = async (entry: Entry) => {
    log(`starting ${entry.name}`);
    const found = await start(entry, setup);
    if (found instanceof Variant) started.push(found);
    else leftOut.push(found);
    return found instanceof Variant ? found : undefined;
  };
  for (const entry of asked) await take(entry);
  const measured = [...started];
  // the others are checked against it, even if it is not measured itself
  const isReference = ({ name }: { name: string }) => name === "reference";
  const reference = started.find(isReference) ?? await take(catalogue.find(isReference)!);
  if (!reference) throw new Error("the reference does not run: nothing can be held to it");
  const answers = await checkAll(measured, reference, log);
  const agreements = answers.filter((answer) => "same" in answer);
  for (const answer of answers) {
    if ("error" in answer) leftOut.push({ name: answer.name, why: answer.error, remedy: "" });
  }
  console.log(`${checkTable(agreements)}\n`);
  const variants = measured.filter(({ name }) => agreements.some((a) => a.name === name && a.same));
  for (const { name, same } of agreements) {
    if (!same) leftOut.push({ name, why: "it does not do the same work, see above", remedy: "" });
  }
  const exitCode = variants.length > 0 && agreements.every(({ same }) => same) ? 0 : 1;
  if (options.check || variants.length === 0) {
    console.log(leftOutText(leftOut));
    return exitCode;
  }
  const run = await alternate(variants, options.rounds, log);
  report(run, leftOut);
  if (options.json) {
    await Deno.writeTextFile(
      options.json,
      JSON.stringify(records(run.timings, original), null, 2) + "\n",
    );
  }
  const named = (...names: string[]) => variants.filter(({ name }) => names.includes(name));
  if (options.growth) {
    const kinds = (["fused", "reference"] as const).filter((kind) => named(kind).length > 0);
    if (kinds.length > 0) console.log(`\n${growth(data, kinds, Math.min(options.rounds, 15))}`);
  }
  if (options.long) {
    const [fastest] = [...named("fused"), ...named("reference")];
    const walkers = [...(fastest ? [fastest] : []), ...named("pytorch-eager", "pytorch-tuned")];
    console.log(`\n${await long(walkers, log)}`);
  }
  return exitCode;
}

function report(run: Run, leftOut: readonly LeftOut[]): void {
  const { timings, ceiling, relaxed } = run;
  console.log(runTable(run, original, bases));
  const { median: best, max } = spread(ceiling);
  console.log(
    `\n128-bit ceiling of a core, ${relaxed ? "relaxed_madd" : "mul and add"} in registers: ` +
      `${best.toFixed(1)} GFLOP/s (best round ${max.toFixed(1)})`,
  );
  console.log("the walkthrough, estimated (22,000 steps, 220 measurements):");
  for (const { name, stepMs, evaluateMs } of timings) {
    const seconds = estimatedSeconds(median(stepMs), median(evaluateMs));
    console.log(`  ${name.padEnd(20)} ${seconds.toFixed(0)} s`);
  }
  console.log(`versions: ${[...new Set(timings.map(({ version }) => version))].join("; ")}`);
  if (leftOut.length > 0) console.log(leftOutText(leftOut));
}

try {
  Deno.exitCode = await main(Deno.args);
} catch (error) {
  if (error instanceof CommanderError) Deno.exitCode = error.exitCode; // already reported
  else {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
