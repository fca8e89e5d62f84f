/** Nets and trainers that are dropped and not disposed of, as a cell that is run again drops them. */

import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

/** What a process with a garbage collector at hand says; see `rerun.ts`. */
async function rerun(...args: string[]): Promise<Record<string, number & string>[]> {
  const script = fileURLToPath(new URL("./rerun.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--v8-flags=--expose-gc", script, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stderr)], [0, ""]);
  return text(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b) / numbers.length;

for (const [kernels, times] of [["fused", 100], ["reference", 50]] as const) {
  Deno.test(`memory and threads of ${times} trainers on ${kernels} kernels that are dropped come back`, async () => {
    const found = await rerun(String(times), kernels);
    assertEquals([found.length, found.at(-1)!["iter"]], [times, 1]);
    // Those of one net and trainer, or of a few whose finalizers have not run: not of a hundred.
    assertLess(Math.max(...found.map(({ tensors }) => tensors!)), 5 * found[0]!["tensors"]!);
    if (Deno.build.os !== "linux") return;
    // It goes up and down with the threads that are just ending: 2 MB too much each would be 120.
    const of = (name: string, from: number, to: number) =>
      found.slice(from, to).map((line) => line[name]!);
    const growth = mean(of("rss", times - 15, times)) - mean(of("rss", 20, 35));
    assertLess(growth, 30, "MB of growth");
    const threads = Math.max(...of("threads", times - 15, times));
    assert(threads <= Math.max(...of("threads", 5, 35)), `${threads} threads at the end`);
  });

  Deno.test(`a net keeps what its dropped trainer gave it on ${kernels} kernels, its variables not without it`, async () => {
    const [held, gone] = await rerun("kept", kernels);
    const { read, trained, untrained } = held!;
    assertEquals(read, trained);
    assert(read !== untrained);
    assertStringIncludes(gone!["error"]!, "Cannot read hiddenW: its net is gone. Keep the net");
  });
}
