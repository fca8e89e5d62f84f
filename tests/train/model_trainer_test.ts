/** Same seed, same numbers: those of the original's recipe, as they were when they were written here. */

import { assert, assertEquals } from "@std/assert";
import { drawnDataset, GradNet, type LayerKind, startBackend, Trainer } from "gradnets";
import { assertClose } from "../helpers/close.ts";

await startBackend();

const data = drawnDataset({ train: 250, validation: 10, test: 10 });

// The losses of the first five steps of seed 1 on drawn digits: a change that alters one of them
// alters every training that anybody has on record. Written on x86-64 with relaxed SIMD.
const losses: Readonly<
  Record<"fused" | "reference", Readonly<Record<LayerKind, readonly number[]>>>
> = {
  fused: {
    "identity-grelu": [
      145.82493351197655,
      126.09113915008417,
      117.99881725548241,
      118.77219337665966,
      118.39479252094009,
    ],
    "linear-grelu": [
      118.74895259273013,
      118.70012487227636,
      118.65731314890876,
      118.59852707597679,
      118.5550085102768,
    ],
    "plain": [
      118.74895258993602,
      118.70015387578069,
      118.65002731230794,
      118.59969263641597,
      118.55372401383882,
    ],
    "residual": [
      894.7201294219303,
      915.3939614626763,
      894.6216752532928,
      977.4667624068412,
      998.1595963066572,
    ],
    "highway": [
      118.78776603488457,
      118.7467901216902,
      118.59548841224661,
      118.60886732732482,
      118.54149848184811,
    ],
  },
  reference: {
    "identity-grelu": [
      145.82490755617619,
      126.0911614894867,
      117.99876745045185,
      118.77217049896717,
      118.39478203654289,
    ],
    "linear-grelu": [
      118.74888063967228,
      118.70013976097107,
      118.6573076248169,
      118.59852655231953,
      118.55498337745667,
    ],
    "plain": [
      118.74888063967228,
      118.7001473903656,
      118.6500234156847,
      118.59966078400612,
      118.55370810627937,
    ],
    "residual": [
      894.7201559692621,
      915.3939950466156,
      894.6217136830091,
      977.4667631685734,
      998.1596118211746,
    ],
    "highway": [
      118.78776766359806,
      118.74677249789238,
      118.59547390043736,
      118.6088457107544,
      118.54147778451443,
    ],
  },
};

for (const kernels of ["fused", "reference"] as const) {
  for (const [layer, expected] of Object.entries(losses[kernels])) {
    Deno.test(`Trainer (${kernels}) of ${layer} layers has the losses that it had, to the last bit`, () => {
      const net = new GradNet({ layer: layer as LayerKind, seed: 1 });
      const trainer = new Trainer({ net, data, seed: 1, kernels });
      assert(trainer.kernels.startsWith(kernels));
      const found = Array.from({ length: 5 }, () => trainer.step().loss);
      assertClose(found, expected, { rel: 1e-6 });
      const same = Deno.build.arch === "x86_64" && !trainer.kernels.startsWith("fused (SIMD)");
      if (same) assertEquals(found, [...expected]);
      trainer.dispose();
      net.dispose();
    });
  }
}
