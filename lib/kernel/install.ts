/**
 * Makes the kernel of this folder known to Jupyter:
 *
 *     deno task kernel             # in .jupyter, for `deno task lab`
 *     deno task kernel --user      # for all notebooks of this user
 *     deno task kernel --remove    # (with --user: there) takes it away
 */

import { resolve } from "node:path";
import { removeKernelspec, userFolder, writeKernelspec } from "./spec.ts";

const HELP = "deno task kernel [--user] [--remove]";

/** Runs the command; returns what to print. */
export async function install(args: readonly string[], folder = ".jupyter"): Promise<string> {
  const unknown = args.filter((arg) => arg !== "--user" && arg !== "--remove");
  if (unknown.length > 0) {
    throw new Error(
      `Unknown: ${unknown.map((arg) => JSON.stringify(arg)).join(" ")}. Allowed: ${HELP}`,
    );
  }
  const where = args.includes("--user") ? userFolder() : resolve(folder);
  if (!args.includes("--remove")) return `Wrote ${await writeKernelspec(where)}`;
  const removed = await removeKernelspec(where);
  return removed ? `Removed ${removed}` : `There is no kernel of ours in ${where}.`;
}

if (import.meta.main) {
  try {
    console.log(await install(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
