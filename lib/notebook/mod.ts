/**
 * What a cell of a notebook shows and listens to: figures that grow while something trains, tables,
 * the Stop button. Outside a Deno kernel all of it prints a line instead. The figures themselves
 * are in `gradnets/notebook/figures`.
 *
 * @example
 * ```ts
 * import { table } from "gradnets/notebook";
 *
 * await table([{ layer: "plain", accuracy: 0.1 }, { layer: "identity-grelu", accuracy: 0.95 }]);
 * ```
 *
 * @module
 */

export {
  DISPLAY,
  display,
  type Displayed,
  live,
  type LiveFigure,
  type LiveText,
  type MimeBundle,
  type Row,
  show,
  table,
  type TableOptions,
} from "./display.ts";
export type { Link } from "./table.ts";
export type { Figure, Json, Layout, Trace } from "./figures/figure.ts";
export { flushCells } from "./flush.ts";
export {
  type LiveOutput,
  type LiveRunOptions,
  runLive,
  Stopped,
  type Trainable,
} from "./run_live.ts";
export { type Settings, settings } from "./settings.ts";
export { type StopButton, stopButton, stopSignal } from "./stop.ts";
