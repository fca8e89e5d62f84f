/** Shows a training's progress: a bar on a terminal, elsewhere a line now and then. */

import process from "node:process";
// @ts-types="@types/cli-progress"
import cliProgress from "cli-progress";
import { clock } from "../train/clock.ts";

/** A progress display between the lines that a training prints. */
export interface Progress {
  /** Prints lines, above the bar if there is one. */
  print(lines: readonly string[]): void;
  /** Ends the display, leaving it as it is. */
  stop(): void;
}

/** Options of {@linkcode showProgress}. */
export interface ProgressOptions {
  /** Iterations in all. */
  readonly total: number;
  /** Iterations done. */
  readonly done: () => number;
  /** Milliseconds since training began. */
  readonly elapsed: () => number;
  /** Text beside the bar. Default: {@linkcode pace}. */
  readonly text?: () => string;
  /** Iterations between lines where there is no bar. Default 1000. */
  readonly every?: number;
}

/**
 * Formats rate and time left, from the mean since the start.
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

/** Shows a bar if stderr is a terminal, else lines. */
export function showProgress(options: ProgressOptions): Progress {
  return Deno.stderr.isTerminal() ? bar(options) : lines(options);
}

function bar(options: ProgressOptions): Progress {
  const { text = () => pace(options) } = options;
  const bars = new cliProgress.MultiBar({
    format: "[{bar}] {percentage}% | {value}/{total} | {text}",
    stream: process.stderr,
    barsize: 24,
    // a killed program could not undo escape codes for the cursor or for wrapping
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    forceRedraw: true, // else lines printed over an idle bar would erase it
  });
  const one = bars.create(options.total, 0, { text: text() });
  bars.on("update-pre", () => one.update(options.done(), { text: text() }));
  return {
    print(lines) {
      // lines that do not go to the bar's terminal need no room above it
      if (Deno.stdout.isTerminal()) bars.log(lines.join("\n") + "\n");
      else console.log(lines.join("\n"));
    },
    stop() {
      bars.update(); // its stop() drops pending lines
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
