/**
 * Loads MNIST, or any data set of four IDX files with the same names: from disk, else downloaded,
 * else drawn by this program and named so.
 */
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dataset, makeDataset } from "../data/dataset.ts";
import { sha256 } from "../data/sha256.ts";
import { download, type DownloadOptions } from "./download.ts";
import { drawnDigits } from "../data/drawn.ts";
import { findFiles, type Found, MNIST_FILES, type Role, shownPath } from "./roles.ts";
import type { Idx } from "../data/idx.ts";
import { dataFromEnvironment, DRAWN, ROOT } from "./caller.ts";
import { parseNamed, readIdxBytes } from "./idx_file.ts";
import {
  abortSignal,
  callable,
  flag,
  integer,
  object,
  optional,
  optionsOf,
  refusal,
} from "../validate.ts";

/** Options of {@linkcode loadDataset}. */
export interface LoadOptions {
  /**
   * Directory with four IDX files, relative to the working directory, or "drawn" for digits drawn
   * by this program. Default: the environment variable `GRADNETS_DATA`.
   */
  readonly dir?: string | URL;
  /** Seed of drawn digits, a whole number in [0, 2³²). Default 0. */
  readonly seed?: number;
  /** Number of training images held out for validation. Default 5,000. */
  readonly validation?: number;
  /** Receives a line about what is read. Default `console.log`. */
  readonly log?: (line: string) => void;
  /** false: never use the network. */
  readonly download?: boolean;
  /** false: throw an error instead of drawing digits. */
  readonly fallback?: boolean;
  /** Stops a download, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Directory that MNIST is kept in and downloaded to. Default: `data/` of this repository, or of
   * the working directory if this module was imported by URL.
   */
  readonly home?: string | URL;
  /** Mirrors, limits and the like of a download. */
  readonly network?: Omit<DownloadOptions, "log" | "signal">;
  /** Draws digits, if needed. */
  readonly draw?: typeof drawnDigits;
}

/**
 * Loads MNIST, or the data set in `dir`.
 *
 * With `dir` or `GRADNETS_DATA`: the four files there, `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each gzipped or
 * raw (so Fashion-MNIST, KMNIST or your own). Without: the same in `home`, else downloaded to it,
 * else digits drawn by this program, which is logged and shown in the data set's name.
 *
 * The name is "MNIST" only if the contents of all four files have MNIST's SHA-256; other contents
 * go by the directory's name, and that is logged.
 *
 * @throws {TypeError} if `dir` is not a directory, or the files are not images and labels
 * @throws {SyntaxError} if a file is damaged
 * @throws {RangeError} if the files disagree, or are too few for `validation`
 * @throws {Error} if `dir` lacks a file; if no data could be found and `fallback` is false
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { loadDataset } from "gradnets/files/mnist.ts";
 *
 * const mine = await Deno.makeTempDir();
 * await assertRejects(() => loadDataset({ dir: mine }), Error, "train-images-idx3-ubyte");
 * await Deno.remove(mine);
 * ```
 */
export async function loadDataset(options: LoadOptions = {}): Promise<Dataset> {
  checkOptions(options);
  const { home: kept } = options;
  const asked = options.dir ?? (kept === undefined ? dataFromEnvironment() : undefined);
  if (asked === DRAWN) return drawn(options);
  const root = ROOT ?? Deno.cwd();
  if (asked !== undefined) {
    const dir = toPath(asked);
    const shown = shownPath(root, dir, asked);
    const found = await findFiles(dir);
    if (lacking(found).length > 0) throw new Error(whatIsLacking(shown, found));
    return await read(dir, shown, found, options);
  }
  const home = toPath(kept ?? join(root, "data"));
  const shown = shownPath(root, home, kept ?? home);
  const why = await obtain(home, shown, options);
  if (why === undefined) {
    try {
      return await read(home, shown, await findFiles(home), options);
    } catch (error) {
      if (error instanceof SyntaxError) error.message += ". Remove that file to download it again";
      throw error;
    }
  }
  const advice = `put MNIST's four files into ${shown}/ (its README says which), or name a ` +
    "directory that has them (--data DIR, GRADNETS_DATA=DIR)";
  if (options.fallback === false) {
    throw new Error(
      `MNIST could not be had: ${why.message}. To have it, ${advice}. Digits drawn by this ` +
        `program are there for the asking (--data ${DRAWN})`,
      { cause: why },
    );
  }
  const { seed = 0, log = console.log } = options;
  log([
    "!".repeat(72),
    "!!! MNIST could not be had: these are drawn digits",
    `!!! Drawn by this program, seed ${seed}; accuracy on them says nothing about MNIST`,
    `Why: ${why.message}`,
    `To have MNIST: ${advice}`,
    "!".repeat(72),
  ].join("\n"));
  return drawn(options);
}

/** Checks every option, so that nothing is downloaded first. */
function checkOptions(options: LoadOptions): void {
  type Checked = { readonly [K in keyof LoadOptions]?: unknown };
  const place = (value: unknown, path: string) => {
    if (value instanceof URL || typeof value === "string" && value !== "") return value;
    throw refusal(path, "a directory", value);
  };
  optionsOf<Required<Checked>>("load a data set", "LoadOptions", {
    dir: [optional<unknown>(place)],
    seed: [optional<unknown>(integer(0, 2 ** 32 - 1))],
    validation: [optional<unknown>(integer(0))],
    log: [optional<unknown>(callable())],
    download: [optional<unknown>(flag)],
    fallback: [optional<unknown>(flag)],
    signal: [optional<unknown>(abortSignal)],
    home: [optional<unknown>(place)],
    network: [optional<unknown>(object)],
    draw: [optional<unknown>(callable())],
  }, options);
}

function drawn({ seed = 0, log = console.log, validation, draw = drawnDigits }: LoadOptions) {
  return makeDataset({
    name: "drawn digits",
    source: `drawn by this program, seed ${seed}`,
    ...draw({ seed, log }),
    ...(validation === undefined ? {} : { validation }),
  });
}

/** Makes sure that `home` has the four files; returns the reason if it cannot. */
async function obtain(home: string, shown: string, options: LoadOptions) {
  const found = await findFiles(home);
  const missing = lacking(found);
  if (missing.length === 0) return undefined;
  // else one file of another data set among three of MNIST would go unnoticed
  for (const { role, sha256: known } of MNIST_FILES) {
    const name = found.files.get(role);
    if (name === undefined) continue;
    const sum = await readIdxBytes(join(home, name)).then(sha256).catch(unreadable);
    if (sum !== known) {
      throw new Error(
        `Cannot complete ${shown}/ to MNIST: it has ${name}, which is not MNIST's, or damaged. ` +
          "Remove it, or put the rest of its data set beside it",
      );
    }
  }
  if (options.download === false) {
    return new Error(`${whatIsLacking(shown, found)}, and download is off`);
  }
  const { log = console.log, signal, network } = options;
  log(`Downloading MNIST to ${shown}/`);
  try {
    await download(home, missing, { ...network, log, ...(signal ? { signal } : {}) });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Reads the four files and logs what they are. */
async function read(dir: string, shown: string, found: Found, options: LoadOptions) {
  const { log = console.log, validation } = options;
  const files = {} as Record<Role, Idx>;
  const others: string[] = [];
  for (const { role, sha256: known } of MNIST_FILES) {
    const name = found.files.get(role)!;
    log(`${name.endsWith(".gz") ? "Extracting" : "Reading"} ${shown}/${name}`);
    const bytes = await readIdxBytes(join(dir, name), `${shown}/${name}`);
    files[role] = parseNamed(`${shown}/${name}`, bytes);
    if (await sha256(bytes) !== known) others.push(name);
  }
  const name = others.length === 0 ? "MNIST" : nameOf(dir);
  if (others.length > 0) {
    log(
      `${shown}/ is not MNIST, or not all of it: the SHA-256 of ${others.join(", ")} ` +
        `${others.length > 1 ? "are others" : "is another"}. Read as "${name}"`,
    );
  }
  return makeDataset({
    name,
    source: shown,
    ...files,
    ...(validation === undefined ? {} : { validation }),
  });
}

/**
 * Treats a damaged gzip like another data set's file; rethrows errors that are not about content.
 */
function unreadable(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof RangeError) return "damaged";
  throw error;
}

const lacking = (found: Found) => MNIST_FILES.filter(({ role }) => !found.files.has(role));

function whatIsLacking(shown: string, found: Found): string {
  const { names } = found;
  const all = MNIST_FILES.map(({ name }) => name).join(", ");
  const missing = lacking(found);
  const which = missing.length === MNIST_FILES.length
    ? "none of them is there"
    : `missing: ${missing.map(({ name }) => name).join(", ")}`;
  const more = names.length > 12 ? `, and ${names.length - 12} more` : "";
  return `Cannot find a data set in ${shown}/: looked for ${all}, each with or without .gz; ` +
    `${which}. Found there: ${names.slice(0, 12).join(", ") || "nothing"}${more}`;
}

/** Names a data set after its directory; only MNIST may be called MNIST. */
function nameOf(dir: string): string {
  const name = basename(dir);
  return /^mnist$/i.test(name) ? `${name} (not the known files)` : name;
}

const toPath = (dir: string | URL) => resolve(dir instanceof URL ? fileURLToPath(dir) : dir);
