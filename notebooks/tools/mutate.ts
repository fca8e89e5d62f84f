/**
 * Mutation testing: breaks lib on purpose, one small change at a time, and reports those that no
 * test detects. Works on a copy of the repo in a temporary folder.
 *
 *     deno task mutate [FILE OR FOLDER ...=lib] [--count N=30] [--seed N=1] [--timeout SECONDS=120]
 *
 * A mutant runs the tests that mirror its module or import it by name, and the examples in its doc
 * comments. If they fail or time out, the mutant is killed; if they pass, it survives: either a
 * test is missing, or the change makes no difference.
 */

import { dirname, join } from "node:path";
import { Command } from "commander";
import { given, integer } from "gradnets/cli/options.ts";
import { Random } from "gradnets/random.ts";
import { ROOT } from "./notebook.ts";

/** A change of one place in a file. */
export interface Mutation {
  /** Offset in the text. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

const swapped: Readonly<Record<string, string>> = {
  " + ": " - ",
  " - ": " + ",
  " * ": " / ",
  " / ": " * ",
  " % ": " * ",
  " < ": " <= ",
  " <= ": " < ",
  " > ": " >= ",
  " >= ": " > ",
  " === ": " !== ",
  " !== ": " === ",
  " && ": " || ",
  " || ": " && ",
  "true": "false",
  "false": "true",
  ".min(": ".max(",
  ".max(": ".min(",
};

/** Kinds of mutations: a pattern, and its replacement. */
const kinds: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/ [-+*/%] | [<>]=? | [!=]== | && | \|\| |\btrue\b|\bfalse\b|\.min\(|\.max\(/g, ([found]) => {
    return swapped[found] ?? found;
  }],
  [/(?<![\w.$])\d+(?:\.\d+)?(?![\w.])/g, ([found]) => `${Number(found) + 1}`],
  [/(?<=^ +)return [^;{}]+;$/gm, () => "return;"],
  [/(?<=^ +)(?:this\.|[a-z#])[\w.#]*(?:\(.*\)| [-+*]?= .*);$/gm, () => ";"],
  [
    /(?<=(?<!function )\b(?!add|mul|min|max)\w+\()(\w+), (\w+)(?=\)(?! \{|:))/g,
    ([, a = "", b = ""]) => `${b}, ${a}`,
  ],
];

/** Comments, strings and imports, which are not mutated. */
const PROSE =
  /\/\*[^]*?\*\/|\/\/.*|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|^(?:import|export) [^;]*;/gm;

/**
 * Lists every mutation of a source text: operators and comparisons swapped, numbers incremented,
 * results not returned, statements dropped, arguments swapped.
 */
export function mutationsOf(text: string): Mutation[] {
  const code = text.replace(PROSE, (prose) => prose.replace(/[^\n]/g, "\u00a0"));
  return kinds.flatMap(([pattern, change]) =>
    [...code.matchAll(pattern)].flatMap((found) => {
      const from = text.slice(found.index, found.index + found[0].length), to = change(found);
      const whole = from === found[0]; // no prose in it, which `to` would have blanked
      return whole || to === ";" ? [{ at: found.index, from, to }] : [];
    })
  ).filter(({ from, to }) => from !== to).sort((a, b) => a.at - b.at);
}

/** Applies the mutation to the text. */
export function mutate(text: string, { at, from, to }: Mutation): string {
  return text.slice(0, at) + to + text.slice(at + from.length);
}

/** Lists the repo's files, except those that git ignores. */
async function repoFiles(): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  const files = new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
  return files.filter((path) => {
    try {
      return Deno.statSync(join(ROOT, path)).isFile;
    } catch {
      return false; // deleted but still tracked
    }
  });
}

/** Finds the tests that mirror a module or import it by name; else those of its folder. */
function testsOf(module: string, texts: ReadonlyMap<string, string>): string[] {
  const path = module.replace(/^lib\//, ""), folder = dirname(path);
  const found = [...texts].filter(([test, text]) =>
    test === `tests/${path.replace(/\.ts$/, "_test.ts")}` || text.includes(`"gradnets/${path}"`)
  ).map(([test]) => test);
  if (found.length > 0 || folder === ".") return found; // at the root: its examples alone
  return [texts.has(`tests/${folder}_test.ts`) ? `tests/${folder}_test.ts` : `tests/${folder}`];
}

type Verdict = "passed" | "failed" | "timeout" | "invalid";

async function test(root: string, paths: readonly string[], seconds: number): Promise<Verdict> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--doc", "--no-check", "--fail-fast", ...paths],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal,
  }).output();
  if (success) return "passed";
  if (signal.aborted) return "timeout";
  const invalid = /could not be parsed|SyntaxError: (Identifier|Unexpected|Missing)/;
  return invalid.test(new TextDecoder().decode(stderr)) ? "invalid" : "failed";
}

/** Formats the first difference as "- old line" and "+ new line". */
function difference(before: string, after: string, line: number): string {
  const [old = "", now = ""] = [before, after].map((text) => text.split("\n")[line - 1]?.trim());
  return `    - ${old}\n    + ${now}`;
}

async function main(): Promise<void> {
  const program = new Command("mutate").description("Tells which mutations of lib no test sees.")
    .argument("[path...]", "files or folders of lib (default: all of it)")
    .option("--count <n>", "how many mutations", integer(1), 30)
    .option("--seed <n>", "which of them", integer(0, 2 ** 32 - 1), 1)
    .option("--timeout <seconds>", "what the tests of one may take", integer(1), 120)
    .parse(given(Deno.args), { from: "user" });
  const { count, seed, timeout } = program.opts<Record<"count" | "seed" | "timeout", number>>();
  const wanted = program.args.length > 0 ? program.args : ["lib"];
  const files = await repoFiles();
  const none = wanted.find((start) =>
    !files.some((path) => path.startsWith("lib/") && path.startsWith(start))
  );
  if (none !== undefined) program.error(`error: there is no file or folder of lib: '${none}'`);
  const isWanted = (path: string) =>
    path.startsWith("lib/") && path.endsWith(".ts") &&
    wanted.some((start) => path === start || path.startsWith(start.replace(/\/*$/, "/")));
  const texts = new Map(
    files.filter((path) => path.endsWith(".ts"))
      .map((path) => [path, Deno.readTextFileSync(join(ROOT, path))]),
  );
  const tests = new Map([...texts].filter(([path]) => /^tests\/.*_test\.ts$/.test(path)));
  const all = files.filter(isWanted).flatMap((path) =>
    mutationsOf(texts.get(path) ?? "").map((mutation) => ({ path, mutation }))
  );
  const random = new Random(seed), root = await Deno.makeTempDir({ prefix: "gradnets_mutate_" });
  const verdicts = { killed: 0, survived: 0 };
  const sound = new Map<string, boolean>();
  try {
    for (const path of files) {
      await Deno.mkdir(join(root, dirname(path)), { recursive: true });
      await Deno.copyFile(join(ROOT, path), join(root, path));
    }
    while (verdicts.killed + verdicts.survived < count && all.length > 0) {
      const [{ path, mutation }] = all.splice(random.below(all.length), 1) as [typeof all[number]];
      const judges = [path, ...testsOf(path, tests)], file = join(root, path);
      const text = texts.get(path) ?? "", mutant = mutate(text, mutation);
      if (!sound.has(path)) sound.set(path, await test(root, judges, timeout) === "passed");
      if (!sound.get(path)) {
        console.log(`left out  ${path}: its tests fail as it is, or take too long`);
        continue;
      }
      await Deno.writeTextFile(file, mutant);
      const verdict = await test(root, judges, timeout);
      await Deno.writeTextFile(file, text);
      if (verdict === "invalid") continue;
      const fate = verdict === "passed" ? "survived" : "killed";
      verdicts[fate]++;
      const line = text.slice(0, mutation.at).split("\n").length;
      console.log(`${fate}${verdict === "timeout" ? " (timeout)" : ""}  ${path}:${line}`);
      console.log(difference(text, mutant, line));
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
  const { killed, survived } = verdicts, share = (100 * killed / (killed + survived)).toFixed(0);
  console.log(`\n${killed} of ${killed + survived} mutations killed (${share} %), seed ${seed}`);
}

if (import.meta.main) await main();
