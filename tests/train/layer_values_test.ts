/** Values for histograms, against what the trainer measures by itself. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  drawnDataset,
  GradNet,
  type Layer,
  layerValues,
  type Model,
  NormedNet,
  startBackend,
  Trainer,
} from "gradnets";

await startBackend();
const data = drawnDataset({ train: 200, validation: 10, test: 50 });
const meanAbs = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;

for (const kernels of ["fused", "reference"] as const) {
  Deno.test(`layerValues() are those that measure() takes the norms of, ${kernels}`, () => {
    const net = new GradNet({ width: 12, depth: 6 });
    const trainer = new Trainer({ net, data, kernels, g: 0.4 });
    for (let i = 0; i < 5; i++) trainer.step();
    const values = layerValues(trainer), point = trainer.measure();
    const all = (group: string) => [1, 2, 3, 4].flatMap((l) => [...values[`${group}/layer${l}`]!]);
    assertAlmostEquals(meanAbs(all("weights")), point.weightNorm, 1e-6 * point.weightNorm);
    assertAlmostEquals(meanAbs(all("gradients")), point.gradientNorm, 1e-4 * point.gradientNorm);
    const logits = values["activations/layer5"]!, { labels } = trainer.batch;
    const right = labels.filter((label, i) => {
      const row = logits.subarray(i * 10, i * 10 + 10);
      return row.indexOf(Math.max(...row)) === label;
    });
    assertEquals(right.length / labels.length, point.trainAccuracy);
    const names = Array.from({ length: 6 }, (_, l) => `layer${l}`);
    const groups = ["weights", "gradients", "activations"];
    assertEquals(
      new Set(Object.keys(values)),
      new Set(groups.flatMap((group) => names.map((name) => `${group}/${name}`))),
    );
    assertEquals(values["weights/layer0"]?.length, 784 * 12);
    assertEquals(values["gradients/layer5"]?.length, 120);
    trainer.dispose();
    net.dispose();
  });
}

Deno.test("layerValues() changes nothing: the training goes on to the same numbers", () => {
  const losses = (look: boolean) => {
    const net = new GradNet({ width: 8, depth: 5 }), trainer = new Trainer({ net, data });
    const found = Array.from({ length: 6 }, () => {
      if (look) layerValues(trainer);
      return trainer.step().loss;
    });
    trainer.dispose();
    net.dispose();
    return found;
  };
  assertEquals(losses(true), losses(false));
});

Deno.test("layerValues() has a layer's own scalars, all layers in one", () => {
  const rezero: Layer = {
    formula: "y = x + α·relu(u)",
    parameters: { alpha: { shape: () => [], start: 0.5 } },
    forward: (x, u, _g, { alpha }) => x.add(u.relu().mul(alpha!)),
  };
  const net = new GradNet({ width: 8, depth: 5, layer: rezero });
  const trainer = new Trainer({ net, data }), values = layerValues(trainer);
  assertEquals(values["weights/alpha"], new Float32Array([0.5, 0.5, 0.5]));
  assertEquals(values["gradients/alpha"]?.length, 3);
  trainer.dispose();
  net.dispose();
});

Deno.test("layerValues() of any other model are its trainable variables", () => {
  const net = new NormedNet({ width: 8 });
  const trainer = new Trainer<Model>({ net, data });
  const trainable = Object.entries(net.variables).filter(([, { trainable }]) => trainable);
  const names = trainable.map(([name]) => name);
  const values = layerValues(trainer);
  const expected = ["weights", "gradients"].flatMap((of) => names.map((name) => `${of}/${name}`));
  assertEquals(Object.keys(values), expected);
  for (const [name, variable] of trainable) {
    assertEquals(values[`weights/${name}`], variable.dataSync(), name);
    assertEquals(values[`gradients/${name}`]?.length, variable.size, name);
  }
  trainer.dispose();
  net.dispose();
});
