/** Whether two variants do the same work. */

import { assert, assertStringIncludes } from "@std/assert";
import { checkTable, compare } from "gradnets/bench/check.ts";

const checked = {
  loss: [100, 90],
  weight_norm: [0.07, 0.06],
  gradient_norm: [0.01, 0.02],
  accuracy: 0.3,
  kept: 0.95,
};

Deno.test("compare() takes what rounding does, and nothing more", () => {
  const near = { ...checked, loss: [100.05, 90], accuracy: 0.301 };
  assert(compare("near", near, checked).same);
  const wrong = [
    { ...checked, loss: [100, 90.2] },
    { ...checked, loss: [100, NaN] },
    { ...checked, loss: [100] },
    { ...checked, weight_norm: [0.0702, 0.06] },
    { ...checked, gradient_norm: [0.01, 0] },
    { ...checked, accuracy: 0.31 },
    { ...checked, kept: 1 },
  ];
  for (const found of wrong) assert(!compare("wrong", found, checked).same, JSON.stringify(found));
  assertStringIncludes(checkTable([compare("wrong", wrong[0]!, checked)]), "NO |");
});
