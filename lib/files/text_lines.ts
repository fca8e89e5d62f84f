/** Text that comes as a stream of bytes, line by line. */

/**
 * Yields the lines of a stream of UTF-8, as soon as each has ended; one that is not ended comes last.
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
