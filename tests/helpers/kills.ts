/**
 * Kills trainings at random moments, resumes them, and compares them with one that nobody killed:
 *
 *     deno task kills [--count N=100] [--seed N=1]
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { given, integer } from "gradnets/cli/options.ts";
import { linesOf } from "gradnets/files/text_lines.ts";
import { Random } from "gradnets/random.ts";
import { parseCheckpoint } from "gradnets/train/checkpoint_file.ts";
import { inDirectory, namesIn, writeBlots } from "./files.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** As `deno task train` has them, without the net: the data lie beside. */
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-env"];
const ASKED = "--data blots --depth 4 --width 6 --batch 10 --tau 60 --epochs 120 --keep-every 1";

/** What came of it. */
export interface Killed {
  /** Trainings that were killed. */
  readonly kills: number;
  /** Of these, while a file was written. */
  readonly whileSaving: number;
  /** Kills after which the training went on. */
  readonly resumed: number;
  /** What was lost or differs from the training that nobody killed. */
  readonly lost: readonly string[];
  /** Trainings that were brought to their end and compared. */
  readonly compared: number;
}

/** How a training is killed: so many ms after its start or after a line that it prints. */
interface Fate {
  /** Whether the disk is slow, and the line is that a file is being written. */
  readonly saving: boolean;
  /** Lines to wait for. */
  readonly lines: number;
  readonly ms: number;
}

/**
 * Trains, kills and resumes until there were `count` kills.
 *
 * @param say told about each kill
 */
export async function killTrainings(
  count: number,
  seed = 1,
  say: (line: string) => void = () => {},
): Promise<Killed> {
  const random = new Random(seed), lost: string[] = [];
  let kills = 0, whileSaving = 0, resumed = 0, compared = 0;
  await inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    const untouched = await train(directory, "untouched");
    if (untouched.code !== 0) throw new Error(untouched.errors);
    for (let run = 1; kills < count; run++) {
      const out = `run${run}`;
      let ended = false;
      for (let iter = 0;;) {
        const fate = kills < count ? fateOf(random) : undefined;
        const { code, from, errors } = await train(directory, out, fate);
        if (from !== undefined && from < iter) lost.push(`${out} fell from ${iter} to ${from}`);
        if (code !== 137 && code !== 0) lost.push(`${out}: exit code ${code}: ${errors}`);
        if (from !== undefined || code === 0) resumed = kills;
        iter = Math.max(iter, from ?? 0);
        ended = code === 0;
        if (code !== 137) break;
        kills++;
        if (fate?.saving) whileSaving++;
        say(
          `kill ${kills}: ${out}, ${fate?.saving ? "while it saved" : "at any time"}, from ${iter}`,
        );
      }
      if (!ended) break; // it could not be resumed
      const others = await differences(join(directory, "untouched"), join(directory, out));
      lost.push(...others.map((name) => `${out}: ${name} differs`));
      compared++;
    }
  });
  return { kills, whileSaving, resumed, lost, compared };
}

function fateOf(random: Random): Fate {
  const saving = random.uniform() < 0.5;
  if (saving) return { saving, lines: 1 + random.below(150), ms: random.uniform() * 4 };
  if (random.uniform() < 0.2) return { saving, lines: 0, ms: random.uniform() * 1500 };
  return { saving, lines: 1 + random.below(30), ms: random.uniform() * 10 };
}

/** Trains into `out` from where it stands, until it ends or its fate comes. */
async function train(cwd: string, out: string, fate?: Fate) {
  const slow = fate?.saving ? ["--preload", here("slow_disk.ts")] : [];
  const script = here("../../lib/cli/train.ts");
  const args = ["run", ...PERMISSIONS, "--quiet", ...slow, script, ...ASKED.split(" ")];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, "--out", out, "--resume"],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let seen = 0, timer: ReturnType<typeof setTimeout> | undefined, from: number | undefined;
  const errors: string[] = [];
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it has just ended */ }
  };
  const see = () => {
    if (fate && seen++ === fate.lines) timer = setTimeout(kill, fate.ms);
  };
  see();
  await Promise.all([
    (async () => {
      for await (const line of linesOf(child.stdout)) {
        const [, iter] = /^Going on from .*, at iteration (\d+)$/.exec(line) ?? [];
        if (iter !== undefined) from = Number(iter);
        if (!fate?.saving) see();
      }
    })(),
    (async () => {
      for await (const line of linesOf(child.stderr)) {
        if (!line.startsWith("saving ")) errors.push(line);
        else if (fate?.saving) see();
      }
    })(),
  ]);
  clearTimeout(timer);
  const { code } = await child.status;
  return { code, from, errors: errors.join("\n") };
}

/** What differs between the files of two trainings; times on the wall may. */
export async function differences(a: string, b: string): Promise<string[]> {
  const [names, others] = [a, b].map((path) => namesIn(path).map(plainName));
  const found = names!.join() === others!.join() ? [] : [`the list of files (${others})`];
  const read = (path: string, start: string) =>
    Deno.readFileSync(join(path, namesIn(path).find((name) => name.startsWith(start))!));
  const [logs, events] = ["log.csv", "events."].map((name) => [read(a, name), read(b, name)]);
  if (!same(logs![0]!, logs![1]!)) found.push("log.csv");
  if (!same(timeless(events![0]!), timeless(events![1]!))) found.push("the event file");
  const marks = await Promise.all([a, b].map(async (path) => {
    const { notes: _, ...mark } = await parseCheckpoint(read(path, "checkpoint.safetensors"));
    return Deno.inspect(mark, { depth: 9, iterableLimit: Infinity });
  }));
  if (marks[0] !== marks[1]) found.push("the checkpoint");
  return found;
}

const plainName = (name: string) => name.replace(/^(events\.out\.tfevents)\..*/, "$1");

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** An event file without its wall times, which are in the first field, and the checksums of them. */
function timeless(file: Uint8Array): Uint8Array {
  const bytes = file.slice(), view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    bytes.fill(0, at + 13, at + 21);
    bytes.fill(0, at + 12 + length, at + 16 + length);
    at += 16 + length;
  }
  return bytes;
}

if (import.meta.main) {
  const { count, seed } = new Command("deno task kills")
    .description("Kills trainings at random moments and resumes them; nothing may be lost.")
    .option("--count <n>", "kills", integer(1), 100)
    .option("--seed <n>", "of the moments", integer(0, 2 ** 32 - 1), 1)
    .parse(given(Deno.args), { from: "user" }).opts<{ count: number; seed: number }>();
  const found = await killTrainings(count, seed, (line) => console.error(line));
  console.log(
    `${found.kills} kills (${found.whileSaving} while a file was written), ${found.resumed} resumed, ` +
      `${found.lost.length} lost; ${found.compared} trainings came to their end and were compared, ` +
      "to the bit",
  );
  for (const line of found.lost) console.error(`lost: ${line}`);
  Deno.exitCode = found.lost.length > 0 || found.resumed < found.kills ? 1 : 0;
}
