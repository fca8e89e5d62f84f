import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { crossEntropy, Random, startBackend } from "gradnets";
import { GlimpseNet } from "gradnets/model/glimpse_net.ts";
import { assertClose, values, withoutLeak } from "../helpers/close.ts";
import { centralDifferences } from "../helpers/float64.ts";

await startBackend();

const CANVAS = 6, WINDOW = 3, BATCH = 4;
const make = (seed = 1) =>
  new GlimpseNet({ canvas: CANVAS, window: WINDOW, locating: 5, width: 4, classes: 3, seed });

function canvases(): Float64Array {
  const random = new Random(9);
  return Float64Array.from({ length: BATCH * CANVAS ** 2 }, () => Math.fround(random.uniform()));
}

/** The loss of the net with weights w (in the order of its variables) in plain float64 loops. */
function lossInFloat64(w: readonly Float64Array[], x: Float64Array, labels: number[], g: number) {
  const [W1, b1, W2, b2, V1, c1, V2, c2] = w as Float64Array[];
  const affine = (x: number[], W: Float64Array, b: Float64Array) =>
    [...b].map((b0, j) => x.reduce((sum, x, i) => sum + x * W[i * b.length + j]!, b0));
  const relu = (x: number[]) => x.map((x) => Math.max(x, 0));
  let loss = 0;
  labels.forEach((label, n) => {
    const pixel = (row: number, column: number) =>
      row < 0 || column < 0 || row >= CANVAS || column >= CANVAS
        ? 0
        : x[(n * CANVAS + row) * CANVAS + column]!;
    const cells = Array.from(
      { length: WINDOW ** 2 },
      (_, i) => [Math.floor(i / WINDOW), i % WINDOW],
    );
    const f = CANVAS / WINDOW;
    const small = cells.map(([r, c]) => {
      let sum = 0;
      for (let i = 0; i < f * f; i++) sum += pixel(f * r! + Math.floor(i / f), f * c! + i % f);
      return sum / f ** 2;
    });
    const at = affine(relu(affine(small, V1!, c1!)), V2!, c2!)
      .map((u) => (CANVAS - 1) / 2 + (CANVAS - WINDOW) / 2 * Math.tanh(u));
    const attended = cells.map(([r, c]) => {
      const y = at[0]! + r! - (WINDOW - 1) / 2, x = at[1]! + c! - (WINDOW - 1) / 2;
      const top = Math.floor(y), left = Math.floor(x), dy = y - top, dx = x - left;
      return (1 - dy) * ((1 - dx) * pixel(top, left) + dx * pixel(top, left + 1)) +
        dy * ((1 - dx) * pixel(top + 1, left) + dx * pixel(top + 1, left + 1));
    });
    const seen = small.map((s, i) => g * attended[i]! + (1 - g) * s);
    const z = affine(relu(affine(seen, W1!, b1!)), W2!, b2!);
    const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
    loss -= Math.log(Math.exp(z[label]!) / total + 1e-9);
  });
  return loss;
}

Deno.test("GlimpseNet's gradients are those of its formula, whatever g", async () => {
  const x = canvases(), labels = [2, 0, 1, 1];
  await withoutLeak(() => {
    const net = make();
    // larger weights where it looks from, so that windows lie between pixels
    for (const [name, v] of Object.entries(net.variables)) {
      if (name.startsWith("locate")) tf.tidy(() => v.assign(tf.mul(v, 6)));
    }
    const variables = Object.values(net.variables);
    const w = variables.map((v) => Float64Array.from(values(v)));
    for (const g of [0, 0.4, 1]) {
      tf.tidy(() => {
        const input = tf.tensor2d(Float32Array.from(x), [BATCH, CANVAS ** 2]);
        const y = tf.oneHot(tf.tensor1d(labels, "int32"), 3);
        const { value, grads } = tf.variableGrads(
          () => crossEntropy(net.logits(input, { g }), y),
          variables,
        );
        assertClose(values(value), [lossInFloat64(w, x, labels, g)], { what: `loss at g ${g}` });
        variables.forEach((v, i) => {
          const expected = centralDifferences(w[i]!, () => lossInFloat64(w, x, labels, g));
          const found = grads[v.name] ? values(grads[v.name]!) : new Float32Array(v.size);
          assertClose(found, expected, { rel: 2e-4, abs: 1e-6, what: `gradient ${i} at g ${g}` });
        });
      });
    }
    net.dispose();
  });
});

Deno.test("GlimpseNet.seen() has the same shape for every g, and both ends are what they say", () => {
  const net = make();
  tf.tidy(() => {
    const x = tf.tensor2d(Float32Array.from(canvases()), [BATCH, CANVAS ** 2]);
    const [early, half, late] = [0, 0.5, 1].map((g) => net.seen(x, g));
    assertEquals([early!.shape, half!.shape, late!.shape], Array(3).fill([BATCH, WINDOW, WINDOW]));
    const mean = values(tf.mul(0.5, tf.add(early!, late!)));
    assertClose(values(half!), mean, { rel: 1e-6 });
  });
  net.dispose();
});

Deno.test("GlimpseNet.centres() keeps the window on the canvas", () => {
  const net = make();
  tf.tidy(() => {
    for (const v of Object.values(net.variables)) v.assign(tf.mul(v, 1000));
    const at = values(
      net.centres(tf.tensor2d(Float32Array.from(canvases()), [BATCH, CANVAS ** 2])),
    );
    assert(at.every((c) => c >= (WINDOW - 1) / 2 && c <= CANVAS - 1 - (WINDOW - 1) / 2), `${at}`);
  });
  net.dispose();
});

Deno.test("GlimpseNet starts the same from the same seed, and refuses a window that does not fit", () => {
  const [a, b, c] = [make(0), make(0), make(2)];
  const first = (net: GlimpseNet) => [...values(net.variables["classifyW1"]!)];
  assertEquals(first(a!), first(b!));
  assert(first(a!).some((w, i) => w !== first(c!)[i]));
  [a, b, c].forEach((net) => net!.dispose());
  assertThrows(() => new GlimpseNet({ canvas: 50, window: 20 }), RangeError, "2, 3, … times");
  assertThrows(() => new GlimpseNet({ canvas: 20, window: 20 }), RangeError, "2, 3, … times");
});
