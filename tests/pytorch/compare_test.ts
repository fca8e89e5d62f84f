/** PyTorch trains as we do, step by step, where a Python has it. */

import { assertLess } from "@std/assert";
import { type LayerKind, startBackend } from "gradnets";
import { cases } from "../same/train.js";
import { away, compare, findTorch } from "./compare.ts";

await startBackend();

const python = findTorch(), STEPS = 40;

for (const size of cases as readonly { layer: LayerKind; depth: number }[]) {
  Deno.test({
    name: `PyTorch trains ${size.depth} layers of ${size.layer} as we do, step by step` +
      `${python ? "" : ": skipped, no Python with torch"}`,
    ignore: python === undefined,
    fn: () => {
      const { reference, fused, float32, float64 } = compare(python ?? "", size, STEPS);
      // How far PyTorch's own rounding leads: 50 layers are chaotic.
      // A gradient that is next to nothing is mostly rounding, and Adam makes a whole step of it.
      const own = away(float32, float64), ownFirst = away(float32, float64, 5);
      for (const [name, numbers] of Object.entries({ reference, fused })) {
        const first = away(numbers, float64, 5), all = away(numbers, float64);
        const what = `${name}: ${JSON.stringify({ first, ownFirst, all, own })}`;
        assertLess(first.loss, 2e-6, what);
        assertLess(first.weightNorm, 2e-5, what);
        assertLess(first.gradientNorm, Math.max(2e-5, 20 * ownFirst.gradientNorm), what);
        for (const norm of ["loss", "weightNorm", "gradientNorm"] as const) {
          assertLess(all[norm], Math.max(1e-3, 20 * own[norm]), `${norm} of ${what}`);
        }
      }
    },
  });
}
