/** Saves and loads all that a training on TensorFlow.js changes, by the names in checkpoints. */

import * as tf from "../tf.ts";
import type { Model } from "../model/model.ts";
import type { EngineState } from "./engine.ts";
import { trainable } from "./objective.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/** A net and the optimizer of its trainable variables. */
export interface Changing {
  readonly net: Model;
  readonly optimizer: Optimizer;
  /** Name of the optimizer in messages. */
  readonly name: string;
}

/** Copies the variables of the net and the state of the optimizer; see `Engine.save`. */
export function saveState(changing: Changing): EngineState {
  const tensors = variablesOf(changing).map(([name, variable]) => {
    const { shape } = variable, values = variable.dataSync<"float32">().slice();
    return [name, { shape, values }] as const;
  });
  const numbers = numbersOf(changing).map(({ name, of, key }) => [name, of[key] ?? NaN] as const);
  return { tensors: Object.fromEntries(tensors), numbers: Object.fromEntries(numbers) };
}

/** Puts back what {@linkcode saveState} gave. */
export function loadState(changing: Changing, { tensors, numbers }: EngineState): void {
  for (const [name, variable] of variablesOf(changing)) {
    const saved = tensors[name];
    if (saved) tf.tidy(() => variable.assign(tf.tensor(saved.values, variable.shape)));
  }
  for (const { name, of, key } of numbersOf(changing)) of[key] = numbers[name] ?? NaN;
}

function variablesOf(changing: Changing): readonly (readonly [string, tf.Variable])[] {
  const { net } = changing, names = Object.keys(trainable(net));
  const slots = partsOf(changing).flatMap(([prefix, { slots = {} }]) =>
    Object.entries(slots).flatMap(([slot, variables]) =>
      variables.map((variable, i) => [`optimizer/${prefix}${slot}/${names[i]}`, variable] as const)
    )
  );
  return [...Object.entries(net.variables), ...slots];
}

/** A number of the optimizer, and where it is. */
interface Kept {
  readonly name: string;
  readonly of: Record<string, number>;
  readonly key: string;
}

function numbersOf(changing: Changing): readonly Kept[] {
  return partsOf(changing).flatMap(([prefix, { numbers = {} }]) =>
    Object.keys(numbers).map((key) => ({ name: prefix + key, of: numbers, key }))
  );
}

/** State of the optimizer and of all that it is made of, each with a prefix such as "early/". */
function partsOf({ optimizer: { state }, name }: Changing) {
  if (!state) {
    throw new TypeError(
      `Cannot take a checkpoint with the optimizer "${name}": expected a state, found none. ` +
        "List in it what it remembers, or {} for nothing",
    );
  }
  const flat = (prefix: string, state: OptimizerState): (readonly [string, OptimizerState])[] => [
    [prefix, state],
    ...Object.entries(state.parts ?? {}).flatMap(([part, of]) => flat(`${prefix}${part}/`, of)),
  ];
  return flat("", state);
}
