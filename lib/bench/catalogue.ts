/** Lists every variant, and starts its process. */

import { fileURLToPath } from "node:url";
import { Variant } from "./protocol.ts";

/** A variant, which may not be installed. */
export interface Entry {
  readonly name: string;
  /** Description for people. */
  readonly about: string;
  readonly threads: number;
  /** Packages of requirements.txt that it needs; absent for this repository's own. */
  readonly packages?: readonly string[];
  /** File in this folder, and arguments after the setup directory. */
  readonly program: string;
  readonly args?: readonly string[];
}

const ours = (name: string, about: string, kind: string, threads = 1): Entry => (
  { name, about, threads, program: "worker.ts", args: [kind, `${threads}`] }
);
const peer = (name: string, about: string, file: string, packages: string[], ...args: string[]) => (
  { name, about, threads: 1, program: `peers/${file}`, packages, args }
);

/** All variants, in the order of a round. */
export const catalogue: readonly Entry[] = [
  ours("fused", "Trainer with its fused SIMD kernels", "fused"),
  ours("fused-2-threads", "the same, evaluating on two threads", "fused", 2),
  ours("reference", "Trainer with the readable layers", "reference"),
  ours("naive-tfjs", "TensorFlow.js as one writes it, a variable a layer", "naive"),
  peer("pytorch-eager", "PyTorch as one writes it", "with_torch.py", ["torch"], "eager"),
  peer("pytorch-tuned", "the quickest eager form found", "with_torch.py", ["torch"], "tuned"),
  peer("pytorch-compile", "that by torch.compile", "with_torch.py", ["torch"], "compile"),
  peer("jax-jit", "JAX, one jitted function a step", "with_jax.py", ["jax", "jaxlib"]),
  peer("tensorflow-function", "TensorFlow 2, one tf.function a step", "with_tensorflow.py", [
    "tensorflow-cpu",
  ]),
];

/** Variants that the others are compared with. */
export const bases = ["pytorch-eager", "naive-tfjs"] as const;

/** A variant that could not be started. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
  /** How to make it available. */
  readonly remedy: string;
}

/** Starts a variant; returns a {@linkcode LeftOut} if it cannot. */
export async function start(entry: Entry, setup: string): Promise<Variant | LeftOut> {
  const { name, threads, packages, args = [] } = entry;
  const program = here(entry.program);
  const runner = packages ? [python()] : [Deno.execPath(), "run", "-A", "--quiet"];
  try {
    return await Variant.start(name, threads, [...runner, program, setup, ...args]);
  } catch (error) {
    return {
      name,
      why: error instanceof Error ? error.message : `${error}`,
      remedy: remedy(entry),
    };
  }
}

/** Chooses the Python: GRADNETS_PYTHON, else that of this repository's .venv, else python3. */
export function python(): string {
  const asked = Deno.env.get("GRADNETS_PYTHON");
  if (asked) return asked;
  const own = here("../../.venv/bin/python");
  try {
    Deno.statSync(own);
    return own;
  } catch {
    return "python3";
  }
}

/** Returns the command that installs a peer, with the versions of requirements.txt. */
export function remedy({ packages }: Entry): string {
  if (!packages) return "";
  const pinned = Deno.readTextFileSync(here("peers/requirements.txt")).split("\n");
  const wanted = ["numpy", ...packages].map((name) =>
    pinned.find((line) => line.startsWith(`${name}==`)) ?? name
  );
  return `${python()} -m pip install ${wanted.join(" ")}`;
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
