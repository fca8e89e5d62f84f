/** How TensorFlow.js is started, in processes of their own. */

import { assertEquals, assertStringIncludes } from "@std/assert";

/** What a program says, and what it says of its errors. */
async function run(program: string): Promise<{ stdout: string; stderr: string }> {
  const mod = new URL("../../lib/mod.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", `import * as gradnets from "${mod}";\n${program}`],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
  });
  const { stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("startBackend() can be called twice at once, and again", async () => {
  const { stdout, stderr } = await run(`
    const { startBackend, GradNet } = gradnets;
    const [one, two] = await Promise.all([startBackend(), startBackend()]);
    const three = await startBackend();
    const net = new GradNet({ depth: 3 });
    console.log(one === two, one.backend, three.simd, net.parameterCount);
  `);
  assertEquals([stdout, stderr], ["true wasm true 42310", ""]);
});

Deno.test("startBackend() comes back to wasm from another backend", async () => {
  const { stdout } = await run(`
    const { startBackend } = gradnets, tf = await import("@tensorflow/tfjs");
    await startBackend();
    await tf.setBackend("cpu");
    await startBackend();
    console.log(tf.getBackend());
  `);
  assertEquals(stdout, "wasm");
});

for (
  const what of [
    "new gradnets.GradNet()",
    'new gradnets.GradNet({ layer: { formula: "y = u", forward: (_x, u) => u } })',
  ]
) {
  Deno.test(`${what} before startBackend() says what to do`, async () => {
    const { stdout } = await run(`try { ${what} } catch (error) { console.log(error.message) }`);
    assertEquals(
      stdout,
      "Cannot build a GradNet: TensorFlow.js was not started. await startBackend() first",
    );
  });
}

Deno.test("startBackend() that could not read its .wasm file says so, and can be tried again", async () => {
  const { stdout } = await run(`
    await Deno.permissions.revoke({ name: "read" }).catch(() => {});
    for (let i = 0; i < 2; i++) {
      await gradnets.startBackend().catch((error) => console.log(error.message));
    }
  `);
  const lines = stdout.split("\n").filter((line) => line.startsWith("Cannot start"));
  assertEquals(lines.length, 2);
  assertStringIncludes(lines[1]!, "Run deno with --allow-read");
});
