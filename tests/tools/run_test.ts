/** The command that runs notebooks: exit codes, refusals, signals. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { NOTEBOOKS } from "../../notebooks/tools/notebook.ts";
import { withNotebook } from "../helpers/notebook.ts";
import { lives } from "../helpers/lives.ts";

/** run.ts as a person starts it, with a temporary folder of its own. */
function runTool(args: readonly string[], temporary?: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(NOTEBOOKS, "tools", "run.ts"), ...args],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...temporary !== undefined && { TMPDIR: temporary } },
  }).spawn();
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("run.ts tells the failing cell's number, first line and error, with exit code 1", async () => {
  await withNotebook(["1", `// look\nthrow new Error("told you")`], async (path, out) => {
    const { code, stdout, stderr } = await runTool([path, "--out", out]).output();
    assertEquals(code, 1);
    assertStringIncludes(text(stderr), "a.ipynb: cell 2 failed.\n  // look\n\nError: told you");
    assertStringIncludes(text(stdout), "── 2/2 ── // look");
  });
});

Deno.test("run.ts writes a page beside the executed copy, with its outputs, and says where", async () => {
  await withNotebook([`console.log("a" + "b")`, "![]; 6 * 7"], async (path, out) => {
    const { code, stdout } = await runTool([path, "--out", out]).output();
    assertEquals(code, 0);
    assertMatch(text(stdout), /The same as a page, for any browser: .*out\/a\.html\n$/);
    const page = await Deno.readTextFile(join(out, "a.html"));
    for (const shown of [">ab</pre>", ">42</pre>", "<h1"]) assertStringIncludes(page, shown);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).sort(), ["a.html", "a.ipynb"]);
  });
});

Deno.test("run.ts refuses by name what it does not know or cannot do", async () => {
  const cases: [args: string[], told: string][] = [
    [["--epoch", "2"], "--epoch"],
    [["--epochs", "0"], "'0' is invalid"],
    [["--quick", "--epochs", "2"], "--epochs"],
    [["--epochs", "many"], "'many' is invalid"],
    [["--seed", "1.5"], "'1.5' is invalid"],
    [["--seed", "-1"], "'-1' is invalid"],
    [["--data", "/no/such/place"], "'/no/such/place' is invalid"],
    [["--timeout", "soon"], "'soon' is invalid"],
    [["99_not_there"], '"99_not_there"'],
  ];
  await Promise.all(cases.map(async ([args, told]) => {
    const { code, stderr } = await runTool(args).output();
    assertEquals(code, 1, args.join(" "));
    assertStringIncludes(text(stderr), told);
  }));
});

Deno.test({
  name: "run.ts leaves no kernel, file or half a copy behind, however it is stopped",
  ignore: Deno.build.os === "windows", // no such signals
  fn: async () => {
    const loops = ["await new Promise(() => {});", "while (true);"];
    const signals = [["SIGINT", 130], ["SIGTERM", 143], ["SIGKILL", 137]] as const;
    for (const [i, [signal, expected]] of signals.entries()) {
      await withNotebook(["console.log(Deno.pid);", loops[i % 2]!], async (path, out) => {
        const earlier = join(out, "a.ipynb");
        await Deno.mkdir(out);
        await Deno.writeTextFile(earlier, "an earlier run's");
        const temporary = await Deno.makeTempDir();
        const child = runTool([path, "--out", out], temporary);
        let shown = "";
        const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
        while (!shown.includes("── 2/2 ──")) {
          const { value, done } = await reader.read();
          assert(!done, shown);
          shown += value;
        }
        const kernel = Number(/^\d+$/m.exec(shown)![0]);
        assertEquals(await lives(kernel), true);
        child.kill(signal);
        const { code } = await child.status;
        await child.stderr.cancel();
        await reader.cancel();
        assertEquals(code, expected, signal);
        for (let i = 0; i < 50 && await lives(kernel); i++) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assertEquals(await lives(kernel), false, `a kernel outlived ${signal}`);
        assertEquals(await Deno.readTextFile(earlier), "an earlier run's");
        assertEquals([...Deno.readDirSync(out)].length, 1);
        assertEquals([...Deno.readDirSync(temporary)], []);
        await Deno.remove(temporary);
      });
    }
  },
});
