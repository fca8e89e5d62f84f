/** Protocol of a sweep and its child processes: lines of JSON over pipes. */

import type { KeepRuns } from "./kept_run.ts";
import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";

/** Argument of a child process, as JSON. */
export interface Start {
  /** As `LoadOptions.dir`. Default: GRADNETS_DATA, else MNIST where it is found. */
  readonly data?: string;
  /** URL of the folder of modules with custom layers and models. */
  readonly base?: string;
  /** How it keeps its runs. Default: not. */
  readonly keep?: KeepRuns;
}

/** Order to a child: run a recipe. */
export interface Order {
  readonly recipe: Recipe;
}

/** Report of a child: data loaded, progress, result or error. */
export type Report =
  | { readonly kind: "ready"; readonly data: string }
  | { readonly kind: "iter"; readonly iter: number }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "error"; readonly message: string };
