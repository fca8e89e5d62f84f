/** How far a download is: a bar on a terminal, now and then a line anywhere else. */
// @ts-types="npm:@types/cli-progress@3.11.6"
import cliProgress from "npm:cli-progress@3.12.0";

/** Something that shows how many bytes have come. */
export interface Progress {
  /** `done` bytes are here, those of `file` are coming. */
  update(done: number, file: string): void;
  /** Makes room for a line of text; the next update goes on. */
  pause(): void;
  /** Ends the display. */
  stop(): void;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** A bar on stderr, so that what a program prints can still be piped. */
export function barProgress(total: number): Progress {
  let bar: cliProgress.SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update(done, file) {
      const payload = { file, here: megabytes(done), all: megabytes(total) };
      if (bar === undefined) {
        bar = new cliProgress.SingleBar({
          format: "[{bar}] {percentage}% | {here}/{all} MB | {file}",
          barsize: 24,
          // an escape code for the cursor or for wrapping would outlive a program that is killed
          hideCursor: false,
          linewrap: true,
          gracefulExit: false,
          clearOnComplete: true,
        });
        bar.start(total, done, payload);
      } else {
        bar.update(done, payload);
      }
    },
    pause: stop,
    stop,
  };
}

/** A line at every quarter, for notebooks and log files. */
export function lineProgress(total: number, log: (line: string) => void): Progress {
  let said = 0;
  return {
    update(done) {
      const quarter = Math.floor((4 * done) / total);
      if (quarter <= said) return;
      said = quarter;
      log(`  ${25 * quarter} % of ${megabytes(total)} MB`);
    },
    pause() {},
    stop() {},
  };
}

/** A bar if stderr is a terminal that somebody looks at, else lines. */
export function defaultProgress(total: number, log: (line: string) => void): Progress {
  return Deno.stderr.isTerminal() && !inNotebook() ? barProgress(total) : lineProgress(total, log);
}

/** A kernel inherits the terminal of the Jupyter that started it; the reader does not see that. */
function inNotebook(): boolean {
  try {
    return Deno.jupyter !== undefined;
  } catch {
    return false; // it throws when touched outside a kernel
  }
}
