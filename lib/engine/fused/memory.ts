/** Allocates the kernels' memory, or says how much a net needs and how much there is. */

import { Layout } from "./layout.ts";
import type { Sizes } from "./sizes.ts";

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;

/** Most pages that a memory can have: as many as 32 bits address. */
const MOST_PAGES = 65536;

/**
 * Bytes of memory that the kernels of a net need, whether there are as many or not. Nothing is
 * allocated to find out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { memoryBytes } from "gradnets/engine/fused/memory.ts";
 *
 * const sizes = { batch: 50, inputs: 784, width: 50, hidden: 48, classes: 10, images: 10_000 };
 * assertEquals(memoryBytes(sizes), 14_024_704);
 * ```
 */
export function memoryBytes(sizes: Sizes): number {
  return new Layout(sizes).pages * PAGE;
}

/**
 * Allocates a memory.
 *
 * @param shared whether other threads are to see it
 * @throws {RangeError} if no memory can have as many bytes, or this machine has no room for them
 */
export function allocate({ pages }: Layout, shared: boolean): WebAssembly.Memory {
  const needs = `Cannot make this net: its kernels need ${bytes(pages)} of memory`;
  if (pages > MOST_PAGES) {
    throw new RangeError(`${needs}, but WebAssembly has at most ${bytes(MOST_PAGES)}`);
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : `${cause}`;
    throw new RangeError(`${needs}, but there is no room for them: ${why}`, { cause });
  }
}

const bytes = (pages: number): string => `${(pages * PAGE).toLocaleString("en")} bytes`;
