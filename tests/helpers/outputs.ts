/** Notebooks run for a test, and cells that print in every way that loses output. */

import { assertEquals } from "@std/assert";
import { codeCells, type Output, readNotebook } from "../../notebooks/tools/notebook.ts";
import { type Run, runNotebook, type RunOptions } from "../../notebooks/tools/runner.ts";
import { withNotebook } from "./notebook.ts";

/** Runs cells as a notebook in a folder of its own; what it wrote is read before that goes. */
export async function run(
  cells: readonly (string | { source: string; tags: string[] })[],
  options: Partial<RunOptions> = {},
  dir?: string,
): Promise<Run & { outputs: Output[][]; counts: (number | null)[]; shown: string }> {
  return await withNotebook(cells, async (path, out) => {
    let shown = "";
    const write = (text: string) => void (shown += text);
    const result = await runNotebook(path, { out, write, ...options });
    const executed = codeCells(await readNotebook(result.written));
    const outputs = executed.map((cell) => cell.outputs);
    return { ...result, outputs, counts: executed.map((cell) => cell.execution_count), shown };
  }, dir);
}

export const stdout = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
export const stderr = (text: string): Output => ({ output_type: "stream", name: "stderr", text });
const big = 2_000_000;
export const bigDisplay = (letter: string): Output => ({
  output_type: "display_data",
  data: { "text/plain": letter.repeat(big) },
  metadata: {},
});
export const numbers = (n: number, label: string) =>
  Array.from({ length: n }, (_, i) => `${label} ${i}\n`).join("");

/** Cells that print and display in every way that loses output in other runners. */
export function chatty(round: number): { source: string; expected: Output[] }[] {
  const result = (value: string): Output => ({
    output_type: "execute_result",
    execution_count: null,
    data: { "text/plain": value },
    metadata: {},
  });
  return [
    {
      source: `for (let i = 0; i < 300; i++) console.log("loop ${round}", i);`,
      expected: [stdout(numbers(300, `loop ${round}`))],
    },
    {
      source: `for (let i = 0; i < 20; i++) {
  await new Promise((resolve) => setTimeout(resolve, i % 3));
  console.log("async ${round}", i);
}
console.error("to stderr ${round}");
${round}`,
      expected: [
        stdout(numbers(20, `async ${round}`)),
        stderr(`to stderr ${round}\n`),
        result(`${round}`),
      ],
    },
    {
      // not awaited: all of it is still in the kernel's queue when the cell's code has run
      source: `for (const letter of "xyz") {
  const data = { "text/plain": letter.repeat(${big}) };
  Deno.jupyter.broadcast("display_data", { data, metadata: {}, transient: {} });
}
console.log("after the displays ${round}");`,
      expected: [..."xyz"].map(bigDisplay).concat(stdout(`after the displays ${round}\n`)),
    },
    {
      source: `console.log("w".repeat(200_000));
Promise.resolve().then(() => console.log("soon ${round}"));
setTimeout(() => console.log("next turn ${round}"), 0);
console.log("end ${round}");`,
      expected: [
        stdout(`${"w".repeat(200_000)}\nend ${round}\nsoon ${round}\nnext turn ${round}\n`),
      ],
    },
  ];
}

/** Says where two lists of outputs differ without printing megabytes. */
export function assertSameOutputs(
  actual: readonly Output[],
  expected: readonly Output[],
  where: string,
) {
  const cut = (key: string, value: unknown) => {
    if (key === "execution_count") return null;
    if (typeof value !== "string" || value.length <= 200) return value;
    return `${value.slice(0, 20)}… ${value.length} characters …${value.slice(-120)}`;
  };
  const short = (outputs: readonly Output[]) => JSON.parse(JSON.stringify(outputs, cut));
  assertEquals(short(actual), short(expected), where);
}
