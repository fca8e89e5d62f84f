/** Nets as files: ours in PyTorch, PyTorch's here, and what is refused. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import {
  drawnDataset,
  GradNet,
  loadDataset,
  startBackend,
  Trainer,
  writeCheckpoint,
} from "gradnets";
import { parseSafetensors, tensorOf, writeSafetensors } from "gradnets/data/safetensors.ts";
import { assign } from "../helpers/fused.ts";
import { values } from "../helpers/close.ts";
import { withDir } from "../helpers/mirror.ts";
import { rezero } from "../helpers/own_model.ts";
import { findPython, printedBy } from "../helpers/python.ts";

await startBackend();

const size = { inputs: 6, width: 5, depth: 4, classes: 3 };
const allOf = (net: GradNet) =>
  Object.fromEntries(Object.entries(net.variables).map(([name, v]) => [name, values(v).slice()]));

async function withNet(
  options: ConstructorParameters<typeof GradNet>[0],
  body: (net: GradNet, path: string) => Promise<void>,
): Promise<void> {
  const net = new GradNet({ ...size, ...options });
  await withDir((dir) => body(net, join(dir, "net.safetensors"))).finally(() => net.dispose());
}

for (const layer of ["identity-grelu", "highway", "plain"] as const) {
  Deno.test(`GradNet.load() gives back what save() wrote: ${layer}`, () =>
    withNet({ layer }, async (net, path) => {
      await net.save(path);
      const again = await GradNet.load(path);
      assertEquals([again.layer, again.depth, again.inputs], [layer, 4, 6]);
      assertEquals(allOf(again), allOf(net));
      again.dispose();
    }));
}

Deno.test("GradNet.load() reads the net of a checkpoint, trained and all", () =>
  withDir(async (dir) => {
    const net = new GradNet({ depth: 5, width: 8, layer: "plain" }), path = join(dir, "mark");
    const data = drawnDataset({ train: 100, validation: 10, test: 50 });
    const trainer = new Trainer({ net, data });
    trainer.step();
    await Deno.writeFile(path, await writeCheckpoint(trainer.checkpoint()));
    const again = await GradNet.load(path);
    assertEquals([again.layer, allOf(again)], ["plain", allOf(net)]);
    trainer.dispose();
    net.dispose();
    again.dispose();
  }));

Deno.test("GradNet.load() says what in a file does not match, and what to give", () =>
  withNet({ layer: rezero }, async (net, path) => {
    await net.save(path);
    const whole = await Deno.readFile(path), { tensors } = parseSafetensors(whole);
    const refused = async (bytes: Uint8Array, message: string, options = {}) => {
      await Deno.writeFile(path, bytes);
      const before = tf.memory().numTensors;
      await assertRejects(() => GradNet.load(path, options), Error, message);
      assertEquals(tf.memory().numTensors, before);
    };
    const file = (others: Parameters<typeof writeSafetensors>[0]["tensors"]) =>
      writeSafetensors({ tensors: others, metadata: {} });
    await refused(whole, "it has custom layers. Give them as the option layer");
    await refused(whole, "alpha should be not there, but is of shape 2", { layer: "plain" });
    await refused(whole.subarray(0, 900), "are missing");
    const altered = whole.slice();
    altered[whole.length - 1]! ^= 1;
    await refused(altered, "it was altered", { layer: rezero });
    const { alpha: _, ...plain } = tensors, { lastB, firstW: __, ...less } = plain;
    await refused(file(less), "firstW must have rank 2, but is missing");
    await refused(file(plain), "gateW should be of shape 2×5×5, but is not there", {
      layer: "highway",
    });
    await refused(file(plain), "lastW should be of shape 5×4, but is of shape 5×3", {
      classes: 4,
      inputs: 6,
    });
    await refused(
      file({ ...plain, extra: lastB! }),
      "extra should be not there, but is of shape 3",
    );
    const half = { dtype: "F16", shape: [3], bytes: new Uint8Array(6) };
    await refused(
      file({ ...plain, lastB: half }),
      "Cannot read tensor lastB: expected F32, but it is F16",
    );
    await refused(file({}), "firstW must have rank 2, but is missing");
    await Deno.writeFile(path, whole);
    const again = await GradNet.load(path, { layer: rezero });
    assertEquals(allOf(again), allOf(net));
    again.dispose();
  }));

Deno.test("GradNet.load() reads a file without metadata", () =>
  withNet({}, async (net, path) => {
    const tensors = Object.entries(allOf(net)).map(([name, values]) =>
      [name, tensorOf({ shape: net.shapes[name]!, values })] as const
    );
    await Deno.writeFile(
      path,
      writeSafetensors({ tensors: Object.fromEntries(tensors), metadata: {} }),
    );
    const again = await GradNet.load(path);
    assertEquals([again.layer, allOf(again)], ["identity-grelu", allOf(net)]);
    again.dispose();
  }));

const python = findPython(
  "torch, numpy, safetensors",
  "nets are not loaded there, see tests/pytorch/requirements.txt",
);

Deno.test({
  name: `PyTorch predicts the same from our file, and we read its file`,
  ignore: python === undefined,
  fn: () =>
    withDir(async (dir) => {
      const path = join(dir, "net.safetensors"), images = join(dir, "images"), g = 0.5;
      const data = Deno.env.get("GRADNETS_DATA")
        ? await loadDataset()
        : drawnDataset({ train: 1000, validation: 10, test: 1000 });
      const net = new GradNet({ depth: 12, layer: "identity-grelu" });
      assign(net.variables.hiddenB, Float32Array.from({ length: 500 }, (_, i) => (i % 7 - 3) / 20));
      const trainer = new Trainer({ net, data, g, l1: 0 });
      for await (const _ of trainer.run({ iterations: 500 }));
      const { predictions, accuracy } = trainer.evaluate();
      assert(accuracy > 0.3, `${accuracy}`); // or all would be the same class
      await net.save(path);
      await Deno.writeFile(images, data.test.images);
      const script = fileURLToPath(new URL("../pytorch/net.py", import.meta.url));
      const theirs = join(dir, "theirs.safetensors");
      const found = printedBy<number[]>(python ?? "", [script, path, images, `${g}`, theirs]);
      const other = found.filter((label, i) => label !== predictions[i]).length;
      console.log(
        `PyTorch: ${found.length - other} of ${found.length} images of ${data.name} alike`,
      );
      assertEquals([found.length, other], [data.test.count, 0]);
      const again = await GradNet.load(theirs);
      assertEquals(allOf(again), allOf(net));
      trainer.dispose();
      net.dispose();
      again.dispose();
    }),
});
