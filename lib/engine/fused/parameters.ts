/** The parameters of a net, and their places in a block that has a value for each. */

import type { Sizes } from "./sizes.ts";
import { up4 } from "./tiles.ts";

/** The names of the parameters that every net has. */
export const parameterNames = [
  "firstW",
  "firstB",
  "hiddenW",
  "hiddenB",
  "lastW",
  "lastB",
] as const;

/** The names of those that come after them where hidden layers have gates. */
export const gateNames = ["gateW", "gateB"] as const;

type Always = typeof parameterNames[number];

/** One of {@linkcode parameterNames} or {@linkcode gateNames}. */
export type ParameterName = Always | typeof gateNames[number];

/** A parameter: `rows` of `columns`, in steps of `stride` floats, `offset` bytes into its block. */
export interface Matrix {
  readonly name: ParameterName;
  readonly offset: number;
  /** Bytes with the padding. */
  readonly size: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  /** Rows with a multiple of `group` end in padding rows up to `groupRows`. */
  readonly group: number;
  readonly groupRows: number;
  /** Offset in bytes in the published, unpadded block. */
  readonly dense: number;
}

/** The parameters of a net, one after the other. */
export interface Matrices {
  readonly matrices: Readonly<Record<Always, Matrix> & Partial<Record<ParameterName, Matrix>>>;
  /** Bytes of a block with padding. */
  readonly size: number;
  /** Bytes of a block without. */
  readonly dense: number;
}

/** Places the parameters of a net. */
export function placeParameters({ inputs, width, hidden, classes, gates }: Sizes): Matrices {
  let size = 0, dense = 0;
  const matrix = (name: ParameterName, rows: number, columns: number, group = rows): Matrix => {
    const groupRows = name.endsWith("W") ? up4(group) : group;
    const stride = up4(columns);
    const bytes = rows / group * groupRows * stride * 4;
    const place = { offset: size, size: bytes, dense };
    size += bytes;
    dense += rows * columns * 4;
    return { name, rows, columns, stride, group, groupRows, ...place };
  };
  const matrices = {
    firstW: matrix("firstW", inputs, width),
    firstB: matrix("firstB", 1, width),
    hiddenW: matrix("hiddenW", hidden * width, width, width),
    hiddenB: matrix("hiddenB", hidden, width),
    lastW: matrix("lastW", width, classes),
    lastB: matrix("lastB", 1, classes),
    ...(gates && {
      gateW: matrix("gateW", hidden * width, width, width),
      gateB: matrix("gateB", hidden, width),
    }),
  };
  return { matrices, size, dense };
}
