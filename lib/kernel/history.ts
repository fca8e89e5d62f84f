/** What ran in this kernel, for front ends that ask. */

import type { Json } from "./messages.ts";

const LONGEST = 10_000; // entries

/** Cells in the order they ran. */
export class History {
  readonly #entries: [session: number, line: number, code: string][] = [];

  add(line: number, code: string): void {
    this.#entries.push([0, line, code]);
    if (this.#entries.length > LONGEST) this.#entries.shift();
  }

  /** Answers a history_request: "tail", "range", or "search" with `*` and `?` in its pattern. */
  answer(asked: Json): Json {
    const count = Number(asked["n"] ?? LONGEST);
    let found = this.#entries;
    if (asked["hist_access_type"] === "range") {
      const start = Number(asked["start"] ?? 0), stop = Number(asked["stop"] ?? Infinity);
      found = found.filter(([, line]) => line >= start && line < stop);
    } else if (asked["hist_access_type"] === "search") {
      const escaped = String(asked["pattern"] ?? "*").replace(/[.+^${}()|[\]\\]/g, "\\$&");
      const pattern = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
      found = found.filter(([, , code]) => pattern.test(code));
      if (asked["unique"] === true) {
        found = [...new Map(found.map((one) => [one[2], one])).values()];
      }
      found = found.slice(-count);
    } else {
      found = found.slice(-count);
    }
    const history = asked["output"] === true
      ? found.map(([session, line, code]) => [session, line, [code, null]])
      : found;
    return { status: "ok", history };
  }
}
