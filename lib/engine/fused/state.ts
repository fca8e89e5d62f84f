/** Saves and loads all that training changes in the kernels, by the names in checkpoints. */

import type { EngineState } from "../engine.ts";
import type { FusedNet, Moment } from "./fused.ts";
import type { ParameterName } from "./parameters.ts";

/**
 * Copies the parameters and the state of the update rule; see `Engine.save`.
 *
 * @param shapes shape of each parameter
 */
export function saveState(
  fused: FusedNet,
  shapes: Readonly<Record<string, readonly number[]>>,
): EngineState {
  const tensors = places(fused).map(([key, name, moment]) => {
    const values = moment ? fused.moment(name, moment) : fused.parameter(name).slice();
    return [key, { shape: shapes[name] ?? [], values }] as const;
  });
  const numbers: EngineState["numbers"] = fused.rule.state.includes("t") ? { t: fused.t } : {};
  return { tensors: Object.fromEntries(tensors), numbers };
}

/** Puts back what {@linkcode saveState} gave. */
export function loadState(fused: FusedNet, { tensors, numbers }: EngineState): void {
  for (const [key, name, moment] of places(fused)) {
    const saved = tensors[key];
    if (saved) fused.load(name, saved.values, moment);
  }
  fused.t = numbers.t ?? 0;
}

type Place = readonly [key: string, name: ParameterName, moment?: Moment];

function places({ layout: { names }, rule }: FusedNet): readonly Place[] {
  const moments = (["m", "v"] as const).filter((moment) => rule.state.includes(moment));
  return [
    ...names.map((name): Place => [name, name]),
    ...moments.flatMap((moment) =>
      names.map((name): Place => [`optimizer/${moment}/${name}`, name, moment])
    ),
  ];
}
