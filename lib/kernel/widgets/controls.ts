/** Controls with a value. */

import {
  type Check,
  finite,
  flag,
  number,
  oneOf,
  optionsOf,
  positive,
  refusal,
} from "../../validate.ts";
import { Control } from "./widget.ts";

const BAR = 20; // characters

const words: Check<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw refusal(path, "a text", value);
};

const optional = <T>(check: Check<T>): Check<T | undefined> => (value, path) =>
  value === undefined ? undefined : check(value, path);

const within = (min: number, max: number): Check<number> =>
  number(`a number from ${min} to ${max}`, (value) => value >= min && value <= max);

/** Takes off what rounding adds: 0.1 + 0.2 is 0.3. */
const rounded = (value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(12)) : value;

/** Puts what there is of label, picture and text side by side. */
const line = (...parts: readonly string[]) => parts.filter((part) => part !== "").join("  ");

const filled = (value: number, min: number, max: number) =>
  Math.round(BAR * (value - min) / (max - min));

/** Options of {@linkcode slider}. */
export interface SliderOptions {
  /** Left end. Default 0. */
  readonly min?: number;
  /** Right end. Default 1. */
  readonly max?: number;
  /** Distance between two positions. Default: a hundredth of the way. */
  readonly step?: number;
  /** Where it starts. Default: `min`. */
  readonly value?: number;
  /** Text before it. Default: none. */
  readonly label?: string;
  /** Whether its number stands beside it. Default: true. */
  readonly readout?: boolean;
}

/**
 * A slider for a number from `min` to `max`.
 *
 * @throws {RangeError} if an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { slider } from "gradnets/kernel/widgets";
 *
 * const g = slider({ min: 0, max: 1, label: "g" }); // a cell's last value is shown under it
 * const seen: number[] = [];
 * const end = g.onChange((value) => seen.push(value)); // also while another cell runs
 * g.value = 0.5; // as moving it in the page
 * end();
 * g.value = 0.25;
 * assertEquals([seen, g.value], [[0.5], 0.25]);
 * assertThrows(() => g.value = 2, RangeError,
 *   "Cannot set slider g: value must be a number from 0 to 1, but is 2");
 * ```
 */
export function slider(options: SliderOptions = {}): Control<number> {
  const { min, max, step, value, label, readout } = optionsOf("make a slider", "SliderOptions", {
    min: [finite, 0],
    max: [finite, 1],
    step: [optional(positive)],
    value: [optional(finite)],
    label: [words, ""],
    readout: [flag, true],
  }, options);
  if (min >= max) throw refusal("Cannot make a slider: max", `above min, which is ${min}`, max);
  return new Control({
    what: "slider",
    label,
    value: value ?? min,
    check: within(min, max),
    kind: "FloatSlider",
    style: "SliderStyleModel",
    traits: {
      description: label,
      min,
      max,
      step: step ?? (max - min) / 100,
      readout,
      readout_format: ".6~g", // as many digits as it has
    },
    decode: rounded,
    draw: (value) => {
      const at = Math.min(BAR - 1, filled(value, min, max));
      const bar = "━".repeat(at) + "●" + "─".repeat(BAR - 1 - at);
      return line(label, bar, readout ? String(value) : "");
    },
    heard: true,
  });
}

/** Options of {@linkcode toggle}. */
export interface ToggleOptions {
  /** What it says. */
  readonly label: string;
  /** Name of an icon of Font Awesome 4, as "pause". Default: none. */
  readonly icon?: string;
  /** Whether it starts pressed. Default: false. */
  readonly value?: boolean;
}

/**
 * A button that stays pressed until it is pressed again.
 *
 * @throws {RangeError} if an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toggle } from "gradnets/kernel/widgets";
 *
 * const pause = toggle({ label: "pause", icon: "pause" });
 * assertEquals(pause.value, false);
 * ```
 */
export function toggle(options: ToggleOptions): Control<boolean> {
  const { label, icon, value } = optionsOf("make a toggle", "ToggleOptions", {
    label: [words],
    icon: [words, ""],
    value: [flag, false],
  }, options);
  return new Control({
    what: "toggle",
    label,
    value,
    check: flag,
    kind: "ToggleButton",
    style: "ToggleButtonStyleModel",
    traits: { description: label, icon },
    draw: (value) => `[${value ? "x" : " "}] ${label}`,
    heard: true,
  });
}

/** Options of {@linkcode dropdown}. */
export interface DropdownOptions<T extends string> {
  /** What can be chosen. */
  readonly options: readonly T[];
  /** What is chosen at first. Default: the first. */
  readonly value?: NoInfer<T>;
  /** Text before it. Default: none. */
  readonly label?: string;
}

/**
 * A list to choose one text from.
 *
 * @throws {RangeError} if an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { dropdown } from "gradnets/kernel/widgets";
 *
 * const colour = dropdown({ options: ["red", "blue"], label: "colour" });
 * colour.value = "blue";
 * assertEquals(colour.value, "blue");
 * assertThrows(() => dropdown({ options: [] }), RangeError,
 *   "Cannot make a dropdown: options must be a list of different texts, but is []");
 * ```
 */
export function dropdown<const T extends string>(options: DropdownOptions<T>): Control<T> {
  const texts: Check<readonly T[]> = (value, path) => {
    const right = Array.isArray(value) && value.length > 0 &&
      value.every((one) => typeof one === "string") && new Set(value).size === value.length;
    if (right) return [...value] as T[];
    throw refusal(path, "a list of different texts", value);
  };
  const { options: all, value, label } = optionsOf("make a dropdown", "DropdownOptions", {
    options: [texts],
    value: [optional(words)],
    label: [words, ""],
  }, options);
  return new Control<T>({
    what: "dropdown",
    label,
    value: (value ?? all[0]) as T, // checked by the control, as any other
    check: oneOf(all),
    kind: "Dropdown",
    style: "DescriptionStyleModel",
    traits: { description: label, _options_labels: all },
    trait: "index",
    encode: (value) => all.indexOf(value),
    decode: (index) => all[index as number],
    draw: (value) => line(label, `${value} ▾`),
    heard: true,
  });
}

/** Options of {@linkcode progress}. */
export interface ProgressOptions {
  /** Value at the start. Default 0. */
  readonly min?: number;
  /** Value at the end. Default 1. */
  readonly max?: number;
  /** Value now. Default: `min`. */
  readonly value?: number;
  /** Text before it. Default: none. */
  readonly label?: string;
}

/**
 * A bar that shows how far something has come.
 *
 * @throws {RangeError} if an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { progress } from "gradnets/kernel/widgets";
 *
 * const bar = progress({ max: 3, label: "epochs" });
 * for (let epoch = 1; epoch <= 3; epoch++) bar.value = epoch;
 * assertEquals(Deno.inspect(bar), "epochs  ████████████████████  100 %");
 * ```
 */
export function progress(options: ProgressOptions = {}): Control<number> {
  const { min, max, value, label } = optionsOf("make a progress bar", "ProgressOptions", {
    min: [finite, 0],
    max: [finite, 1],
    value: [optional(finite)],
    label: [words, ""],
  }, options);
  if (min >= max) {
    throw refusal("Cannot make a progress bar: max", `above min, which is ${min}`, max);
  }
  return new Control({
    what: "progress bar",
    label,
    value: value ?? min,
    check: within(min, max),
    kind: "FloatProgress",
    style: "ProgressStyleModel",
    traits: { description: label, min, max },
    draw: (value) => {
      const done = filled(value, min, max);
      const percent = Math.round(100 * (value - min) / (max - min));
      return line(label, "█".repeat(done) + "░".repeat(BAR - done), `${percent} %`);
    },
    heard: false,
  });
}

/**
 * A line of text that can change.
 *
 * @throws {RangeError} if it is not a text
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { label } from "gradnets/kernel/widgets";
 *
 * const state = label("waiting");
 * state.value = "training";
 * assertEquals(state.value, "training");
 * ```
 */
export function label(text = ""): Control<string> {
  return new Control({
    what: "label",
    label: "",
    value: text,
    check: words,
    kind: "Label",
    style: "LabelStyleModel",
    traits: {},
    draw: (value) => value,
    heard: false,
  });
}
