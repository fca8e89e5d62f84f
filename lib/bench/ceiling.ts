/**
 * Measures the peak rate of multiply-adds on one core in 128-bit WebAssembly: twelve independent
 * accumulators in registers, no memory. Kernels are measured against it.
 */

// An FMA takes 4 cycles and 2 start in each, so 8 fill the pipes; there are 16 registers.
const ACCUMULATORS = 12;
const LANES = 4;

/**
 * `(func (export "run") (param $n i32) (result f32))`: n rounds of {@linkcode ACCUMULATORS} x·y +
 * sum.
 */
function moduleBytes(relaxed: boolean): Uint8Array<ArrayBuffer> {
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
  const get = (i: number) => [0x20, i], set = (i: number) => [0x21, i];
  const x = 1, y = 2, sum = (i: number) => 3 + i; // locals; 0 is n
  const splat = (bits: number[]) => [0x43, ...bits, 0xfd, 0x13]; // f32.const, f32x4.splat
  const half = [0x00, 0x00, 0x00, 0x3f], small = [0x00, 0x00, 0x80, 0x3a]; // 0.5, 2⁻¹⁰
  const multiplyAdd = (i: number) =>
    relaxed
      ? [...get(x), ...get(y), ...get(sum(i)), 0xfd, 0x85, 0x02] // f32x4.relaxed_madd
      : [...get(x), ...get(y), 0xfd, 0xe6, 0x01, ...get(sum(i)), 0xfd, 0xe4, 0x01]; // mul, add
  const each = (f: (i: number) => number[]) =>
    Array.from({ length: ACCUMULATORS }, (_, i) => f(i)).flat();
  const body = [
    ...[1, 2 + ACCUMULATORS, v128], // locals
    ...splat(half),
    ...set(x),
    ...splat(small),
    ...set(y),
    ...[0x03, 0x40], // loop
    ...each((i) => [...multiplyAdd(i), ...set(sum(i))]),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0], // br_if 0 while (n -= 1)
    0x0b,
    ...get(sum(0)),
    ...Array.from({ length: ACCUMULATORS - 1 }, (_, i) => [...get(sum(i + 1)), 0xfd, 0xe4, 0x01])
      .flat(),
    ...[0xfd, 0x1f, 0], // f32x4.extract_lane 0
    0x0b,
  ];
  const leb = (n: number) => n < 128 ? [n] : [n % 128 + 128, n >> 7];
  const section = (id: number, content: number[]) => [id, ...leb(content.length), ...content];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, [1, 0x60, 1, i32, 1, f32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]), // "run"
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** Measures a machine's peak rate, any number of times. */
export class Ceiling {
  /** Whether the engine has relaxed SIMD; if not, multiply and add are two instructions. */
  readonly relaxed: boolean;
  readonly #run: (n: number) => number;

  constructor() {
    this.relaxed = WebAssembly.validate(moduleBytes(true));
    const module = new WebAssembly.Module(moduleBytes(this.relaxed));
    this.#run = new WebAssembly.Instance(module).exports.run as (n: number) => number;
  }

  /** Runs the loop alone, which must return n·12·2⁻¹¹. */
  run(n: number): number {
    return this.#run(n);
  }

  /** Measures GFLOP/s of one core over some milliseconds. */
  measure(n = 1_000_000): number {
    const start = performance.now();
    this.#run(n);
    const seconds = (performance.now() - start) / 1000;
    return n * ACCUMULATORS * LANES * 2 / seconds / 1e9;
  }
}
