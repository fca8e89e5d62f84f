/** Buttons, also the one that stops a cell. */

import { optionsOf, refusal, text } from "../../validate.ts";
import { interrupt } from "../talk.ts";
import { type Model, viewedModel } from "./model.ts";
import { hintOf, Listeners, Widget } from "./widget.ts";

/** Options of {@linkcode button}. */
export interface ButtonOptions {
  /** What it says. */
  readonly label: string;
  /** Name of an icon of Font Awesome 4, as "play", "pause", "step-forward". Default: none. */
  readonly icon?: string;
}

/** A button. */
export class Button extends Widget {
  /** Its model, which hears clicks in the page. */
  readonly model: Model;
  readonly #label: string;
  readonly #listeners = new Listeners<void>();

  /**
   * Makes a button; {@linkcode button} checks its options first.
   *
   * @param style "danger" makes it red
   */
  constructor({ label, icon = "" }: ButtonOptions, style: "" | "danger" = "") {
    super();
    this.#label = label;
    const traits = { description: label, icon, button_style: style };
    this.model = viewedModel("Button", "ButtonStyleModel", traits, {
      custom: ({ event }) => {
        if (event === "click") this.click();
      },
    });
  }

  /** Presses it, as the page does. */
  click(): void {
    this.#listeners.tell();
  }

  /**
   * Calls `clicked` each time it is pressed, also while a cell runs whenever that yields.
   *
   * @returns ends that
   */
  onClick(clicked: () => void): () => void {
    return this.#listeners.add(clicked, "Cannot listen to a button: it");
  }

  /** How to press it from a cell: "step.click()". */
  get hints(): readonly string[] {
    return [hintOf(this.#label, "button", ".click()")];
  }

  /** Its label in brackets. */
  draw(): string {
    return `[ ${this.#label} ]`;
  }
}

/**
 * A button to press.
 *
 * @throws {RangeError} if an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { button } from "gradnets/kernel/widgets";
 *
 * let steps = 0;
 * const step = button({ label: "step", icon: "step-forward" });
 * step.onClick(() => steps++);
 * step.click(); // as a click in the page
 * assertEquals(steps, 1);
 * ```
 */
export function button(options: ButtonOptions): Button {
  const icon = (value: unknown, path: string) => {
    if (typeof value === "string") return value;
    throw refusal(path, "a text", value);
  };
  return new Button(
    optionsOf("make a button", "ButtonOptions", { label: [text], icon: [icon, ""] }, options),
  );
}

/**
 * A button that does what the Stop button of the toolbar does: it ends the cell that runs, as soon
 * as that yields, and all variables are kept. Where the page is not heard, it does nothing.
 *
 * @example
 * ```ts
 * import { stopButton } from "gradnets/kernel/widgets";
 *
 * const stop = stopButton(); // shown under a cell, it stops the next ones
 * stop.click(); // nothing runs here
 * ```
 */
export function stopButton(): Button {
  const stop = new Button({ label: "Stop", icon: "stop" }, "danger");
  stop.onClick(interrupt);
  return stop;
}
