/** The second thread of an evaluation: stuck, failing, ended, left alone and dropped. */

import { assertEquals, assertLess, assertMatch } from "@std/assert";
import type { StartThread } from "gradnets/engine/fused/thread_task.ts";
import { startThread } from "gradnets/engine/thread.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { Random } from "gradnets/random.ts";
import { until, withPair, withPairAsync } from "../../helpers/fused.ts";

await startBackend();

/** Starts another program as the second thread. */
const running = (program: URL): StartThread => (task, failed) => startThread(task, failed, program);

const stuck = running(new URL("../../helpers/stuck_thread.ts", import.meta.url));
const STUCK = 99; // what it writes when it has taken a chunk
const failing = running(new URL("data:text/javascript,throw new Error('no luck')"));
const pixels = new Uint8Array(431 * 12).map((_, i) => i % 256);

Deno.test("FusedNet.evaluate() does not wait for a second thread that is stuck", () =>
  withPairAsync({ width: 50, batch: 2, images: 4321, startThread: stuck }, async (pair) => {
    const { fused } = pair, random = new Random(8);
    fused.loadImages(Uint8Array.from({ length: 4321 * 12 }, () => random.below(256)));
    const alone = fused.evaluate(0.5);
    const { queue } = fused.secondThread!;
    for (let i = 0; queue.predictions[0] !== STUCK; i++) { // it has taken one, and keeps it
      assertEquals(fused.evaluate(0.5), alone);
      await new Promise((resolve) => setTimeout(resolve, 1));
      assertLess(i, 5000, "the other thread never took a chunk");
    }
    const start = performance.now();
    for (let i = 0; i < 20; i++) assertEquals(fused.evaluate(0.5), alone);
    assertLess(performance.now() - start, 5000);
    assertEquals(fused.secondThread!.taken, 0);
  }));

Deno.test("FusedNet.evaluate() goes on alone, and says why, if the second thread fails", () => {
  const options = { width: 7, batch: 2, images: 431, startThread: failing } as const;
  return withPairAsync(options, async ({ fused }) => {
    fused.loadImages(pixels);
    const before = fused.evaluate(0.5);
    await until(() => fused.secondThread!.failure !== undefined);
    assertMatch(fused.secondThread!.failure!, /no luck/);
    assertEquals(fused.evaluate(0.5), before);
  });
});

Deno.test("FusedNet.dispose() ends the second thread, and evaluation goes on with one", async () => {
  await withPairAsync({ width: 7, batch: 2, images: 431, startThread }, async ({ fused }) => {
    fused.loadImages(pixels);
    const before = fused.evaluate(0.5);
    fused.dispose();
    assertEquals(fused.evaluate(0.5), before);
    await Promise.resolve();
  });
  withPair({ width: 7, batch: 2, images: 200, startThread }, ({ fused }) => {
    assertEquals(fused.secondThread, undefined); // there is nothing to share
  });
});

Deno.test("FusedNet.evaluate() goes on alone if a second thread cannot even be started", () => {
  const options = { width: 7, batch: 2, images: 431 } as const;
  const none: StartThread = () => {
    throw new Error("no threads here");
  };
  withPair({ ...options, startThread: none }, ({ fused }) => {
    fused.loadImages(pixels);
    assertEquals(fused.evaluate(0.5).length, 431);
    assertEquals(fused.secondThread!.failure, "no threads here");
  });
});

/** What a program of its own writes, which must end by itself. */
async function run(program: string): Promise<string> {
  const args = ["run", "--no-check", "-A", "--v8-flags=--expose-gc", "-"];
  const cwd = new URL("../../..", import.meta.url), signal = AbortSignal.timeout(60_000);
  const options = { args, cwd, signal, stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(Deno.execPath(), options).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** The beginning of such programs. */
const start = `
  import { FusedNet } from "gradnets/engine/fused/fused.ts";
  import { startThread } from "gradnets/engine/thread.ts";
  const images = 320_000, inputs = 64; // 20 MB
  async function use() { // until the second thread has helped
    const net = new FusedNet({ batch: 1, inputs, width: 4, hidden: 1, classes: 2, images,
      layer: "plain", startThread });
    net.loadImages(new Uint8Array(images * inputs)); // so that all of the memory is there
    net.loadImages(new Uint8Array(1000 * inputs));
    while (!net.secondThread.taken) {
      net.evaluate(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return new WeakRef(net);
  }
  `;

Deno.test("a program that leaves its second thread alone ends all the same", async () => {
  assertEquals(await run(`${start} await use(); console.log("helped");`), "helped");
});

Deno.test("a net that is dropped takes its second thread and its memory with it", async () => {
  const said = await run(`${start}
    const threads = () =>
      Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/task")].length : 0;
    const look = async () => {
      for (let i = 0; i < 5; i++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { threads: threads(), rss: Deno.memoryUsage().rss };
    };
    for (let i = 0; i < 3; i++) await use();
    const before = await look(), nets = [];
    for (let i = 0; i < 30; i++) {
      nets.push(await use());
      if (i % 5 === 4) await look();
    }
    const after = await look();
    const kept = nets.filter((net) => net.deref()).length;
    console.log(JSON.stringify({ before, after, kept }));`);
  const { before, after, kept } = JSON.parse(said);
  assertEquals(kept, 0);
  assertLess(after.threads - before.threads, 5, said);
  assertLess(after.rss - before.rss, 200e6, said); // 30 nets of 20 MB would be 600
});
