/** `deno task transitions`: what it adds to its file, what it does not do twice, what it refuses. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { main } from "gradnets/cli/transitions.ts";
import { parseTrials } from "gradnets/transitions/table.ts";
import { inDirectory, writeBlots } from "../helpers/files.ts";

/** What a run of it prints. */
async function listen(args: readonly string[]): Promise<{ code: number; said: string }> {
  const { log, error } = console;
  const lines: string[] = [];
  console.log = console.error = (...words: unknown[]) => void lines.push(words.join(" "));
  try {
    return { code: await main(args), said: lines.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

Deno.test("transitions trains each variant and seed once, and what is left after a kill", async () => {
  await inDirectory(async (directory) => {
    const data = join(directory, "blots"), out = join(directory, "out.jsonl");
    writeBlots(data);
    const args = ["--data", data, "--out", out, "--only", "optimizer", "--steps", "4"];
    assertEquals((await listen([...args, "--seeds", "2"])).code, 0);
    const text = Deno.readTextFileSync(out);
    assertEquals(
      parseTrials(text).map(({ variant, seed, steps, data }) => [variant, seed, steps, data]),
      ["sgd", "adam", "sgd → adam", "adam → sgd"].map((variant) => [variant, 2, 4, "blots"]),
    );

    // killed while it wrote the last line
    Deno.writeTextFileSync(out, text.slice(0, -30));
    const { said } = await listen([...args, "--seeds", "2,0"]);
    assertStringIncludes(said, "1 of 5: optimizer, adam → sgd, seed 2");
    const all = Deno.readTextFileSync(out);
    const [first, last] = [text, all].map((text) => text.split("\n").slice(0, 3));
    assertEquals(last, first);
    const seeds = parseTrials(all).map(({ variant, seed }) => `${variant} ${seed}`);
    assertEquals(seeds.length, 8);
    assertEquals(new Set(seeds).size, 8);

    const again = await listen([...args, "--seeds", "2,0"]);
    assertStringIncludes(again.said, "has all of it");
    assertEquals(Deno.readTextFileSync(out), all);
  });
});

Deno.test("transitions refuses what it cannot do, before anything is trained", async () => {
  for (const args of [["--only", "magic"], ["--seeds", "1,x"], ["--steps", "0"], ["--nonsense"]]) {
    const { code } = await listen(args);
    assertEquals(code, 1, args.join(" "));
  }
  await inDirectory(async (directory) => {
    const data = join(directory, "blots"), out = join(directory, "out.jsonl");
    writeBlots(data);
    Deno.writeTextFileSync(out, "no json\n");
    const { code, said } = await listen(["--data", data, "--out", out]);
    assertEquals(code, 1);
    assertStringIncludes(said, "line 1, as a result: remove that line");
  });
});
