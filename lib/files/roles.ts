/**
 * Finds and verifies the four files of MNIST and data sets like it: names, spellings, checksums.
 */
import { dirname, isAbsolute, relative, sep } from "node:path";

/** Role of a file, named as in {@linkcode makeDataset}. */
export type Role = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** A file of MNIST. SHA-256 in hex. */
export interface MnistFile {
  readonly role: Role;
  /** Without `.gz`. */
  readonly name: string;
  /** Length of the original `.gz`. */
  readonly gzBytes: number;
  /** Of the original `.gz`. */
  readonly gzSha256: string;
  /** Of the unpacked content, which does not depend on compression. */
  readonly sha256: string;
}

/** MNIST's four files, in the order in which the original reads them. */
export const MNIST_FILES: readonly MnistFile[] = [
  {
    role: "trainImages",
    name: "train-images-idx3-ubyte",
    gzBytes: 9_912_422,
    gzSha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  },
  {
    role: "trainLabels",
    name: "train-labels-idx1-ubyte",
    gzBytes: 28_881,
    gzSha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  {
    role: "testImages",
    name: "t10k-images-idx3-ubyte",
    gzBytes: 1_648_877,
    gzSha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  },
  {
    role: "testLabels",
    name: "t10k-labels-idx1-ubyte",
    gzBytes: 4_542,
    gzSha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
];

/** Files that {@linkcode findFiles} found in a directory. */
export interface Found {
  /** File name of each role found. */
  readonly files: ReadonlyMap<Role, string>;
  /** Every name in the directory, sorted, except those that begin with a dot. */
  readonly names: readonly string[];
}

/**
 * Looks for the four usual names in `dir`, each with or without `.gz`, also in the spelling
 * `train-images.idx3-ubyte`. Of several forms of a file it takes the one named first here. A
 * directory that does not exist counts as empty.
 *
 * @throws {TypeError} if `dir` is not a directory
 */
export async function findFiles(dir: string): Promise<Found> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(dir)) {
      if (!entry.name.startsWith(".")) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) {
      throw new TypeError(`Cannot look for data in ${dir}: it is not a directory`, {
        cause: error,
      });
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const files = new Map<Role, string>();
  for (const { role, name } of MNIST_FILES) {
    const dotted = name.replace("-idx", ".idx");
    const there = [`${name}.gz`, name, `${dotted}.gz`, dotted].find((n) => names.includes(n));
    if (there !== undefined) files.set(role, there);
  }
  return { files, names: names.sort() };
}

/**
 * Shortens the absolute `path` for messages: relative to `root` if it is inside or beside it
 * (`data`, `../mnist`), else as `given`, without trailing slashes.
 */
export function shownPath(root: string, path: string, given: string | URL): string {
  const way = relative(root, path);
  const up = way.split(sep).filter((part) => part === "..").length;
  const beside = up === 1 && dirname(root) !== dirname(dirname(root)); // all is beside /repo
  if (!isAbsolute(way) && (up === 0 || beside)) return way.split(sep).join("/") || ".";
  return given instanceof URL ? path : given.replace(/(?<=.)[\\/]+$/, "");
}
