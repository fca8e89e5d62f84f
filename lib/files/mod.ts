/**
 * MNIST and sets like it: found on disk, downloaded and checked, unpacked and read. Needs Deno.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readIdx, writeIdx } from "gradnets/files";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeFile(path, writeIdx({ type: "uint8", shape: [2], data: new Uint8Array(2) }));
 * assertEquals((await readIdx(path)).shape, [2]); // gzipped or not
 * await Deno.remove(path);
 * ```
 *
 * @module
 */

export type { Dataset, DatasetFiles, Split } from "../data/dataset.ts";
export { makeDataset } from "../data/dataset.ts";
export {
  type Idx,
  type IdxArrays,
  type IdxOf,
  type IdxType,
  parseIdx,
  writeIdx,
} from "../data/idx.ts";
export type { DownloadOptions, Limits } from "./download.ts";
export type { Progress } from "./progress.ts";
export { writeAtomically } from "./atomic.ts";
export { gunzip } from "./gzip.ts";
export { readIdx } from "./idx_file.ts";
export { loadDataset, type LoadOptions } from "./mnist.ts";
