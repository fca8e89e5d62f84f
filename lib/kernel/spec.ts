/** Writes and removes kernelspecs, by which Jupyter's front ends find this kernel. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a kernel is listed; notebooks name the kernel they want by `name`. */
export interface Listed {
  /** Name of its folder. */
  readonly name: string;
  /** Name that people see. */
  readonly display_name: string;
  /** Language of its cells. */
  readonly language: string;
}

/** Content of a kernel.json. */
export interface Kernelspec {
  /** Command that starts it. */
  readonly argv: readonly string[];
  /** Name that people see. */
  readonly display_name: string;
  /** Language of its cells. */
  readonly language: string;
  /** How Stop reaches it. */
  readonly interrupt_mode: "message";
  /** Environment of its process. */
  readonly env: Readonly<Record<string, string>>;
}

const DENO: Listed = { name: "deno", display_name: "Deno", language: "typescript" };
const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Folder of this user's own kernelspecs, and of other data of Jupyter. */
export function userFolder(): string {
  const own = Deno.env.get("JUPYTER_DATA_DIR");
  if (own) return own;
  const home = (variable: string) => {
    const path = Deno.env.get(variable);
    if (path) return path;
    throw new Error(`Cannot find your Jupyter folder: set JUPYTER_DATA_DIR, or ${variable}.`);
  };
  if (Deno.build.os === "windows") return join(home("APPDATA"), "jupyter");
  if (Deno.build.os === "darwin") return join(home("HOME"), "Library", "Jupyter");
  return join(Deno.env.get("XDG_DATA_HOME") || join(home("HOME"), ".local", "share"), "jupyter");
}

/** What a kernelspec says of this kernel, run by this Deno. */
export function kernelspec({ display_name, language }: Listed = DENO): Kernelspec {
  return {
    argv: [Deno.execPath(), "run", "-A", "--no-lock", MAIN, "{connection_file}"],
    display_name,
    language,
    interrupt_mode: "message",
    env: { NO_COLOR: "1" }, // no ANSI codes in text/plain
  };
}

/** Writes the kernelspec into `folder`, a place on JUPYTER_PATH; returns its own folder. */
export async function writeKernelspec(folder: string, listed: Listed = DENO): Promise<string> {
  const path = join(folder, "kernels", listed.name);
  await Deno.mkdir(path, { recursive: true });
  const text = JSON.stringify(kernelspec(listed), null, 1) + "\n";
  await Deno.writeTextFile(join(path, "kernel.json"), text);
  return path;
}

/**
 * Removes the kernelspec from `folder`; returns its own folder, or undefined if it has none.
 *
 * @throws {Error} if a kernelspec of that name is there that is not ours
 */
export async function removeKernelspec(folder: string, name = DENO.name): Promise<
  string | undefined
> {
  const path = join(folder, "kernels", name);
  let text: string;
  try {
    text = await Deno.readTextFile(join(path, "kernel.json"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (!/lib[\\/]+kernel[\\/]+main\.ts/.test(text)) {
    throw new Error(`${path} holds another kernel, which stays: remove it by hand if you must.`);
  }
  await Deno.remove(path, { recursive: true });
  return path;
}
