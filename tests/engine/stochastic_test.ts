import { assert, assertEquals } from "@std/assert";
import { GradNet, startBackend } from "gradnets";
import { stochasticAnswers } from "gradnets/engine/stochastic.ts";
import { assertClose, withoutLeak } from "../helpers/close.ts";
import { firstInFloat64, logitsFrom, weightsOf } from "../helpers/float64.ts";

await startBackend();

Deno.test("stochasticAnswers() is the net's own answer without dropout, and the seed's with it", async () => {
  await withoutLeak(() => {
    const net = new GradNet({ inputs: 4, width: 6, depth: 4, classes: 3, stddev: 0.8 });
    const image = new Float32Array([0, 1, 0.5, 0.25]);
    const w = weightsOf(net), u = firstInFloat64(w, Float64Array.from(image));
    const z = logitsFrom(net, w, 0, u.map((u) => Math.max(u, 0)), 0.3);
    const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
    const ask = (keep: number, seed: number) =>
      stochasticAnswers(net, image, 2, { keep, passes: 8, seed, g: 0.3 });
    assertClose(ask(1, 1), Array(8).fill(Math.exp(z[2]!) / total), { rel: 1e-5 });
    assertEquals(ask(0.5, 1), ask(0.5, 1));
    assert(ask(0.5, 1).some((p, i) => p !== ask(0.5, 2)[i]));
    assert(new Set(ask(0.5, 1)).size > 1);
    net.dispose();
  });
});
