/** Talks to a variant in its own process; peers/protocol.py defines the messages. */

import { linesOf } from "../files/text_lines.ts";

/** Answer to `step`. */
export interface StepAnswer {
  /** Time of each step. */
  readonly ms: readonly number[];
  /** CPU time of all the process's threads over all the steps. */
  readonly cpu_ms: number;
}

/** Answer to `evaluate`. */
export interface EvaluateAnswer {
  readonly ms: number;
  readonly cpu_ms: number;
  readonly accuracy: number;
}

/** Answer to `check`: results of the first steps from given weights, batches and masks. */
export interface CheckAnswer {
  readonly loss: readonly number[];
  readonly weight_norm: readonly number[];
  readonly gradient_norm: readonly number[];
  readonly accuracy: number;
  /** Fraction of units that the variant's own dropout keeps. */
  readonly kept: number;
}

/** Answer to `walk`: some iterations of the walkthrough, with its measurements and logs. */
export interface WalkAnswer {
  readonly ms: number;
  readonly step_ms: readonly number[];
}

/** Answer to `memory`. */
export interface MemoryAnswer {
  readonly rss: number;
  readonly tensors?: number;
  readonly tensor_bytes?: number;
}

/** Answer to `reset`, after which the next step is the first again. */
export type ResetAnswer = { readonly [key: string]: never };

/** Answers by request. */
export interface Answers {
  readonly step: StepAnswer;
  readonly evaluate: EvaluateAnswer;
  readonly check: CheckAnswer;
  readonly walk: WalkAnswer;
  readonly reset: ResetAnswer;
  readonly memory: MemoryAnswer;
}

/** A variant's process at the other end of a pipe. */
export class Variant {
  readonly name: string;
  readonly threads: number;
  readonly version: string;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;

  private constructor(
    name: string,
    threads: number,
    child: Deno.ChildProcess,
    answers: AsyncGenerator<string>,
    version: string,
  ) {
    this.name = name;
    this.threads = threads;
    this.version = version;
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#answers = answers;
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @param command the program, then its arguments
   * @throws {Error} if it cannot be started, or reports why it cannot get ready
   */
  static async start(name: string, threads: number, command: string[]): Promise<Variant> {
    const [program = "", ...args] = command;
    const child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      env: { PYTHONDONTWRITEBYTECODE: "1" },
    }).spawn();
    const answers = linesOf(child.stdout);
    try {
      const { version } = await answerOf<{ version: string }>(answers);
      return new Variant(name, threads, child, answers, version);
    } catch (error) {
      await end(child);
      throw error;
    }
  }

  /** @throws {Error} with the variant's message, if it fails */
  async ask<Op extends keyof Answers>(op: Op, n = 1): Promise<Answers[Op]> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify({ op, n }) + "\n"));
    return await answerOf<Answers[Op]>(this.#answers);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#writer.releaseLock();
    await end(this.#child);
  }
}

async function answerOf<T>(answers: AsyncGenerator<string>): Promise<T> {
  const { done, value } = await answers.next();
  if (done) throw new Error("it ended without a word");
  const answer = JSON.parse(value);
  if ("error" in answer) throw new Error(answer.error);
  return answer;
}

async function end(child: Deno.ChildProcess): Promise<void> {
  const impatience = setTimeout(() => child.kill("SIGKILL"), 3000);
  await child.stdin.close().catch(() => {}); // it may have ended already
  await child.stdout.cancel().catch(() => {}); // locked while lines are being read
  await child.status;
  clearTimeout(impatience);
}
