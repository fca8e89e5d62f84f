/** The kernel's conversation: no line lost, each with its own cell. */

import { assertEquals } from "@std/assert";
import type { Message } from "gradnets/kernel/messages.ts";
import { Kernel } from "../../notebooks/tools/kernel.ts";
import { Outputs } from "../../notebooks/tools/outputs.ts";
import { assertSameOutputs, chatty, stdout } from "../helpers/outputs.ts";

Deno.test("Kernel.execute() gives every line to its own cell, 50 times", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  const displays = new Map();
  for (let round = 0; round < 50; round++) {
    for (const [i, { source, expected }] of chatty(round).entries()) {
      const outputs = new Outputs(displays);
      const reply = await kernel.execute(source, (message) => void outputs.apply(message));
      assertEquals(reply.errors, []);
      assertSameOutputs(outputs.list, expected, `round ${round}, cell ${i + 1}`);
    }
  }
});

// In the plain kernel six runs in ten fail: it writes "idle" into the middle of a display that the
// socket could not take at once.
Deno.test("Kernel.execute() gets megabytes whole, also if it reads slowly", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  for (let round = 0; round < 3; round++) {
    const outputs = new Outputs(new Map());
    const slow = (message: Message) => {
      outputs.apply(message);
      for (const end = performance.now() + 100; performance.now() < end;);
    };
    const source = `for (const letter of "xyz") {
  const data = { "text/plain": letter.repeat(6e6) };
  Deno.jupyter.broadcast("display_data", { data, metadata: {}, transient: {} });
}
console.log("end");`;
    const { errors } = await kernel.execute(source, slow);
    assertEquals(errors, []);
    const sizes = outputs.list.map((output) =>
      "data" in output ? String(output.data["text/plain"]).length : output
    );
    assertEquals(sizes, [6e6, 6e6, 6e6, stdout("end\n")]);
  }
});
