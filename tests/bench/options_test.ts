/** The bench's options. */

import { assertEquals, assertThrows } from "@std/assert";
import { CommanderError } from "commander";
import { parseOptions } from "gradnets/bench/options.ts";

Deno.test("parseOptions() takes names of variants, and refuses others by name", () => {
  const silent = { writeErr: () => {}, writeOut: () => {} };
  const options = parseOptions(["--only", "fused,jax-jit", "--rounds=3"], silent);
  assertEquals(options.only, ["fused", "jax-jit"]);
  assertEquals([options.rounds, options.growth, options.long], [3, false, false]);
  assertThrows(() => parseOptions(["--only", "theano"], silent), CommanderError, "theano");
  assertThrows(() => parseOptions(["--rounds", "0"], silent), CommanderError, "1 up");
  assertThrows(() => parseOptions(["--data="], silent), CommanderError, "Allowed is a path");
  assertThrows(() => parseOptions(["--json="], silent), CommanderError, "Allowed is a path");
});
