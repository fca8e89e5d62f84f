/**
 * Every option of something, with every kind of wrong value: refused in one sentence that names the
 * option, before anything is made of it.
 */

import { assertEquals } from "@std/assert";
import { withoutLeak } from "./close.ts";

/** What is no number, though some of it compares like one. */
const NONE = ["x", "5", "", null, true, [], [5], {}, () => 5, NaN];
const WRONG = [...NONE, Infinity, -Infinity];
const KINDS = {
  count: [...WRONG, -1, 0, 1.5, 2 ** 40], // a whole number from 1 up
  index: [...WRONG, -1, 1.5, 2 ** 40], // from 0 up
  seed: [...WRONG, -1, 1.5, 2 ** 32],
  positive: [...WRONG, -1, 0],
  amount: [...WRONG, -1], // from 0 up
  finite: WRONG,
  share: [...WRONG, -0.1, 1.1],
  partial: [...WRONG, -0.1, 1], // below 1
  flag: ["x", "", null, 0, 1, [], {}, NaN],
  word: ["x", "", null, 5, true, [], {}, "toString"],
  text: [5, null, true, [], {}, ""],
  words: [5, null, true, [], {}],
  call: ["x", 5, null, true, [], {}],
  layer: ["x", "", null, 5, true, [], "toString"],
  record: ["x", "", null, 5, true, []],
  schedule: ["x", "5", null, true, [], [5], {}, NaN, -1, 2 ** 1025, -Infinity],
  step: [...WRONG, -1, 0, 1.5, 2 ** 60], // from 1 up, as far as can be counted
  size: [...WRONG, -1, 0, 1.5], // of what is refused when it is built
  place: [...WRONG, -1, 1.5],
  object: ["x", 5, null, true],
  list: ["x", 5, null, true, {}],
  shares: ["x", 5, null, true, {}, ["x"], [NaN], [-0.1], [1.1], [null]],
  texts: ["x", 5, null, true, {}, [5], [null], [{}]],
  limits: ["x", 5, null, true, [], {}, [0], [0, NaN], [1, 0], [1, 1], ["0", "1"], [0, 1, 2]],
} as const satisfies Record<string, readonly unknown[]>;

type Make = (more: object) => unknown;
/** What takes options, the kind of each, and a call with some of them. */
export type Row = readonly [
  name: string,
  options: Readonly<Record<string, keyof typeof KINDS>>,
  Make,
];

/** Makes a test of each row. */
export function testRefusals(rows: readonly Row[]): void {
  for (const [name, options, make] of rows) {
    Deno.test(`${name} refuses every wrong value of every option in a sentence`, () =>
      withoutLeak(async () => {
        const bad: string[] = [];
        for (const [option, kind] of Object.entries(options)) {
          for (const value of KINDS[kind]) {
            const found = await refusal(() => make({ [option]: value }));
            const right = found instanceof RangeError || found instanceof TypeError;
            const message = right ? found.message : String(found);
            const said = right && /^[^\n]{10,400}$/.test(message) &&
              (message.includes(option) || /takes .* GiB at least/.test(message)) &&
              !/(?<!but is )undefined|Invalid|\[object|reading|destructure|iterable|convert/.test(
                message,
              );
            if (!said) bad.push(`${option}: ${Deno.inspect(value)} → ${message}`);
          }
        }
        assertEquals(bad, []);
      }));
  }
}

async function refusal(make: () => unknown): Promise<unknown> {
  try {
    const made = await make();
    if (made instanceof Object && "dispose" in made && made.dispose instanceof Function) {
      made.dispose();
    }
    return "accepted";
  } catch (error) {
    return error;
  }
}
