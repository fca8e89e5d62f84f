/** What a probe found in every hidden layer, at every g, as maps. */
import type { LayerProbe } from "../../model/probes.ts";
import type { Figure } from "./figure.ts";
import { mapFigure } from "./map.ts";

/** One network, probed at several g. */
export interface ProbedNet {
  /** What stands above its map. */
  readonly name: string;
  readonly gs: readonly number[];
  /** For each g, the hidden layers from the first up. */
  readonly found: readonly (readonly LayerProbe[])[];
}

/** Options of {@linkcode layersFigure}. */
export interface LayersFigureOptions {
  readonly title: string;
  /** What the colours mean, with the unit. */
  readonly scale: string;
  /** Colours by the logarithm; exact zeros are hatched. Default false. */
  readonly log?: boolean;
  /** What the colours span. Default: all there is. */
  readonly range?: readonly [number, number];
}

/**
 * A map for each network: hidden layers up, g across, colour for one number of the probe.
 *
 * @param of that number
 * @throws {RangeError} if the networks are not equally deep and probed at the same g
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
