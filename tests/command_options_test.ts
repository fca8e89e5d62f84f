/** Every option of train, sweep and bench with wrong values: one line that names the option. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CommanderError, type OutputConfiguration } from "commander";
import { parseOptions as parseBench } from "gradnets/bench/options.ts";
import { parseOptions as parseTrain } from "gradnets/cli/options.ts";
import { parseSweepOptions } from "gradnets/cli/sweep_options.ts";

const COUNT = ["x", "", "NaN", "-1", "0", "1.5", "0x7", "Infinity", "1e300", " 7"];
const AMOUNT = ["x", "", "NaN", "-1", "0", "0x7", "Infinity", " 7"];
const SEED = ["x", "", "NaN", "-1", "1.5", "4294967296"];
const WORD = ["x", "", "toString"];
const PATH = [""];

type Parse = (args: readonly string[], output: OutputConfiguration) => unknown;
const COMMANDS: readonly (readonly [string, Parse, Readonly<Record<string, readonly string[]>>])[] =
  [
    ["train", parseTrain, {
      ...{ depth: [...COUNT, "2"], width: COUNT, batch: COUNT, epochs: AMOUNT, tau: AMOUNT },
      ...{ seed: SEED, layer: WORD, kernels: WORD, data: PATH, out: PATH, "keep-every": COUNT },
    }],
    [
      "sweep",
      (args, output) => parseSweepOptions(["grid.json", ...args], output),
      { jobs: [...COUNT, "4097"], "keep-every": COUNT, shards: COUNT, out: PATH, data: PATH },
    ],
    ["bench", parseBench, { rounds: COUNT, only: WORD, json: PATH, data: PATH }],
  ];

for (const [name, parse, options] of COMMANDS) {
  Deno.test(`${name} refuses every wrong value of every option in a line`, () => {
    const refuse = (option: string) => {
      const lines: string[] = [];
      const writeErr = (line: string) => lines.push(line);
      assertThrows(() => parse([option], { writeErr }), CommanderError);
      assertEquals(lines.length, 1, option);
      assertMatch(lines[0] ?? "", /^error: [^\n]+(\n\(Did you mean --\w+\?\))?\n$/);
      return lines[0] ?? "";
    };
    for (const [option, values] of Object.entries(options)) {
      for (const value of values) {
        assertMatch(refuse(`--${option}=${value}`), RegExp(`--${option} `));
      }
    }
    assertMatch(refuse("--dept=3"), /unknown option '--dept=3'/);
  });
}
