/** Lines through a pipe. */

import { assertEquals } from "@std/assert";
import { lines } from "gradnets/bench/protocol.ts";

Deno.test("lines() joins what a pipe tore, and gives the last without an end", async () => {
  const encoded = new TextEncoder().encode("a\nβγ\n\nlast");
  const torn = ReadableStream.from([encoded.slice(0, 3), encoded.slice(3, 4), encoded.slice(4)]);
  assertEquals(await Array.fromAsync(lines(torn)), ["a", "βγ", "", "last"]);
});
