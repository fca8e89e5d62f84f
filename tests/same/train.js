/**
 * The training that every runtime repeats. Plain JavaScript, because not all of them run anything
 * else.
 */

/** @param {number} value @returns {string} its 64 bits */
const hex = (value) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
};

/** FNV-1a over words of 32 bits. @param {Float32Array} values @param {number} hash */
const hashOf = (values, hash) =>
  new Uint32Array(values.buffer).reduce((sum, word) => Math.imul(sum ^ word, 0x01000193), hash);

/**
 * 300 steps and an evaluation of two kinds of layer, on plain SIMD.
 *
 * @param {typeof import("../../lib/core.ts")} core
 */
export const train = ({ anneal, Architecture, drawnDataset, FusedEngine, Trainer }) => {
  const data = drawnDataset({ train: 1000, validation: 10, test: 2000 });
  return ["identity-grelu", "highway"].map((layer) => {
    const net = new Architecture({ depth: 20, layer, seed: 1 });
    let fused;
    const engine = (options) => fused = new FusedEngine(options, { relaxed: false });
    const trainer = new Trainer({ net, data, engine, seed: 1, g: anneal({ epochs: 30 }) });
    const losses = Array.from({ length: 300 }, () => hex(trainer.step().loss));
    const { accuracy, predictions } = trainer.evaluate();
    const { kernels } = trainer;
    const parameters = Object.keys(net.shapes)
      .reduce((hash, name) => hashOf(fused.parameter(name), hash), 0x811c9dc5);
    trainer.dispose();
    return { layer, kernels, losses, parameters, accuracy, predictions: [...predictions].join("") };
  });
};
