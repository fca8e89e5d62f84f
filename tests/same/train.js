/**
 * The training that is repeated on every kind of kernel, in every runtime, and against the golden
 * figures. Plain JavaScript, because not all of them run anything else.
 */

/** Kinds of layer and depths of the nets. */
export const cases = ["identity-grelu", "linear-grelu", "plain", "residual", "highway"]
  .flatMap((layer) => [5, 50].map((depth) => ({ layer, depth })));

/**
 * The data: small, drawn.
 *
 * @param {typeof import("../../lib/core.ts")} core
 */
export const drawn = ({ drawnDataset }) =>
  drawnDataset({ train: 1000, validation: 10, test: 2000 });

/**
 * The recipe's defaults but g, which reaches 1/4 after 500 steps: 50 layers learn by then.
 *
 * @param {typeof import("../../lib/core.ts")} core
 */
export const recipe = ({ anneal }) => ({ seed: 1, g: anneal({ epochs: 100 }) });

/**
 * Trains a net with the fused kernels on one thread.
 *
 * @param {typeof import("../../lib/core.ts")} core
 * @param {{layer: any, depth: number}} size
 * @param {{steps: number, data: import("../../lib/core.ts").Dataset, relaxed?: boolean}} how
 */
export const train = (core, size, { steps, data, relaxed = false }) => {
  const { Architecture, FusedEngine, Trainer } = core;
  const net = new Architecture({ ...size, seed: 1 });
  let fused;
  const engine = (options) => fused = new FusedEngine(options, { relaxed });
  const trainer = new Trainer({ net, data, engine, ...recipe(core) });
  for (let i = 0; i < steps; i++) trainer.step();
  const { kernels } = trainer, { accuracy, predictions } = trainer.evaluate();
  const weights = Object.keys(net.shapes).map((name) => fused.parameter(name));
  trainer.dispose();
  return { kernels, steps: trainer.steps, accuracy, predictions, weights };
};

/** FNV-1a over words of 32 bits. @param {number} hash @param {Float32Array} values */
const hashOf = (hash, values) =>
  new Uint32Array(values.buffer).reduce((sum, word) => Math.imul(sum ^ word, 0x01000193), hash);

/**
 * 300 steps of every case on plain SIMD. JSON carries them to the last bit: the shortest decimal
 * that gives a number back is what it writes.
 *
 * @param {typeof import("../../lib/core.ts")} core
 */
export const trainAll = (core) => {
  const data = drawn(core);
  return cases.map((size) => {
    const { kernels, steps, accuracy, predictions, weights } = train(core, size, {
      steps: 300,
      data,
    });
    const losses = steps.map(({ loss }) => loss);
    const parameters = `${weights.reduce(hashOf, 0x811c9dc5)}`;
    return { ...size, kernels, losses, parameters, accuracy, predictions: predictions.join("") };
  });
};
