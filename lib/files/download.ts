/**
 * Downloads MNIST from its public mirrors, with time limits and retries. Leaves nothing but
 * verified files on disk.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { sha256 } from "../data/sha256.ts";
import { writeAtomically } from "./atomic.ts";
import type { MnistFile } from "./roles.ts";
import { type Progress, quarterLines } from "./progress.ts";

/** Mirrors in the order they are tried. yann.lecun.com, the original place, answers 403. */
export const MIRRORS: readonly string[] = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/** Time limits in milliseconds. */
export interface Limits {
  /** From the request to the first byte: a network that drops packets never answers. */
  readonly firstByte: number;
  /** Between two chunks of a file. */
  readonly stall: number;
  /** For a whole file. */
  readonly file: number;
  /** Pause before all mirrors are tried again. */
  readonly pause: number;
}

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** Base URLs, to which a file's name is appended. */
  readonly mirrors?: readonly string[];
  /** Fetches a URL; the global `fetch` if left out. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Times and sizes to give up at, where they are not as usual. */
  readonly limits?: Partial<Limits>;
  /** Maximum number of requests per file and mirror. Default 2. */
  readonly attempts?: number;
  /** Where to say what happens; `console.log` if left out. */
  readonly log?: (line: string) => void;
  /** Makes what shows how far it is; a bar or lines if left out. */
  readonly progress?: (total: number, log: (line: string) => void) => Progress;
  /** Stops the download, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

const LIMITS: Limits = { firstByte: 5_000, stall: 10_000, file: 300_000, pause: 1_000 };

/** A mirror failed; `again` if a retry may succeed. */
class MirrorError extends Error {
  constructor(message: string, readonly again: boolean, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Downloads `files` (as `.gz`) into `dir`, which is created if missing.
 *
 * A file is kept in memory until its length and SHA-256 are verified, then written under a
 * temporary name and renamed. Files finished before a failure stay and need not be fetched again.
 *
 * A mirror that refuses or cannot be reached is not retried; one that breaks off, stalls, sends
 * wrong bytes or has a server error (5xx, 429) is, after the others. Without a network this gives
 * up at once; on one that drops packets, after `limits.firstByte` per mirror.
 *
 * @throws {Error} if no mirror delivered a file, with each mirror's reason
 */
export async function download(
  dir: string,
  files: readonly MnistFile[],
  options: DownloadOptions = {},
): Promise<void> {
  const { log = console.log, signal, progress = quarterLines } = options;
  signal?.throwIfAborted();
  await Deno.mkdir(dir, { recursive: true });
  const total = files.reduce((sum, file) => sum + file.gzBytes, 0);
  const shown = progress(total, log);
  let mirrors = options.mirrors ?? MIRRORS;
  let done = 0;
  // smallest first, so that failures show at once
  for (const file of files.toSorted((a, b) => a.gzBytes - b.gzBytes)) {
    const got = await fromMirrors(mirrors, file, {
      ...options,
      log,
      online: done > 0,
      onBytes: (bytes) => shown(done + bytes),
    });
    mirrors = got.mirrors;
    await writeAtomically(join(dir, `${file.name}.gz`), got.bytes);
    done += file.gzBytes;
  }
}

interface FileOptions extends DownloadOptions {
  readonly log: (line: string) => void;
  /** Whether anything has been received yet: if so, a failed connection is worth a retry. */
  readonly online: boolean;
  readonly onBytes: (bytes: number) => void;
}

/** Returns the file, and the mirrors for the next one, the one that delivered first. */
async function fromMirrors(mirrors: readonly string[], file: MnistFile, options: FileOptions) {
  const { signal, attempts = 2, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const reasons: string[] = [];
  for (let attempt = 1; attempt <= attempts && mirrors.length > 0; attempt++) {
    if (attempt > 1) {
      await wait(limits.pause, undefined, signal ? { signal } : {}).catch(() => {
        signal?.throwIfAborted(); // its own reason, not the timer's AbortError
      });
    }
    for (const mirror of mirrors) {
      try {
        const bytes = await fetchFile(mirror, file, limits, options);
        return { bytes, mirrors: [mirror, ...mirrors.filter((m) => m !== mirror)] };
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof MirrorError)) throw error;
        reasons.push(`${new URL(mirror).host}: ${error.message}`);
        log(`  ${file.name}.gz: ${reasons.at(-1)}`);
        if (!error.again) mirrors = mirrors.filter((m) => m !== mirror);
      }
    }
  }
  throw new Error(`Cannot download ${file.name}.gz: ${reasons.join("; ") || "no mirror is left"}`);
}

async function fetchFile(mirror: string, file: MnistFile, limits: Limits, options: FileOptions) {
  const { fetch = globalThis.fetch, signal, online, onBytes } = options;
  const stop = new AbortController();
  const seconds = (ms: number) => `${ms / 1000} s`;
  const abort = (ms: number, why: string, again: boolean) =>
    setTimeout(() => stop.abort(new MirrorError(why, again)), ms);
  const whole = abort(limits.file, `not finished within ${seconds(limits.file)}`, false);
  let timer = abort(limits.firstByte, `no answer within ${seconds(limits.firstByte)}`, false);
  let at = 0;
  let answered = false;
  try {
    const response = await fetch(mirror.replace(/\/?$/, `/${file.name}.gz`), {
      headers: { "accept-encoding": "identity" }, // the .gz itself, not unpacked
      signal: signal ? AbortSignal.any([stop.signal, signal]) : stop.signal,
    });
    answered = true;
    const body = checkHead(response, file.gzBytes);
    const bytes = new Uint8Array(file.gzBytes);
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = abort(limits.stall, `nothing more came for ${seconds(limits.stall)}`, true);
      if (at + chunk.length > bytes.length) {
        throw new MirrorError(`sent more than the ${bytes.length} bytes of the file`, false);
      }
      bytes.set(chunk, at);
      at += chunk.length;
      onBytes(at);
    }
    if (at < bytes.length) {
      throw new MirrorError(`broke off after ${at} of ${bytes.length} bytes`, true);
    }
    const sum = await sha256(bytes);
    if (sum !== file.gzSha256) {
      throw new MirrorError(
        `sent wrong bytes: expected SHA-256 ${file.gzSha256}, found ${sum}`,
        true,
      );
    }
    return bytes;
  } catch (error) {
    if (error instanceof MirrorError) throw error;
    if (stop.signal.reason instanceof MirrorError) throw stop.signal.reason;
    const why = reasonOf(error);
    throw answered
      ? new MirrorError(`broke off after ${at} of ${file.gzBytes} bytes (${why})`, true)
      : new MirrorError(`could not be reached (${why})`, online, { cause: error });
  } finally {
    clearTimeout(timer);
    clearTimeout(whole);
    stop.abort(); // closes a connection that is still sending
  }
}

/** Returns the body of a response whose head fits the file. */
function checkHead(response: Response, length: number): ReadableStream<Uint8Array> {
  const { status, statusText, body, headers } = response;
  if (!response.ok || body === null) {
    const again = status >= 500 || status === 408 || status === 429;
    throw new MirrorError(`answered ${`${status} ${statusText}`.trim()}`, again);
  }
  const announced = headers.get("content-length");
  if (announced !== null && Number(announced) !== length) {
    throw new MirrorError(
      `offers ${announced} bytes where the file has ${length} (the log-in page of a network?)`,
      false,
    );
  }
  return body;
}

/** Unwraps fetch()'s reason: "fetch failed", because of "error sending request …: dns error: …". */
function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  return (last instanceof Error ? last.message : String(last)).replace(
    /^.*? for url \(.*?\): /,
    "",
  );
}
