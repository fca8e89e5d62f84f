/**
 * Every option of every command that has no parser of its own to test, in a terminal: one line that
 * names it, exit code 1, no stack trace, and nothing done.
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inDirectory, namesIn } from "./helpers/files.ts";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const WHOLE = ["x", "", "NaN", "-1", "1.5", "1e300"], PATH = [""];

/** By script: wrong values by the option that they are of; "" is the arguments. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "notebooks/tools/run.ts": {
    epochs: ["x", "", "0", "-1", "NaN", "Infinity"],
    seed: WHOLE,
    timeout: ["x", "", "0", "-1", "NaN"],
    data: ["", "nowhere"],
    out: PATH,
  },
  "notebooks/tools/publish.ts": { from: PATH, "": ["none"] },
  "notebooks/tools/check.ts": { fix: ["x"], "": ["none"] },
  "notebooks/tools/mutate.ts": {
    count: [...WHOLE, "0"],
    seed: WHOLE,
    timeout: [...WHOLE, "0"],
    "": ["none"],
  },
  "notebooks/tools/sbom.ts": { "": ["none"] },
  "lib/kernel/install.ts": { user: ["x"], "": ["none"] },
  "lib/cli/build_core.ts": { out: PATH, "": ["none"] },
  "tests/fuzz/main.ts": { count: [...WHOLE, "0"], seed: WHOLE, "": ["none"] },
  "tests/helpers/kills.ts": { count: [...WHOLE, "0"], seed: WHOLE, "": ["none"] },
};

for (const [script, options] of Object.entries(COMMANDS)) {
  Deno.test(`${script} refuses every wrong value of every option in a line`, () =>
    inDirectory(async (directory) => {
      const asked = Object.entries(options).flatMap(([option, values]) =>
        values.map((value) => [option, option ? `--${option}=${value}` : value] as const)
      );
      const bad: string[] = [];
      for (const [option, argument] of [...asked, ["unknown", "--unknown"] as const]) {
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--quiet", at(script), argument],
          cwd: directory,
          env: { NO_COLOR: "1", INIT_CWD: "", GRADNETS_DATA: "" },
        }).output();
        const [shown = "", said = ""] = [stdout, stderr].map((b) => new TextDecoder().decode(b));
        const line = /^[^\n]{10,300}(\n\(Did you mean --\w+\?\))?\n$/.test(said);
        if (code !== 1 || shown !== "" || !line || !said.includes(option || argument)) {
          bad.push(`${argument} → ${code}, ${shown}${said}`);
        }
      }
      assertEquals(bad, []);
      assertEquals(namesIn(directory), []);
    }));
}
