/** Programs in Python as witnesses, where there is a Python with what they import. */

import { fileURLToPath } from "node:url";

/**
 * A Python that can import some modules: GRADNETS_PYTHON, else .venv of this repository, else
 * python3; or undefined, said with a word.
 *
 * @param without what is not checked without them, and how to get them
 */
export function findPython(modules: string, without: string): string | undefined {
  const asked = Deno.env.get("GRADNETS_PYTHON");
  const venv = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
  const candidates = asked ? [asked] : [venv, "python3"];
  const found = candidates.find((python) => {
    try {
      return output(python, ["-c", `import ${modules}`]).success;
    } catch { // there is no such command
      return false;
    }
  });
  if (!found) {
    console.log(`no Python with ${modules} (looked at ${candidates.join(", ")}): ${without}`);
  }
  return found;
}

/** What a program prints, read as JSON. */
export function printedBy<T>(python: string, args: readonly string[]): T {
  const { success, stdout, stderr } = output(python, args);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function output(command: string, args: readonly string[]): Deno.CommandOutput {
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  return new Deno.Command(command, { args: [...args], env }).outputSync();
}
