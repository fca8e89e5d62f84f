/** How far a training is: a bar on a terminal, now and then a line anywhere else. */

import process from "node:process";
// @ts-types="@types/cli-progress"
import cliProgress from "cli-progress";

/** Shows how far a training is, among the lines that it prints. */
export interface Progress {
  /** Prints lines, above the bar where there is one. */
  print(lines: readonly string[]): void;
  /** Ends the display, as it stands. */
  stop(): void;
}

/** What is shown. */
export interface ProgressOptions {
  /** Iterations in all. */
  readonly total: number;
  /** Iterations done. */
  readonly done: () => number;
  /** Milliseconds since training began. */
  readonly elapsed: () => number;
  /** What else to say of how far it is. Default: {@linkcode pace}. */
  readonly text?: () => string;
  /** Where there is no bar, iterations from one line to the next. Default 1000. */
  readonly every?: number;
}

/**
 * Seconds as people write them: m:ss, or h:mm:ss from an hour up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clock } from "gradnets/cli/progress.ts";
 *
 * assertEquals([7.6, 212, 3723].map(clock), ["0:08", "3:32", "1:02:03"]);
 * ```
 */
export function clock(seconds: number): string {
  const all = Math.round(seconds);
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * Rate and time left, as the mean since the start has it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pace } from "gradnets/cli/progress.ts";
 *
 * const elapsed = () => 10_000;
 * assertEquals(pace({ total: 22_000, done: () => 1000, elapsed }), "100 it/s, 3:30 left");
 * assertEquals(pace({ total: 22_000, done: () => 0, elapsed }), "- it/s, - left");
 * ```
 */
export function pace({ total, done, elapsed }: ProgressOptions): string {
  const rate = done() / (elapsed() / 1000);
  if (!(rate > 0 && rate < Infinity)) return "- it/s, - left";
  const shown = rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
  return `${shown} it/s, ${clock((total - done()) / rate)} left`;
}

/** A bar if stderr is a terminal, else lines. */
export function showProgress(options: ProgressOptions): Progress {
  return Deno.stderr.isTerminal() ? bar(options) : lines(options);
}

function bar(options: ProgressOptions): Progress {
  const { text = () => pace(options) } = options;
  const bars = new cliProgress.MultiBar({
    format: "[{bar}] {percentage}% | {value}/{total} | {text}",
    stream: process.stderr,
    barsize: 24,
    // an escape code for the cursor or for wrapping would outlive a program that is killed
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    forceRedraw: true, // lines printed over a bar that stands still would leave no bar
  });
  const one = bars.create(options.total, 0, { text: text() });
  bars.on("update-pre", () => one.update(options.done(), { text: text() }));
  return {
    print(lines) {
      // lines that go elsewhere than the bar need no room above it
      if (Deno.stdout.isTerminal()) bars.log(lines.join("\n") + "\n");
      else console.log(lines.join("\n"));
    },
    stop() {
      bars.update(); // its stop() forgets lines that wait
      bars.stop();
    },
  };
}

function lines(options: ProgressOptions): Progress {
  const { text = () => pace(options), every = 1000 } = options;
  let said = 0;
  return {
    print(lines) {
      console.log(lines.join("\n"));
      const done = options.done();
      if (done < said + every) return;
      said = done;
      console.error(`${done}/${options.total} iterations, ${text()}`);
    },
    stop() {},
  };
}
