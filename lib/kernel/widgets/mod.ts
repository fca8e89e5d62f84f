/**
 * Controls under a cell: native Jupyter widgets, which turn while code runs. Shown as a cell's last
 * value, or anywhere in it by `Deno.jupyter.display`. A kernel that does not hear the page shows
 * their picture, and says how to set them from a cell; outside notebooks they are plain values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { column, slider, toggle } from "gradnets/kernel/widgets";
 *
 * const speed = slider({ min: 0, max: 10, step: 1, label: "speed" });
 * const pause = toggle({ label: "pause" });
 * const panel = column(speed, pause); // the last value of a cell
 * speed.value = 5;
 * assertEquals(Deno.inspect(panel), "speed  ━━━━━━━━━━●─────────  5\n[ ] pause");
 * ```
 *
 * @module
 */

export { type Box, column, row } from "./boxes.ts";
export { type Button, button, type ButtonOptions, stopButton } from "./button.ts";
export {
  dropdown,
  type DropdownOptions,
  label,
  progress,
  type ProgressOptions,
  slider,
  type SliderOptions,
  toggle,
  type ToggleOptions,
} from "./controls.ts";
export type { Bundle } from "../inside/format.ts";
export type { Hearing, Model, Traits } from "./model.ts";
export type { Shown } from "./show.ts";
export type { Control, Widget } from "./widget.ts";
