/** Splits a stream of bytes into lines of text. */

/**
 * Yields each line of a UTF-8 stream as soon as it is complete, and an unfinished one at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linesOf } from "gradnets/files/text_lines.ts";
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
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
