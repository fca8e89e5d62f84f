/** What a sweep and its child processes say to each other: lines of JSON over pipes. */

import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";

/** What a child is told when it starts, as its one argument. */
export interface Start {
  /** Directory of four IDX files; absent: MNIST as it is found, or drawn digits. */
  readonly data?: string;
  /** URL of the folder from which modules of one's own are looked for. */
  readonly base?: string;
}

/** A child is told to run one recipe after the other. */
export interface Order {
  readonly recipe: Recipe;
}

/** A child says that it has its data, how far it is, and what came out or went wrong. */
export type Report =
  | { readonly kind: "ready"; readonly data: string }
  | { readonly kind: "iter"; readonly iter: number }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "error"; readonly message: string };

/**
 * The lines of a stream of bytes; one that is not ended is the last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linesOf } from "gradnets/sweep/protocol.ts";
 *
 * const bytes = ["a", "b\nc", "\n"].map((text) => new TextEncoder().encode(text));
 * assertEquals(await Array.fromAsync(linesOf(ReadableStream.from(bytes))), ["ab", "c"]);
 * ```
 */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
