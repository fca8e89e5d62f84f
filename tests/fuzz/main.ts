/**
 * Gives every reader of files a million files that are almost right.
 *
 *     deno task fuzz [READER ...=all] [--count N=1000000] [--seed N=1]
 */

import "gradnets/cli/require_deno.ts";
import { Argument, Command } from "commander";
import { given, integer } from "gradnets/cli/options.ts";
import { fuzz, targets } from "./targets.ts";

if (import.meta.main) {
  const program = new Command("deno task fuzz")
    .description("Gives the readers of files files that are almost right, and checks what they do.")
    .addArgument(
      new Argument("[reader...]", "some of the readers").choices(targets.map(({ name }) => name)),
    )
    .option("--count <n>", "how many files in all", integer(1), 1e6)
    .option("--seed <n>", "which files", integer(0, 2 ** 31 - 1), 1)
    .parse(given(Deno.args), { from: "user" });
  const { count, seed } = program.opts<Record<"count" | "seed", number>>();
  const asked = program.args.length > 0
    ? targets.filter(({ name }) => program.args.includes(name))
    : targets;
  const each = Math.ceil(count / asked.length);
  for (const target of asked) {
    try {
      const tally = await fuzz(target, each, seed);
      const counts = Object.entries(tally).map(([name, count]) => `${name} ${count}`).join(", ");
      const { rss } = Deno.memoryUsage();
      console.log(`${target.name}: ${each} files: ${counts}; ${(rss / 1e6).toFixed(0)} MB`);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      console.error(`error: ${target.name}: ${found.replace(/\n +at .*/g, "")}`);
      Deno.exitCode = 1;
    }
  }
}
