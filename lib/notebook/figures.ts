/** Every figure of the notebooks, as pure functions from numbers to Plotly JSON. */
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
export { bandsFigure, type BandsFigureOptions } from "./figures/bands.ts";
export { finalsFigure, type FinalsFigureOptions } from "./figures/finals.ts";
export { variantsFigure, type VariantsFigureOptions } from "./figures/variant_curves.ts";
export { layersFigure, type LayersFigureOptions, type ProbedNet } from "./figures/layers.ts";
export { type AttentionWindows, windowsFigure } from "./figures/windows.ts";
export { growthFigure, type GrowthFigureOptions } from "./figures/growth.ts";
