/**
 * Runs a variant of this repository as a process: `worker.ts SETUP fused | reference | naive [1 |
 * 2]`.
 */

import process from "node:process";
import * as tf from "../tf.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { Naive } from "./naive.ts";
import { Ours } from "./ours.ts";
import { linesOf } from "../files/text_lines.ts";
import type { Answers } from "./protocol.ts";
import { readDataset, type Setup } from "./setup.ts";
import type { Subject } from "./subject.ts";

const [directory = "", kind = "", threads = "1"] = Deno.args;

async function main(): Promise<void> {
  const setup: Setup = JSON.parse(Deno.readTextFileSync(`${directory}/setup.json`));
  const { versions } = await startBackend();
  const data = readDataset(directory, setup);
  const make = (check: boolean): Subject =>
    kind === "naive"
      ? new Naive(directory, setup, data, check)
      : new Ours(setup, data, kind, check, Number(threads) as 1 | 2);
  let subject = make(false), iter = 0;
  say({ version: `tfjs ${versions.tfjs}, deno ${versions.deno}` });

  const timed = <T>(work: () => T) => {
    const cpu = cpuMs(), start = performance.now();
    const value = work();
    return { value, ms: performance.now() - start, cpu_ms: cpuMs() - cpu };
  };
  const step = () => {
    const start = performance.now();
    subject.step();
    iter++;
    return performance.now() - start;
  };
  const answers: { [Op in keyof Answers]: (n: number) => Answers[Op] } = {
    step(n) {
      const { value: ms, cpu_ms } = timed(() => Array.from({ length: n }, step));
      return { ms, cpu_ms };
    },
    evaluate() {
      const { value: accuracy, ms, cpu_ms } = timed(() => subject.evaluate());
      return { ms, cpu_ms, accuracy };
    },
    check(n) {
      subject.dispose();
      const checked = make(true);
      const steps = Array.from({ length: n }, () => checked.step());
      const [accuracy, kept] = [checked.evaluate(), checked.kept()];
      checked.dispose();
      [subject, iter] = [make(false), 0];
      return {
        loss: steps.map(({ loss }) => loss),
        weight_norm: steps.map(({ weightNorm }) => weightNorm),
        gradient_norm: steps.map(({ gradientNorm }) => gradientNorm),
        accuracy,
        kept,
      };
    },
    walk(n) {
      const step_ms: number[] = [];
      const { ms } = timed(() => {
        for (let i = 0; i < n; i++) {
          if (iter % 100 === 0) subject.measure?.();
          step_ms.push(step());
        }
      });
      return { ms, step_ms };
    },
    reset() {
      subject.dispose();
      [subject, iter] = [make(false), 0];
      return {};
    },
    memory() {
      const { numTensors: tensors, numBytes: tensor_bytes } = tf.memory();
      return { rss: Deno.memoryUsage().rss, tensors, tensor_bytes };
    },
  };
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { op, n = 1 } = JSON.parse(line) as { op: keyof Answers; n?: number };
    try {
      say(answers[op](n));
    } catch (error) {
      say({ error: `${error}` });
    }
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function say(answer: unknown): void {
  const bytes = new TextEncoder().encode(JSON.stringify(answer) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

try {
  await main();
} catch (error) {
  say({ error: `${error}` });
}
