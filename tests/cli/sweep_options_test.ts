/** What `deno task sweep` makes of its command line, of a scheduler's variable and of a cgroup. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommanderError } from "commander";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSweepOptions } from "gradnets/cli/sweep_options.ts";
import { inDirectory } from "../helpers/files.ts";

Deno.test("parseSweepOptions() refuses by name what cannot be", () => {
  const refused: readonly (readonly [string, string])[] = [
    ["", "missing required argument 'grid'"],
    ["g.json --jobs 0", "'0'"],
    ["g.json --shards x", "'x'"],
    ["g.json --shards 2 --shard 1/2", "--shard"],
    ["g.json h.json", "too many arguments"],
    ["g.json --epochs 3", "unknown option"],
    ["g.json --data=", "--data"],
    ["g.json --out=", "--out"],
  ];
  for (const [line, words] of refused) {
    let said = "";
    const writeErr = (text: string) => said += text;
    const args = line === "" ? [] : line.split(" ");
    assertThrows(() => parseSweepOptions(args, { writeErr }), CommanderError);
    assertStringIncludes(said, words);
  }
  const { jobs, out, list } = parseSweepOptions(["--", "/a/b.json"]);
  const cores = Deno.env.get("SLURM_CPUS_PER_TASK") ?? navigator.hardwareConcurrency;
  assertEquals([jobs, out, list], [Number(cores), "runs/sweeps/b", false]);
});

Deno.test("--jobs are by default as many as Slurm gives a task CPUs; what is no number is refused", () =>
  inDirectory((directory) => {
    writeScript(directory);
    const jobs = (cpus: string, ...args: string[]) => {
      const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
        args: [...SCRIPT, ...args],
        cwd: directory,
        env: { NO_COLOR: "1", SLURM_CPUS_PER_TASK: cpus },
      }).outputSync();
      return success ? Number(text(stdout)) : text(stderr);
    };
    assertEquals(jobs("7"), 7);
    assertEquals(jobs("7", "--jobs", "3"), 3);
    assertEquals(jobs("two", "--jobs", "3"), 3);
    for (const cpus of ["two", "0", "-2", "1.5", "4(x2)", ""]) {
      assertEquals(
        jobs(cpus),
        `error: option '--jobs <n>' value '${cpus}' from env 'SLURM_CPUS_PER_TASK' is invalid. ` +
          "Allowed is a whole number from 1 to 4096.",
      );
    }
  }));

Deno.test({
  name: "--jobs are by default as many as a cgroup's quota has whole CPUs, and one at least",
  ignore: navigator.hardwareConcurrency < 2 || !mayMount(),
  fn: () =>
    inDirectory((directory) => {
      writeScript(directory);
      // lays files over the system's, as those of a process in a cgroup of version 2
      Deno.mkdirSync(join(directory, "fs", "pod"), { recursive: true });
      Deno.writeTextFileSync(join(directory, "own"), "0::/pod\n");
      Deno.writeTextFileSync(join(directory, "fs", "pod", "cgroup.controllers"), "cpu\n");
      const all = navigator.hardwareConcurrency;
      const cases: readonly (readonly [string, number])[] = [
        ["max 100000", all],
        ["50000 100000", 1],
        ["100000 100000", 1],
        ["190000 100000", 1],
        ["200000 100000", 2],
        [`${all + 9}00000 100000`, all],
      ];
      for (const [quota, jobs] of cases) {
        Deno.writeTextFileSync(join(directory, "fs", "pod", "cpu.max"), `${quota}\n`);
        const { stdout, stderr } = apart(
          "unset SLURM_CPUS_PER_TASK; mount --bind fs /sys/fs/cgroup; " +
            'mount --bind own /proc/$$/cgroup; exec "$@"',
          directory,
          [Deno.execPath(), ...SCRIPT],
        );
        assertEquals([quota, text(stdout)], [quota, `${jobs}`], text(stderr));
      }
    }),
});

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const SCRIPT = ["run", "-A", "--quiet", "--config", CONFIG, "jobs.ts", "grid.json"];

/** Writes a program that prints the number of jobs. */
function writeScript(directory: string): void {
  Deno.writeTextFileSync(
    join(directory, "jobs.ts"),
    `import { parseSweepOptions } from "gradnets/cli/sweep_options.ts";
    try {
      console.log(parseSweepOptions(Deno.args).jobs);
    } catch {
      Deno.exit(1); // it has been reported
    }`,
  );
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();

/** Runs bash with mounts of its own. */
function apart(script: string, cwd: string, args: readonly string[] = []): Deno.CommandOutput {
  return new Deno.Command("unshare", {
    args: ["-r", "-m", "bash", "-ec", script, "bash", ...args],
    cwd,
  }).outputSync();
}

function mayMount(): boolean {
  try {
    return apart("mount --bind /proc /sys/fs/cgroup", "/").success;
  } catch {
    return false; // not on Linux
  }
}
