/**
 * Forward and backward of the fused kernels, held to float64, to the reference and to their own
 * memory: every kind of layer × width × batch × g × dropout × form of the kernels.
 */

import { assert, assertEquals } from "@std/assert";
import { startBackend } from "gradnets/model/backend.ts";
import { layerForms } from "gradnets/engine/fused/layer.ts";
import { hasSimd } from "gradnets/engine/fused/support.ts";
import { withPair } from "../../helpers/fused.ts";
import { checkPasses, forms } from "../../helpers/passes.ts";

await startBackend();

const small = { inputs: 5, classes: 3, depth: 4 } as const;

for (const layer of layerForms) {
  for (const width of [7, 50, 65, 200]) {
    Deno.test(`FusedNet.pass() of ${layer} ${width} wide equals float64 and the reference`, () => {
      for (const batch of [1, 3, 50, 128]) checkPasses({ ...small, layer, width, batch });
    });
  }

  Deno.test(`FusedNet.pass() of ${layer} equals both at other sizes, too`, () => {
    for (const width of [1, 4]) checkPasses({ layer, width, batch: 3 });
    checkPasses({ layer, width: 7, batch: 3, depth: 12 });
    checkPasses({ layer, width: 50, batch: 50, inputs: 70, depth: 3 }); // more than are unrolled
    checkPasses({ layer, width: 65, batch: 3, classes: 2, depth: 3 });
  });
}

Deno.test("FusedNet has a form with the relaxed multiply-add where there is one, and one without", () => {
  assert(hasSimd());
  for (const relaxed of forms) {
    withPair({ batch: 3, relaxed }, ({ fused }) => assertEquals(fused.relaxed, relaxed));
  }
  withPair({ batch: 3 }, ({ fused }) => assertEquals(fused.relaxed, forms[0]));
});
