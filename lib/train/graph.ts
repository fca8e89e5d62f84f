/** The graph of a GradNet and its training, as the 2015 notebook logged it. */

import type { GradNet } from "../model/gradnet.ts";
import { type Operation, tracedLayer } from "../model/traced.ts";

const BATCH = -1;

/**
 * Lists the operations of a GradNet in the original's name scopes: `layer0` to `layer49` with
 * `weight` and `bias`, `loss`, `train` and `test`. What is in a hidden layer is traced from its
 * forward line, so it is right for custom layers, too. The placeholders, which the original left
 * unnamed, have the names of its variables: x, y_, g, keep_prob.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GradNet, startBackend } from "gradnets";
 * import { graphOf } from "gradnets/train/graph.ts";
 *
 * await startBackend();
 * const net = new GradNet({ depth: 5 });
 * const names = graphOf(net).map(({ name }) => name);
 * assertEquals(names.filter((name) => name.startsWith("layer2/")), ["weight", "bias", "MatMul",
 *   "add", "Relu", "Mul", "Sub", "Mul_1", "Add", "dropout"].map((name) => `layer2/${name}`));
 * net.dispose();
 * ```
 */
export function graphOf(net: GradNet): Operation[] {
  const { inputs, width, classes, depth } = net;
  const nodes: Operation[] = [
    node("x", "Placeholder", [], [BATCH, inputs]),
    node("y_", "Placeholder", [], [BATCH, classes]),
    node("g", "Placeholder", [], []),
    node("keep_prob", "Placeholder", [], []),
  ];
  const relu = { operations: [node("Relu", "Relu", ["u"], [BATCH, width])], y: "Relu" };
  const softmax = {
    operations: [node("Softmax", "Softmax", ["u"], [BATCH, classes])],
    y: "Softmax",
  };
  const hidden = tracedLayer(net.hiddenLayer, dense(0, 0).map(({ name }) => name));
  let y = "x";
  for (let l = 0; l < depth; l++) {
    const scope = `layer${l}`, last = l === depth - 1, first = l === 0;
    const { operations, y: end } = first ? relu : last ? softmax : hidden;
    const names = { x: y, u: `${scope}/add` };
    nodes.push(
      ...scoped(scope, names, dense(first ? inputs : width, last ? classes : width)),
      ...scoped(scope, names, [...first || last ? [] : ownOf(net), ...operations]),
    );
    const dropout = node("dropout", "Dropout", [end, "keep_prob"], [BATCH, width]);
    if (!last) nodes.push(...scoped(scope, names, [dropout], operations));
    y = `${scope}/${last ? end : "dropout"}`;
  }
  const weights = Array.from({ length: depth - 2 }, (_, l) => `layer${l + 1}/weight`);
  return [...nodes, ...objective(y, weights)];
}

function node(
  name: string,
  op: string,
  input: readonly string[] = [],
  shape: readonly number[] = [],
): Operation {
  return { name, op, input, shape };
}

const dense = (from: number, to: number): Operation[] => [
  node("weight", "VariableV2", [], [from, to]),
  node("bias", "VariableV2", [], [to]),
  node("MatMul", "MatMul", ["x", "weight"], [BATCH, to]),
  node("add", "Add", ["MatMul", "bias"], [BATCH, to]),
];

/** The own parameters of a hidden layer. */
const ownOf = ({ hiddenLayer: { parameters = {} }, width }: GradNet): Operation[] =>
  Object.entries(parameters).map(([name, { shape }]) => node(name, "VariableV2", [], shape(width)));

const isNumber = (name: string) => Number.isFinite(Number(name));

/**
 * Puts nodes into the scope of a layer. They take each other, or what `names` renames, or g; numbers
 * are left out.
 *
 * @param others more nodes of the scope that they take
 */
function scoped(
  scope: string,
  names: Readonly<Record<string, string>>,
  nodes: readonly Operation[],
  others: readonly Operation[] = [],
): Operation[] {
  const within = new Set([...nodes, ...others].map(({ name }) => name));
  const resolve = (name: string) => names[name] ?? (within.has(name) ? `${scope}/${name}` : name);
  return nodes.map((of) => ({
    ...of,
    name: `${scope}/${of.name}`,
    input: of.input.filter((name) => !isNumber(name)).map(resolve),
  }));
}

/** Loss, norms, optimizer and accuracy of the original's cell 9. */
function objective(y: string, weights: readonly string[]): Operation[] {
  const rows = [BATCH];
  return [
    node("global_step", "VariableV2"),
    node("loss/Log", "Log", [y]),
    node("loss/mul", "Mul", ["y_", "loss/Log"]),
    node("loss/Sum", "Sum", ["loss/mul"]),
    node("loss/Neg", "Neg", ["loss/Sum"]),
    node("loss/loss", "ScalarSummary", ["loss/Neg"]),
    node("train/learning_rate", "ExponentialDecay", ["global_step"]),
    node("train/gradients", "SymbolicGradient", ["loss/Neg", ...weights]),
    node("train/weight_norm", "Mean", weights),
    node("train/gradient_norm", "Mean", ["train/gradients"]),
    node("train/minimize", "Optimizer", [
      "train/gradients",
      "train/learning_rate",
      "train/weight_norm",
    ]),
    node("test/ArgMax", "ArgMax", [y], rows),
    node("test/ArgMax_1", "ArgMax", ["y_"], rows),
    node("test/Equal", "Equal", ["test/ArgMax", "test/ArgMax_1"], rows),
    node("test/accuracy", "Mean", ["test/Equal"]),
  ];
}
