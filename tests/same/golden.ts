/**
 * The figures of 500 steps on drawn digits, as they were when they were last meant to change.
 *
 * deno run -A tests/same/golden.ts writes golden.json anew: do it only when a change is meant to
 * alter numbers, and say so in its message. Rows of sweeps that were committed before are then no
 * longer what the code gives.
 */

import * as core from "gradnets/core";
import { hasRelaxedSimd } from "gradnets/engine/fused/support.ts";
import { nameOf, type Size, sizes } from "./agree.ts";
import { apart, type Compared } from "./compared.ts";
import { drawn, train } from "./train.js";

/** What is kept of a training. */
interface Golden extends Size {
  /** After these steps: loss, mean |W| and mean |∇W|. */
  readonly steps: Readonly<
    Record<string, readonly [loss: number, weights: number, gradient: number]>
  >;
  readonly accuracy: number;
  /** SHA-256 of all parameters. */
  readonly sha256: string;
}

/** The figures by the form of the kernels. */
type GoldenFile = Readonly<Record<"plain" | "relaxed", readonly Golden[]>>;

const path = new URL("./golden.json", import.meta.url);

/** Trains all kinds of layer at 5 and 50 layers. */
async function train500(relaxed: boolean): Promise<Golden[]> {
  const data = drawn(core), found: Golden[] = [];
  for (const size of sizes) {
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

/** Compares 500 steps with the golden figures; nothing where there is no relaxed SIMD for them. */
export async function golden(relaxed: boolean): Promise<Compared[]> {
  if (relaxed && !hasRelaxedSimd()) return [];
  const file: GoldenFile = JSON.parse(await Deno.readTextFile(path));
  const found = await train500(relaxed);
  // a processor without multiply-add rounds twice, as plain SIMD does
  const twice = found[0]?.sha256 === file.plain[0]?.sha256;
  const kept = file[relaxed && !twice ? "relaxed" : "plain"];
  return found.map((one, i) => ({
    pair: `fused, ${relaxed ? "relaxed" : "plain"} SIMD – the golden figures`,
    of: "500 steps, accuracy and weights",
    net: nameOf(one),
    bound: 0,
    found: apart(one, kept[i]),
  }));
}

if (import.meta.main) {
  const found: GoldenFile = { plain: await train500(false), relaxed: await train500(true) };
  await Deno.writeTextFile(path, JSON.stringify(found, null, 2) + "\n");
}
