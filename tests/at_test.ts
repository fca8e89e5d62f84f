import { assertEquals, assertThrows } from "@std/assert";
import { at } from "gradnets/at.ts";

Deno.test("at() gives an element of any list, falsy ones too, and refuses other indices", () => {
  assertEquals([at(["a", ""], 1), at(new Uint8Array([7, 0]), 1)], ["", 0]);
  for (const index of [-1, 2, 0.5, NaN]) {
    assertThrows(() => at([1, 2], index), RangeError, `no element ${index} in a list of 2`);
  }
});
