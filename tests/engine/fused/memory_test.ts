/** The memory that nets need, and the refusal of those that cannot fit. */

import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { FusedNet } from "gradnets/engine/fused/fused.ts";
import { memoryBytes } from "gradnets/engine/fused/memory.ts";

const sizes = { batch: 50, inputs: 784, width: 50, hidden: 48, classes: 10, images: 10_000 };

Deno.test("memoryBytes() is what a net takes, of every kind", () => {
  for (const layer of ["plain", "highway"] as const) {
    const needed = memoryBytes({ ...sizes, gates: layer === "highway" });
    assertEquals(new FusedNet({ ...sizes, layer }).memory.buffer.byteLength, needed);
  }
});

Deno.test("FusedNet refuses at once what cannot fit, and says how much that is", () => {
  const start = performance.now();
  const deep = { ...sizes, hidden: 99_998 };
  const said = `need ${memoryBytes(deep).toLocaleString("en")} bytes of memory, ` +
    "but WebAssembly has at most 4,294,967,296 bytes";
  assertThrows(() => new FusedNet({ ...deep, layer: "plain" }), RangeError, said);
  const wide = { ...sizes, width: 1e5, layer: "highway" } as const;
  assertThrows(() => new FusedNet(wide), RangeError, "bytes of memory, but WebAssembly");
  assertLess(performance.now() - start, 1000);
});

Deno.test("FusedNet says how much it needs where there is no room for it", () => {
  const { Memory } = WebAssembly;
  const full = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  Object.assign(WebAssembly, { Memory: full });
  try {
    assertThrows(
      () => new FusedNet({ ...sizes, layer: "plain" }),
      RangeError,
      "need 14,024,704 bytes of memory, but there is no room for them: could not allocate memory",
    );
  } finally {
    Object.assign(WebAssembly, { Memory });
  }
});
