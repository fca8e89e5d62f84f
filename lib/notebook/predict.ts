/** Questions that a reader answers before a figure, and that the figure's cell then judges. */

import { integer, isObject, refusal, refuseUnknown, text } from "../validate.ts";
import { DISPLAY, type Displayed, type MimeBundle } from "./display.ts";
import { escapeHtml } from "./page.ts";

/** Options of {@linkcode predict}. */
export interface Question {
  /** A sentence that ends with a question mark. */
  readonly question: string;
  /** Two or more answers to choose from; the reader sees them numbered from 1. */
  readonly choices: readonly string[];
}

/** Options of {@linkcode Prediction.reveal}. */
export interface Revelation {
  /** Number of the right choice, from 1, best computed from what was measured. */
  readonly correct: number;
  /** Why it is right: one or two sentences, shown whatever the answer was. */
  readonly because: string;
}

/** A question and the reader's answer to it. As the last value of a cell it shows itself. */
export class Prediction implements Displayed {
  readonly question: string;
  readonly choices: readonly string[];
  #answer: number | undefined;

  /** See {@linkcode predict}. */
  constructor(options: Question) {
    const path = "the options of predict()";
    if (!isObject(options)) throw refusal(path, "an object", options);
    refuseUnknown(options, ["question", "choices"], path);
    this.question = text(options.question, "the question of predict()");
    const { choices } = options;
    if (!Array.isArray(choices) || choices.length < 2 || new Set(choices).size < choices.length) {
      throw refusal("the choices of predict()", "a list of two or more different texts", choices);
    }
    this.choices = choices.map((choice, i) => text(choice, `choice ${i + 1} of predict()`));
  }

  /** The number of the reader's choice, from 1; undefined until there is one. */
  get answer(): number | undefined {
    return this.#answer;
  }

  /**
   * Takes the reader's answer, as often as it changes; undefined withdraws it.
   *
   * @throws {RangeError} if it is not the number of a choice; the answer before it stays
   */
  set answer(choice: number | undefined) {
    if (choice !== undefined) integer(1, this.choices.length)(choice, "your answer");
    this.#answer = choice;
  }

  /**
   * Tells whether the answer was right, and why. Without an answer it tells what is right all the
   * same. To be the last value of the cell that shows the evidence.
   *
   * @throws {RangeError} if `correct` is not the number of a choice, or an option is unknown
   */
  reveal(revelation: Revelation): Displayed {
    const path = "the options of reveal()";
    if (!isObject(revelation)) throw refusal(path, "an object", revelation);
    refuseUnknown(revelation, ["correct", "because"], path);
    const correct = integer(1, this.choices.length)(revelation.correct, "the correct choice");
    const because = text(revelation.because, "the reason of reveal()");
    const right = `${correct} · ${this.choices[correct - 1]}`;
    const verdict = this.#answer === undefined
      ? `It is ${right}.`
      : this.#answer === correct
      ? `✓ Your prediction was right: ${right}.`
      : `✗ You predicted ${this.#answer} · ${this.choices[this.#answer - 1]}. It is ${right}.`;
    return shownAs(`${this.question}\n${verdict}\n${because}`, [
      `<p>${escapeHtml(this.question)}</p>`,
      `<p><b>${escapeHtml(verdict)}</b> ${escapeHtml(because)}</p>`,
    ]);
  }

  /** What the kernel shows: the question, its choices, and the answer if there is one. */
  [DISPLAY](): Promise<MimeBundle> {
    const mark = (i: number) => this.#answer === i + 1 ? " ← your answer" : "";
    const lines = this.choices.map((choice, i) => `  ${i + 1} · ${choice}${mark(i)}`);
    const items = this.choices.map((choice, i) => `<li>${escapeHtml(choice + mark(i))}</li>`);
    return shownAs(`Predict: ${this.question}\n${lines.join("\n")}`, [
      `<p><b>Predict:</b> ${escapeHtml(this.question)}</p>`,
      `<ol>${items.join("")}</ol>`,
    ])[DISPLAY]();
  }
}

function shownAs(plain: string, html: readonly string[]): Displayed {
  // The line at its side is for front ends; a git host drops it and keeps the rest.
  const style = "border-left:4px solid currentColor;padding:2px 12px;max-width:720px";
  const bundle = {
    "text/html": `<div style="${style}">${html.join("")}</div>`,
    "text/plain": plain,
  };
  return { [DISPLAY]: () => Promise.resolve(bundle) };
}

/**
 * Asks the reader to predict what the next figure will show.
 *
 * @throws {RangeError} if the question is empty, there are fewer than two choices, two are the same,
 * or an option is unknown
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { DISPLAY } from "gradnets/notebook";
 * import { predict } from "gradnets/notebook/predict.ts";
 *
 * const bend = predict({ question: "Where does ReLU bend?", choices: ["at −1", "at 0", "nowhere"] });
 * bend; // as the last line of a cell: the question, and its choices 1 to 3
 * bend.answer = 3;
 * const verdict = bend.reveal({ correct: 2, because: "max(u, 0) is u above 0 and 0 below it." });
 * const { "text/plain": told } = await verdict[DISPLAY]();
 * assertStringIncludes(String(told), "You predicted 3 · nowhere. It is 2 · at 0.");
 * ```
 */
export function predict(options: Question): Prediction {
  return new Prediction(options);
}
