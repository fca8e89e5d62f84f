/**
 * Other programs that run notebooks lose nothing: nbclient and papermill, a fresh kernel each time.
 * GRADNETS_FRESH_KERNELS says how many.
 */

import { assertEquals } from "@std/assert";
import { findProgram } from "../helpers/core.ts";
import { assertSameOutputs, chatty } from "../helpers/outputs.ts";
import { executed } from "./executed.ts";

const python = findProgram("GRADNETS_JUPYTER_PYTHON"); // one that has both
const count = Number(Deno.env.get("GRADNETS_FRESH_KERNELS") ?? 2);

const cells = chatty(0);
const sources = cells.map(({ source }) => source);

for (const runner of ["nbclient", "papermill"] as const) {
  Deno.test({
    name: `${runner} loses no line of a chatty notebook${
      python ? "" : ": skipped, no Python for it"
    }`,
    ignore: python === undefined,
    async fn() {
      let round = 0;
      for await (const outputs of executed(python ?? "", runner, sources, count)) {
        assertEquals(outputs.length, cells.length);
        for (const [i, { expected }] of cells.entries()) {
          assertSameOutputs(outputs[i] ?? [], expected, `kernel ${round}, cell ${i + 1}`);
        }
        round++;
      }
      assertEquals(round, count);
    },
  });
}
