/**
 * Numbers → Plotly JSON: every figure of the notebooks, as pure functions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scheduleFigure } from "gradnets/notebook/figures";
 * import { anneal, decay } from "gradnets";
 *
 * const figure = scheduleFigure(anneal({ epochs: 10 }), decay(), { every: 5500 });
 * assertEquals(figure.data[0]?.y, [0, .5, 1, 1, 1]); // g
 * ```
 *
 * @module
 */

export type { Figure, Json, Layout, Trace } from "./figures/figure.ts";
export { palette } from "./figures/figure.ts";
export { trainingFigure, type TrainingFigureOptions } from "./figures/training.ts";
export {
  type Box,
  type Classified,
  digitsFigure,
  type DigitsFigureOptions,
  mistakesFigure,
  type MistakesFigureOptions,
} from "./figures/digits.ts";
export type { OriginalPoint } from "./original.ts";
export { confusionFigure, confusionMatrix } from "./figures/confusion.ts";
export {
  activationFigure,
  type ActivationFigureOptions,
  scheduleFigure,
  type ScheduleFigureOptions,
} from "./figures/curves.ts";
export { type Speed, speedFigure, type SpeedFigureOptions } from "./figures/speed.ts";
export { sliderFigure, type SliderFigureOptions } from "./figures/slider.ts";
export { type Line, linesFigure, type LinesPanel } from "./figures/lines.ts";
export { mapFigure, type MapFigureOptions, type MapPanel } from "./figures/map.ts";
export type { Measured } from "./standing.ts";
export { bandsFigure, type BandsFigureOptions } from "./figures/bands.ts";
export { finalsFigure, type FinalsFigureOptions } from "./figures/finals.ts";
export { variantsFigure, type VariantsFigureOptions } from "./figures/variant_curves.ts";
export { layersFigure, type LayersFigureOptions, type ProbedNet } from "./figures/layers.ts";
export { type AttentionWindows, windowsFigure } from "./figures/windows.ts";
export { growthFigure, type GrowthFigureOptions } from "./figures/growth.ts";
