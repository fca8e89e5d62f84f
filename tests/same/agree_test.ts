/**
 * Reference and fused kernels agree, with relaxed SIMD and without, on every kind of layer at 5 and
 * 50 layers: as far as rounding goes, and where rounding grows no further than the reference from
 * itself.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { GradNet, Trainer } from "gradnets";
import * as core from "gradnets/core";
import { agreements, data, row, type Size } from "./agree.ts";
import { cases, recipe } from "./train.js";

const STEPS = 60;

for (const size of cases as readonly Size[]) {
  Deno.test(`all kernels train alike on ${size.depth} layers of ${size.layer}`, () => {
    const found = [...agreements(size, STEPS)], own = found.at(-1);
    assert(own && own.weights > 0, "the changed reference is the same");
    for (const one of found.slice(0, -1)) {
      assertLess(one.gradient, 2e-5, row(one));
      assertLess(one.loss10, 1e-5, row(one));
      assertLess(one.loss, Math.max(1e-3, 10 * own.loss), row(one));
    }
  });
}

Deno.test("one thread and two give the same losses and predictions of every kind of layer", async () => {
  for (const size of cases as readonly Size[]) {
    const found = [];
    for (const threads of [1, 2] as const) {
      const net = new GradNet({ ...size, seed: 1 });
      const trainer = new Trainer({ net, data, threads, ...recipe(core) });
      trainer.evaluate(); // starts the second thread
      for (let i = 0; i < 20; i++) trainer.step();
      await new Promise((resolve) => setTimeout(resolve, 50));
      found.push([trainer.steps, trainer.evaluate()]);
      assert(trainer.kernels.includes("2 threads") === (threads === 2), trainer.kernels);
      trainer.dispose();
      net.dispose();
    }
    assertEquals(found[0], found[1], JSON.stringify(size));
  }
});
