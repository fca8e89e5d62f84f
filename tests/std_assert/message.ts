/** How the stand-in shows values, and two of them side by side, in its messages. */

const paint = (code: number) => (text: string) =>
  Deno.noColor ? text : `\x1b[${code}m${text}\x1b[39m`;

export const red: (text: string) => string = paint(31);
const green = paint(32);
const gray = paint(90);

/** `value` in full, keys sorted, one entry a line: so that lines can be compared. */
export function format(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    sorted: true,
    trailingComma: true,
    compact: false,
    iterableLimit: Infinity,
    getters: true,
    strAbbreviateSize: Infinity,
  });
}

const MOST_CELLS = 4_000_000; // of the table below: a diff of 2,000 × 2,000 lines

/** The lines of both: "-" only in `actual`, "+" only in `expected`. */
export function diff(actual: unknown, expected: unknown): string {
  const [a, b] = typeof actual === "string" && typeof expected === "string"
    ? [actual.split("\n"), expected.split("\n")]
    : [format(actual).split("\n"), format(expected).split("\n")];
  const lines = ["", "", `    ${gray("[Diff]")} ${red("Actual")} / ${green("Expected")}`, "", ""];

  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) endA--, endB--;

  // common[i][j]: length of the longest common subsequence of a from i and b from j
  const width = endB - start + 1;
  const searched = (endA - start + 1) * width <= MOST_CELLS;
  const common = new Uint32Array(searched ? (endA - start + 1) * width : 0);
  const at = (i: number, j: number) => common[(i - start) * width + (j - start)] ?? 0;
  if (searched) {
    for (let i = endA - 1; i >= start; i--) {
      for (let j = endB - 1; j >= start; j--) {
        common[(i - start) * width + (j - start)] = a[i] === b[j]
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
  }

  const same = (line: string) => lines.push(`    ${line}`);
  a.slice(0, start).forEach(same);
  let [i, j] = [start, start];
  while (i < endA || j < endB) {
    if (searched && i < endA && j < endB && a[i] === b[j]) {
      same(a[i]!);
      i++, j++;
    } else if (i < endA && (j === endB || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(red(`-   ${a[i++]}`));
    } else {
      lines.push(green(`+   ${b[j++]}`));
    }
  }
  a.slice(endA).forEach(same);
  return [...lines, ""].join("\n");
}
