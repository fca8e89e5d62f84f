/** Directories and data sets that tests make for themselves. */

import { join } from "node:path";
import { writeIdx } from "gradnets/data/idx.ts";

/** Four IDX files: 4×4 images of noise, their upper or lower half bright by their label. */
export function writeBlots(directory: string): void {
  Deno.mkdirSync(directory);
  for (const [name, count] of [["train", 5200], ["t10k", 50]] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i * 7 % 5 % 2);
    const images = Uint8Array.from(
      { length: count * 16 },
      (_, i) => i * 131 % 97 + (i % 16 >> 3 === labels[i >> 4] ? 90 : 0),
    );
    const write = (file: string, shape: number[], data: Uint8Array) =>
      Deno.writeFileSync(join(directory, file), writeIdx({ type: "uint8", shape, data }));
    write(`${name}-images-idx3-ubyte`, [count, 4, 4], images);
    write(`${name}-labels-idx1-ubyte`, [count], labels);
  }
}

/** The names of what is in a directory, sorted. */
export function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** Makes a directory, and removes it in the end. */
export async function inDirectory(use: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "gradnets_" });
  try {
    await use(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Writes `to` over the first `from` in a file, as long as it. */
export function overwrite(path: string, from: string, to: string): void {
  const bytes = Deno.readFileSync(path);
  const at = new TextDecoder("latin1").decode(bytes).indexOf(from); // a character for each byte
  if (at < 0 || from.length !== to.length) throw new Error(`Cannot write ${to} over ${from}`);
  bytes.set(new TextEncoder().encode(to), at);
  Deno.writeFileSync(path, bytes);
}
