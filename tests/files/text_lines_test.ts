/** Lines out of a torn stream. */

import { assertEquals } from "@std/assert";
import { linesOf } from "gradnets/files/text_lines.ts";

Deno.test("linesOf() joins what a pipe tore, and gives the last without an end", async () => {
  const encoded = new TextEncoder().encode("a\nβγ\n\nlast");
  const torn = ReadableStream.from([encoded.slice(0, 3), encoded.slice(3, 4), encoded.slice(4)]);
  assertEquals(await Array.fromAsync(linesOf(torn)), ["a", "βγ", "", "last"]);
});
