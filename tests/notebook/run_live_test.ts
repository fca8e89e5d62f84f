/** A training that is watched: what is shown, printed and kept; stopped, and going on. */

import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { NotebookOutput } from "gradnets/notebook/display.ts";
import { figureIn } from "gradnets/notebook/page.ts";
import { runLive, Stopped, type Trainable } from "gradnets/notebook/run_live.ts";
import { originalLines } from "gradnets/train/lines.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { NOTEBOOKS } from "../../notebooks/tools/notebook.ts";
import { Session, texts } from "../kernel/session.ts";

const EVERY = 100;

/** A trainer of 1,000 iterations an epoch that measures, and stops where it is told to. */
function made(stopAt = Infinity) {
  const points: Point[] = [];
  const trainer = {
    ...{ iter: 0, iterationsPerEpoch: 1000, points, stopAt },
    schedule: () => ({ g: trainer.iter / 10_000, learningRate: 1e-3 }),
    async *run({ epochs = 0 }): AsyncGenerator<Point, void, void> {
      for (; trainer.iter < epochs * 1000; trainer.iter++) {
        if (trainer.iter === trainer.stopAt) return;
        if (trainer.iter % EVERY !== 0) continue;
        const known = points.at(-1)?.iter === trainer.iter;
        const testAccuracy = trainer.iter / 5000;
        if (!known) {
          points.push({
            ...{
              iter: trainer.iter,
              epoch: trainer.iter / 1000,
              g: 0,
              learningRate: 1e-3,
              keep: 1,
            },
            ...{ loss: 1, crossEntropy: 1, weightNorm: 1, gradientNorm: 1, trainAccuracy: 1 },
            testAccuracy,
          });
        }
        await Promise.resolve();
        yield points.at(-1)!;
      }
    },
  };
  return trainer satisfies Trainable;
}

/** A notebook that is not there. */
function notebook() {
  const sent: { type: string; id: string | undefined; html: string; text: string }[] = [];
  const printed: string[] = [];
  const output = new NotebookOutput({
    broadcast: (type, content) => {
      const { data, transient } = content as {
        data: Record<string, string>;
        transient: { display_id?: string };
      };
      const [html = "", text = ""] = [data["text/html"], data["text/plain"]];
      sent.push({ type, id: transient.display_id, html, text });
      return Promise.resolve();
    },
  });
  return { sent, printed, output, print: (line: string) => void printed.push(line) };
}

Deno.test("runLive() yields each measurement once, prints every tenth, and keeps all lines", async () => {
  const log = `${await Deno.makeTempDir()}/new/lines.txt`;
  const trainer = made(), { output, print, printed, sent } = notebook();
  const seen: number[] = [];
  for await (const { iter } of runLive(trainer, { epochs: 2.2, output, print, log })) {
    seen.push(iter);
  }
  assertEquals(seen, Array.from({ length: 22 }, (_, i) => EVERY * i));
  const lines = (i: number) => originalLines(trainer.points[i]!).join("\n");
  assertEquals(printed, [lines(0), lines(10), lines(20)]);
  const kept = (await Deno.readTextFile(log)).trimEnd().split("\n");
  assertEquals(kept, trainer.points.flatMap((point) => originalLines(point)));
  // the line, the figure, what redraws it; at the end the line is done, the figure has seven panels
  assertEquals(sent.slice(0, 3).map(({ type }) => type), Array(3).fill("display_data"));
  assertStringIncludes(
    sent.findLast(({ id }) => id === sent[0]!.id)!.text,
    "Done: 2,200 iterations",
  );
  const panels = (html: string) =>
    Object.keys(figureIn(html)!.layout).filter((key) => key.startsWith("yaxis")).length;
  const last = sent.findLast(({ id }) => id === sent[1]!.id)!;
  assertEquals([panels(sent[1]!.html), panels(last.html)], [2, 7]);
  assertLess(figureIn(sent[1]!.html)!.layout.height, 451);
});

Deno.test("runLive() ends the cell when it was stopped, and goes on with nothing twice", async () => {
  const log = `${await Deno.makeTempDir()}/lines.txt`;
  const trainer = made(300), { output, print, printed, sent } = notebook();
  const seen: number[] = [];
  const cell = async () => {
    const options = { epochs: 1, linesEvery: 2, output, print, log };
    for await (const { iter } of runLive(trainer, options)) seen.push(iter);
  };
  const error = await assertRejects(cell, Stopped, "after 300 of 1000 iterations");
  assertEquals(error.stack, `Stopped: ${error.message}`, "no stack that nobody needs");
  assertStringIncludes(
    sent.findLast(({ id }) => id === sent[0]!.id)!.text,
    "Stopped after 300 of 1,000 iterations",
  );
  assertEquals(seen, [0, 100, 200]);
  trainer.stopAt = Infinity;
  trainer.points.push({ ...trainer.points[2]!, iter: 300 }); // measured as it was stopped
  printed.length = sent.length = 0;
  await cell();
  assertEquals(seen, [0, 100, 200, 400, 500, 600, 700, 800, 900]);
  assertEquals(printed.map((line) => /iter (\d+)/.exec(line)![1]), [
    "0",
    "200",
    "400",
    "600",
    "800",
  ]);
  assertStringIncludes(sent[0]!.text, " 30 % · epoch 0.3 of 1 · ", "from where it stood");
  assertStringIncludes(sent[0]!.text, "– left");
  assertEquals((await Deno.readTextFile(log)).match(/^iter /gm)!.length, 10);
});

Deno.test("runLive() leaves no clock running, however its loop ends", async () => {
  const { output, print, sent } = notebook();
  for await (const _ of runLive(made(), { epochs: 1, output, print })) break;
  const count = sent.length;
  await new Promise((resolve) => setTimeout(resolve, 400));
  assertEquals(sent.length, count);
  assert(sent.some(({ text }) => text.startsWith("Stopped after")));
});

Deno.test("runLive() refuses options that it does not know or cannot use", async () => {
  const run = (options: object) => runLive(made(), { epochs: 1, ...options }).next();
  await assertRejects(() => run({ linesevery: 1 }), RangeError, "did you mean linesEvery?");
  for (const linesEvery of [0, 1.5, NaN]) {
    await assertRejects(() => run({ linesEvery }), RangeError, `every ${linesEvery}-th`);
  }
});

/** A cell that trains: so far that only Stop ends it, or two epochs more. */
const cellTo = (epochs: string) =>
  `import { runLive } from "gradnets/notebook/run_live.ts";
for await (const _ of runLive(trainer, { epochs: ${epochs} }));
"trained to the end"`;

const SET_UP = `import { drawnDataset, GradNet, startBackend, Trainer } from "gradnets";
import { flushCells } from "gradnets/notebook/flush.ts";
flushCells(undefined, () => {});
await startBackend();
const net = new GradNet({ depth: 6, width: 16 });
const data = drawnDataset({ train: 2500, validation: 10, test: 100 });
const trainer = new Trainer({ net, data, seed: 1 });
"set up"`;
/** Waits until a training is well on its way. */
const underWay = (session: Session) =>
  session.until(({ content }) => /epoch 0\.[1-9]|epoch [1-9]/.test(JSON.stringify(content)));

Deno.test("runLive() in the real kernel: Stop holds back the rest of Run All, and the cell goes on", async () => {
  await using session = await Session.start(NOTEBOOKS);
  const setUp = await session.run(SET_UP);
  assertEquals(texts(setUp.outputs), ['"set up"']);
  const first = await session.send(cellTo("1e6"));
  const after = await session.send("'never before the end'");
  await underWay(session);
  await session.ask("interrupt_request", {}, session.control);
  const stopped = texts(await session.outputsOf(first));
  assert(
    stopped.some((text) => /^(Stopped|Interrupted): /.test(text)),
    `${stopped}`,
  );
  assertEquals(texts(await session.outputsOf(after)), [], "the queue is empty");
  await session.shell.receive();
  await session.shell.receive();
  const { outputs } = await session.run(cellTo("Math.ceil(trainer.iter / 50) + 2"));
  assertEquals(texts(outputs).at(-1), '"trained to the end"');
  const status = texts(outputs).findLast((text) => /^Done: [\d,]+ iterations in/.test(text));
  assert(status, "the last line says how far it came");
  const [went] = texts((await session.run("trainer.iter")).outputs);
  assertStringIncludes(status!, `Done: ${Number(went).toLocaleString("en-US")} iterations`);
});

Deno.test({
  name: "runLive() in the plain Deno kernel: Stop ends the cell, and the cell goes on",
  ignore: Deno.build.os === "windows", // has no SIGINT that one program can send to another
  fn: async () => {
    const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
    await using session = await Session.start(NOTEBOOKS, {}, { argv, env: { NO_COLOR: "1" } });
    assertStringIncludes(texts((await session.run(SET_UP)).outputs).join(), "set up");
    const first = await session.send(cellTo("1e6"));
    await underWay(session);
    session.child.kill("SIGINT");
    const stopped = texts(await session.outputsOf(first)).join();
    assertStringIncludes(stopped, "Run this cell again, and the training goes on.");
    assertStringIncludes(stopped, "of 50,000,000 iterations");
    assert(!stopped.includes("trained to the end"));
    await session.shell.receive();
    const again = texts((await session.run(cellTo("Math.ceil(trainer.iter / 50) + 2"))).outputs)
      .join();
    assert(/Done: [\d,]+ iterations in/.test(again), again);
    assertStringIncludes(again, "trained to the end");
  },
});
