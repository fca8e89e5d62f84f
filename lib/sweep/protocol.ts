/** What a sweep and its child processes say to each other: lines of JSON over pipes. */

import type { Recipe } from "./recipe.ts";
import type { Result } from "./results.ts";

/** What a child is told when it starts, as its one argument. */
export interface Start {
  /** As `LoadOptions.dir`; absent: what GRADNETS_DATA says, else MNIST as it is found. */
  readonly data?: string;
  /** URL of the folder from which modules of one's own are looked for. */
  readonly base?: string;
}

/** A child is told to run one recipe after the other. */
export interface Order {
  readonly recipe: Recipe;
}

/** A child says that it has its data, how far it is, and what came out or went wrong. */
export type Report =
  | { readonly kind: "ready"; readonly data: string }
  | { readonly kind: "iter"; readonly iter: number }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "error"; readonly message: string };
