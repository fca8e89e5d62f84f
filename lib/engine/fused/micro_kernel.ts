/**
 * The innermost part of a product: C[i, part] ← or += Σ A[i, k] · panel[k, part], unrolled, with
 * the sums in registers.
 *
 * Two rows at a time, because a core starts no more loads in a cycle than multiply-adds, and one
 * row alone needs more of them. Where the last vector of a row is half padding (width 50 is 12½
 * vectors), two rows share it: the panel has the half twice, and the splat is half of one row's,
 * half of the other's. The part with the half takes four rows, to have as many sums.
 */

import {
  type Code,
  f32x4,
  i32,
  type Local,
  multiplyAdd,
  repeat,
  type,
  v128,
  when,
} from "./assembler.ts";
import type { Epilogue } from "./epilogue.ts";
import type { FunctionBuilder, Locals } from "./locals.ts";
import type { ModuleBuilder } from "./module.ts";
import type { Panel } from "./panel.ts";

const REGISTERS = 15; // of the 16 of x64, V8 keeps one

/** Shape of a micro-kernel. Steps are in bytes, as in {@linkcode Product}. */
export interface MicroKernel {
  readonly panel: Panel;
  readonly aRow: number;
  readonly aStep: number;
  readonly cRow: number;
  /** Add to C. */
  readonly accumulate: boolean;
  readonly relaxed: boolean;
  readonly epilogue?: Epilogue;
  /** Whether k starts here, so that an epilogue's bias is added. */
  readonly first: boolean;
  /** Whether k ends here, so that the epilogue follows. */
  readonly last: boolean;
}

/** Key of a micro-kernel: those of equal keys are alike. */
export function microKernelKey(kernel: MicroKernel): string {
  const { panel, aRow, aStep, cRow, accumulate, epilogue, first, last } = kernel;
  const end = epilogue ? [epilogue.name, first, last] : [];
  return `multiply ${[...Object.values(panel), aRow, aStep, cRow, accumulate, ...end]}`;
}

const productParams = { a: type.i32, c: type.i32, rows: type.i32 } as const;
const epilogueParams = { bias: type.i32, input: type.i32, g: type.f32 } as const;
const gateParams = { gate: type.i32 } as const;

type Params =
  & typeof productParams
  & Partial<typeof epilogueParams & typeof gateParams>;

/** Adds a micro-kernel. */
export function microKernel(module: ModuleBuilder, kernel: MicroKernel) {
  const { aRow, cRow, epilogue, panel: { vectors, half } } = kernel;
  // As many rows at a time as there are registers for: a sum for each vector and a splat for each
  // row, and one for the panel. Eight sums keep the processor busy: a multiply-add has to wait
  // four cycles for the last one of the same register, and two can start in each.
  const max = Math.floor((REGISTERS - 1) / (vectors + (half ? 0.5 : 1)));
  const counts = half ? [4, 2, 1].filter((count) => count <= max) : max > 1 ? [max, 1] : [1];
  const params: Params = {
    ...productParams,
    ...(epilogue && epilogueParams),
    ...(epilogue?.operands.gate && gateParams),
  };
  return module.add({ params }, (p, f) => {
    const end = f.local(type.i32);
    const [g, rest] = f.vectors(2);
    /** Runs while there are so many rows left. */
    const each = (count: number): Code => {
      const body = rowsAtOnce(f, kernel, p, count, g, rest);
      const down = (local: Local | undefined, step: number) =>
        local?.set(i32.add(local.get, i32.const(count * step))) ?? [];
      const next = [...down(p.a, aRow), ...down(p.input, cRow), ...down(p.gate, cRow)];
      const last = i32.sub(end.get, i32.const((count - 1) * cRow));
      return when(i32.ltU(p.c.get, last), repeat(p.c, count * cRow, last, [...body, ...next]));
    };
    const gOfLayer = p.g
      ? [...g.set(f32x4.splat(p.g.get)), ...rest.set(f32x4.sub(f32x4.const(1), g.get))]
      : [];
    return [
      ...gOfLayer,
      ...end.set(i32.add(p.c.get, i32.mul(p.rows.get, i32.const(cRow)))),
      ...counts.flatMap(each),
    ];
  });
}

/** The inside of the loop, for so many rows at once. */
function rowsAtOnce(
  f: FunctionBuilder,
  kernel: MicroKernel,
  p: Locals<Params>,
  rows: number,
  g: Local,
  rest: Local,
): Code {
  const { panel: { vectors, half }, cRow, epilogue, first, last } = kernel;
  const whole = half ? vectors - 1 : vectors, pairs = half ? Math.ceil(rows / 2) : 0;
  const sum = f.grid(rows, whole), pairSum = f.list(pairs); // halves of two rows in each
  /** Of vector j of row i, or of the halves of rows i and i + 1. */
  const load = (base: Code, i: number, j: number): Code => {
    const offset = i * cRow + 16 * j;
    if (j < whole) return v128.load(base, offset);
    const first = v128.load64(base, offset);
    return i + 1 < rows ? v128.loadHalf(base, first, 1, offset + cRow) : first;
  };
  const store = (base: Code, x: Local, i: number, j: number): Code => {
    const offset = i * cRow + 16 * j;
    if (j < whole) return v128.store(base, x.get, offset);
    return [0, 1].filter((h) => i + h < rows).map((h) =>
      v128.storeHalf(base, x.get, h, offset + h * cRow)
    );
  };
  const begin = (i: number, j: number) => {
    if (kernel.accumulate) return load(p.c.get, i, j);
    if (!p.bias || !first) return f32x4.const(0);
    return (j < whole ? v128.load : v128.splat64)(p.bias.get, 16 * j);
  };
  const each = (make: (x: Local, i: number, j: number) => Code): Code => [
    ...range(rows).flatMap((i) => range(whole).map((j) => make(sum(i, j), i, j))),
    ...range(pairs).map((pair) => make(pairSum(pair), 2 * pair, whole)),
  ];
  const sums = { sum, pairSum, rows, whole };
  const start = each((x, i, j) => x.set(begin(i, j)));
  const multiply = half ? multiplyPairs(f, kernel, p.a, sums) : multiplyRows(f, kernel, p.a, sums);
  const finish = epilogue && last ? epilogue.begin(f) : undefined;
  const { input, gate } = p;
  return [
    ...start,
    ...multiply,
    ...(finish && input
      ? each((u, i, j) => {
        const x = load(input.get, i, j), t = gate && load(gate.get, i, j);
        return finish({ u, x, t, g, rest });
      })
      : []),
    ...each((x, i, j) => store(p.c.get, x, i, j)),
  ];
}

/** Where the sums are: of every row and whole vector, and of pairs of rows that share a vector. */
interface Sums {
  readonly sum: (row: number, vector: number) => Local;
  readonly pairSum: (pair: number) => Local;
  readonly rows: number;
  readonly whole: number;
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Loads and multiply-adds of a kernel. */
function operations({ panel: { at, bRow }, aRow, aStep, relaxed }: MicroKernel, a: Local) {
  const madd = multiplyAdd(relaxed);
  return {
    weight: (k: number, j: number) => v128.load(i32.const(at + k * bRow + j * 16)),
    splat: (i: number, k: number) => v128.splat32(a.get, i * aRow + k * aStep),
    add: (x: Local, a: Local, b: Local) => x.set(madd(a.get, b.get, x.get)),
  };
}

/** sum[i, j] += a[i, k]·panel[k, j] for every k. */
function multiplyRows(f: FunctionBuilder, kernel: MicroKernel, a: Local, sums: Sums): Code {
  const { sum, rows, whole } = sums, { weight, splat, add } = operations(kernel, a);
  const w = f.local(type.v128), s = f.list(rows);
  return range(kernel.panel.k).flatMap((k) => [
    ...range(rows).map((i) => s(i).set(splat(i, k))),
    ...range(whole).flatMap((j) => [
      w.set(weight(k, j)),
      ...range(rows).map((i) => add(sum(i, j), s(i), w)),
    ]),
  ]);
}

/** The same where the last vector is shared by two rows. */
function multiplyPairs(f: FunctionBuilder, kernel: MicroKernel, a: Local, sums: Sums): Code {
  const { sum, pairSum, rows, whole } = sums, { weight, splat, add } = operations(kernel, a);
  const w = f.list(whole + 1), [s0, s1] = f.vectors(2);
  const row = (i: number, k: number, s: Local) => [
    s.set(splat(i, k)),
    ...range(whole).map((j) => add(sum(i, j), s, w(j))),
  ];
  const both = s0.set(v128.shuffle(s0.get, s1.get, [0, 1, 4, 5]));
  const pair = (pair: number, k: number) => [
    ...row(2 * pair, k, s0),
    ...(2 * pair + 1 < rows ? [...row(2 * pair + 1, k, s1), both] : []),
    add(pairSum(pair), s0, w(whole)),
  ];
  return range(kernel.panel.k).flatMap((k) => [
    ...range(whole + 1).map((j) => w(j).set(weight(k, j))),
    ...range(Math.ceil(rows / 2)).flatMap((i) => pair(i, k)),
  ]);
}
