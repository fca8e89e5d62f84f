/**
 * The same everywhere, as one table in Markdown: what is compared, how far apart it may be, and the
 * largest difference found, on the net that comes nearest to its bound. Says what is not here, and
 * ends with 1 if a bound is crossed. The tests check the same.
 *
 * deno run -A tests/same/table.ts
 */

import { agreements, sizes, threads } from "./agree.ts";
import { type Compared, HEADING, holds, nearest, row } from "./compared.ts";
import { golden } from "./golden.ts";
import { runtimes } from "./runtimes.ts";

console.log(HEADING);

/** Prints comparisons, and remembers whether they hold. */
function print(all: readonly Compared[]): void {
  for (const one of nearest(all)) console.log(row(one));
  if (!all.every(holds)) Deno.exitCode = 1;
}

print(sizes.flatMap((size) => agreements(size)));
print(await Array.fromAsync(sizes, threads));
const absent: string[] = [];
for (const relaxed of [false, true]) {
  const found = await golden(relaxed);
  if (found.length === 0) absent.push("relaxed SIMD");
  print(found);
}
for (const { name, compare } of runtimes) {
  if (compare) print(await compare());
  else absent.push(name);
}
if (absent.length > 0) console.log(`\nNot here: ${absent.join(", ")}.`);
