/** The fused engine: what it says of a net that is gone. */

import { assertThrows } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet } from "gradnets/model/gradnet.ts";
import { Trainer } from "gradnets";
import { patterns } from "../helpers/trainer.ts";

await startBackend();

Deno.test("FusedEngine names the variable of a net that was disposed of", () => {
  const net = new GradNet({ inputs: patterns.inputs, width: 8, depth: 3 });
  const trainer = new Trainer({ net, data: patterns, batchSize: 20 });
  trainer.step();
  net.dispose();
  for (const use of [() => trainer.step(), () => trainer.measure(), () => trainer.evaluate()]) {
    assertThrows(use, Error, "The net was disposed of: its firstW");
  }
  trainer.dispose();
});
