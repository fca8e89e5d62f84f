/** Describes errors of the reader's program as Jupyter shows them. */

import { ownColumn } from "./prefix.ts";

/** An error as Jupyter reports it. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Where these files are: their own frames say nothing to the reader. */
const OWN = new URL(".", import.meta.url);
const ours = (line: string) => line.includes(OWN.href) || line.includes(OWN.pathname);

/** Describes anything thrown. */
export function describe(thrown: unknown): ErrorContent {
  if (!(thrown instanceof Error)) {
    return { ename: "Error", evalue: `Uncaught ${Deno.inspect(thrown)}`, traceback: [] };
  }
  // with its causes, its own properties, and the errors in an AggregateError
  const lines = Deno.inspect(thrown).split("\n");
  const traceback = lines.filter((line) =>
    !/^\s+at /.test(line) || !(ours(line) || line.includes("ext:"))
  );
  return { ename: String(thrown.name || "Error"), evalue: String(thrown.message), traceback };
}

/** Makes stacks name cells, as `In[3]:2:7`, which Deno by itself calls <anonymous>. */
export function namePlaces(): void {
  const place = (site: unknown) =>
    `    at ${site}`.replace(
      /(In\[\d+\]:1:)(\d+)/,
      (_, head, column) => head + ownColumn(Number(column)),
    );
  const prepare = (error: Error, sites: readonly unknown[]) => {
    const shown = sites.map(place).filter((line) => !ours(line));
    return [Error.prototype.toString.call(error), ...shown].join("\n");
  };
  Object.assign(Error, { prepareStackTrace: prepare });
}
