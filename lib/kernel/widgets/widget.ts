/** What all widgets have in common, and what all with a value. */

import { callable, type Check } from "../../validate.ts";
import { type Bundle, DISPLAY } from "../inside/format.ts";
import { type Model, type Traits, viewedModel } from "./model.ts";
import { changed, show, type Shown } from "./show.ts";

/** Something to show under a cell: as the cell's last value, or by `Deno.jupyter.display`. */
export abstract class Widget implements Shown {
  /** What the page knows of it. */
  abstract readonly model: Model;
  /** How to do from a cell what the page does. */
  abstract readonly hints: readonly string[];
  /** Its state in text, as a page without a kernel shows it. */
  abstract draw(): string;

  /** Takes it out of the page. Its value stays. */
  close(): void {
    this.model.close();
  }

  /** What a kernel calls to show it. */
  [DISPLAY](): Promise<Bundle> {
    return show(this);
  }

  /** What `console.log` prints. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.draw();
  }
}

/** Functions that are told something. */
export class Listeners<T> {
  readonly #all = new Set<{ readonly tell: (value: T) => void }>();

  /** @returns what takes it away again */
  add(tell: (value: T) => void, path: string): () => void {
    const one = { tell: callable<(value: T) => void>()(tell, path) };
    this.#all.add(one);
    return () => void this.#all.delete(one);
  }

  tell(value: T): void {
    for (const { tell } of [...this.#all]) tell(value);
  }
}

/** Calls a control by its label where that could be a variable: "g.value = 0.5". */
export function hintOf(label: string, kind: string, rest: string): string {
  return `${/^[A-Za-z_$][\w$]*$/.test(label) ? label : kind}${rest}`;
}

/** What makes a control with a value. */
export interface ControlParts<T> {
  /** What errors call it: "slider". */
  readonly what: string;
  readonly label: string;
  readonly value: T;
  readonly check: Check<T>;
  /** Names of its model and of its style in the page. */
  readonly kind: string;
  readonly style: string;
  readonly traits: Traits;
  /** The trait that holds the value, and the value as it holds it; default: `value`, as it is. */
  readonly trait?: string;
  readonly encode?: (value: T) => unknown;
  readonly decode?: (trait: unknown) => unknown;
  readonly draw: (value: T) => string;
  /** Whether the page can change it. */
  readonly heard: boolean;
}

/** A widget with a value, which the page and any cell can change. */
export class Control<T> extends Widget {
  /** Its model, whose traits hold the value. */
  readonly model: Model;
  readonly #parts: ControlParts<T>;
  readonly #path: string;
  readonly #trait: string;
  readonly #encode: (value: T) => unknown;
  readonly #listeners = new Listeners<T>();
  #value: T;

  /**
   * Makes a control of its parts.
   *
   * @throws {RangeError} if it cannot have its first value
   */
  constructor(parts: ControlParts<T>) {
    super();
    const { what, label, kind, style, traits, check, trait = "value" } = parts;
    const { encode = (value) => value, decode = (value) => value } = parts;
    this.#parts = parts;
    this.#path = `Cannot set ${what}${label && ` ${label}`}: value`;
    this.#trait = trait;
    this.#encode = encode;
    this.#value = check(parts.value, `Cannot make a ${what}: value`);
    this.model = viewedModel(kind, style, { ...traits, [trait]: encode(this.#value) }, {
      update: (heard) => {
        if (!(trait in heard)) return true;
        let value: T;
        try {
          value = check(decode(heard[trait]), this.#path);
        } catch {
          return false;
        }
        this.model.keep({ [trait]: encode(value) });
        this.#change(value);
        return true;
      },
    });
  }

  /** Its value now. */
  get value(): T {
    return this.#value;
  }

  /** @throws {RangeError} if it cannot have this value */
  set value(value: T) {
    const next = this.#parts.check(value, this.#path);
    if (Object.is(next, this.#value)) return;
    this.model.set({ [this.#trait]: this.#encode(next) });
    this.#change(next);
  }

  /**
   * Calls `changed` with each new value, whoever changed it: the page, also while a cell runs
   * whenever it yields, or code.
   *
   * @returns ends that
   */
  onChange(changed: (value: T) => void): () => void {
    return this.#listeners.add(changed, "Cannot listen to a control: it");
  }

  /** How to set it from a cell: "g.value = 0.5"; none if the page cannot set it either. */
  get hints(): readonly string[] {
    const { what, label, heard } = this.#parts;
    return heard ? [hintOf(label, what, `.value = ${JSON.stringify(this.#value)}`)] : [];
  }

  /** Its label and its value in text. */
  draw(): string {
    return this.#parts.draw(this.#value);
  }

  #change(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    changed();
    this.#listeners.tell(value);
  }
}
