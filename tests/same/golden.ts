/**
 * The figures of 500 steps on drawn digits, as they were when they were last meant to change.
 *
 * deno run -A tests/same/golden.ts writes golden.json anew: do it only when a change is meant to
 * alter numbers, and say so in its message. Rows of sweeps that were committed before are then no
 * longer what the code gives.
 */

import * as core from "gradnets/core";
import type { Size } from "./agree.ts";
import { cases, drawn, train } from "./train.js";

/** What is kept of a training. */
export interface Golden extends Size {
  /** After these steps: loss, mean |W| and mean |∇W|. */
  readonly steps: Readonly<
    Record<string, readonly [loss: number, weights: number, gradient: number]>
  >;
  readonly accuracy: number;
  /** SHA-256 of all parameters. */
  readonly sha256: string;
}

/** The figures by the form of the kernels. */
export type GoldenFile = Readonly<Record<"plain" | "relaxed", readonly Golden[]>>;

export const path = new URL("./golden.json", import.meta.url);

/** Trains all kinds of layer at 5 and 50 layers. */
export async function golden(relaxed: boolean): Promise<Golden[]> {
  const data = drawn(core), found: Golden[] = [];
  for (const size of cases as readonly Size[]) {
    const { steps, accuracy, weights } = train(core, size, { steps: 500, data, relaxed });
    const kept = [0, 9, 99, 499].map((iter) => {
      const { loss, weightNorm, gradientNorm } = steps[iter]!;
      return [iter, [loss, weightNorm, gradientNorm]] as const;
    });
    const bytes = new Uint8Array(await new Blob(weights).arrayBuffer());
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    found.push({ ...size, steps: Object.fromEntries(kept), accuracy, sha256 });
  }
  return found;
}

if (import.meta.main) {
  const found: GoldenFile = { plain: await golden(false), relaxed: await golden(true) };
  await Deno.writeTextFile(path, JSON.stringify(found, null, 2) + "\n");
}
