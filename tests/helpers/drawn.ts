/** Traces of figures as tests look at them. */

import type { Figure } from "gradnets/notebook/figures.ts";

/** A trace. */
export interface Drawn {
  readonly name: string;
  readonly mode: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xaxis: string;
  readonly fill?: string;
  readonly showlegend: boolean;
  readonly marker?: { readonly symbol: string | readonly string[] };
}
/** The traces of a figure. */
export const drawn = (figure: Figure) => figure.data as unknown as readonly Drawn[];
