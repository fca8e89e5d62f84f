/** The way of the padded parameters to what is published. */

import { type Code, i32, repeat, v128 } from "./assembler.ts";
import type { Layout } from "./layout.ts";
import type { ModuleBuilder } from "./module.ts";
import type { Matrix } from "./parameters.ts";

/** Adds "publish", which copies every parameter. */
export function publish(module: ModuleBuilder, layout: Layout): void {
  const copies = Object.values(layout.matrices).map((matrix) => copyOf(module, layout, matrix));
  module.add({ name: "publish", params: {} }, () => copies);
}

/**
 * Code that copies a parameter without its padding to where it is published. Rows go upwards, so
 * the zeros that a row writes beyond its end are overwritten by the next; those of the last row of
 * one parameter by the first row of the next parameter, and those of the last one lie in slack.
 */
function copyOf(module: ModuleBuilder, layout: Layout, matrix: Matrix): Code {
  const { columns, group, groupRows } = matrix;
  const stride = matrix.stride * 4;
  const copy = module.add({ params: {} }, (_, f) => {
    const [from, to, end, last] = f.integers(4);
    const row = Array.from({ length: stride / 16 }, (_, j) => [
      ...v128.store(to.get, v128.load(from.get, 16 * j), 16 * j),
    ]);
    const start = layout.parameter(matrix.name);
    return [
      ...from.set(i32.const(start)),
      ...to.set(i32.const(layout.at("published") + matrix.dense)),
      ...last.set(i32.const(start + matrix.size)),
      ...end.set(i32.const(start + group * stride)),
      ...repeat(end, groupRows * stride, i32.add(last.get, i32.const(1)), [
        ...repeat(from, stride, end.get, [
          ...row,
          ...to.set(i32.add(to.get, i32.const(columns * 4))),
        ]),
        ...from.set(i32.add(from.get, i32.const((groupRows - group) * stride))),
      ]),
    ];
  });
  return copy({});
}
