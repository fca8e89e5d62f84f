/** Draws probes of every hidden layer at every g as maps. */
import type { LayerProbe } from "../../model/probes.ts";
import { refuseUnknown } from "../../validate.ts";
import type { Figure } from "./figure.ts";
import { mapFigure } from "./map.ts";

/** One network, probed at several g. */
export interface ProbedNet {
  /** Heading of its map. */
  readonly name: string;
  /** What it was probed at. */
  readonly gs: readonly number[];
  /** For each g, the probes of the hidden layers, first layer first. */
  readonly found: readonly (readonly LayerProbe[])[];
}

/** Options of {@linkcode layersFigure}. */
export interface LayersFigureOptions {
  /** Above the figure. */
  readonly title: string;
  /** Title of the colour scale, with the unit. */
  readonly scale: string;
  /** Logarithmic colour scale, exact zeros hatched. Default false. */
  readonly log?: boolean;
  /** Limits of the colour scale. Default: those of the data. */
  readonly range?: readonly [number, number];
}

/**
 * Draws a map for each network: hidden layers upward, g across, one number of the probe as colour.
 *
 * @param of picks that number
 * @throws {RangeError} if the networks differ in depth, or were not probed at the same g
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { layersFigure } from "gradnets/notebook/figures.ts";
 *
 * const layer = { activation: 1, spread: 1, gradient: 2, weightGradient: 3, dead: 0.5 };
 * const probed = [{ name: "two layers", gs: [0, 1], found: [[layer, layer], [layer, layer]] }];
 * const figure = layersFigure(probed, ({ dead }) => dead, { title: "Dead units", scale: "share" });
 * assertEquals(figure.data[0]!.z, [[0.5, 0.5], [0.5, 0.5]]);
 * ```
 */
export function layersFigure(
  probed: readonly ProbedNet[],
  of: (layer: LayerProbe) => number,
  options: LayersFigureOptions,
): Figure {
  refuseUnknown(
    options,
    ["title", "scale", "log", "range"],
    "Cannot draw layers: LayersFigureOptions",
  );
  const [{ gs = [], found = [] } = {}] = probed;
  const rows = Array.from({ length: found[0]?.length ?? 0 }, (_, l) => l);
  const differs = probed.find((one) =>
    String(one.gs) !== String(gs) || one.found.length !== gs.length ||
    one.found.some((hidden) => hidden.length !== rows.length)
  );
  if (differs || rows.length === 0) {
    throw new RangeError(
      `Cannot draw ${differs ? `"${differs.name}"` : "no layers"}: expected networks of equally ` +
        "many hidden layers, each probed once at every g, the same for all",
    );
  }
  const panels = probed.map(({ name, found }) => ({
    heading: name,
    z: rows.map((l) => found.map((hidden) => of(hidden[l]!))),
  }));
  return mapFigure(panels, {
    x: { title: "g", values: gs },
    y: { title: "hidden layer", values: rows.map((l) => l + 1) },
    ...options,
  });
}
