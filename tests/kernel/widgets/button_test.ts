/** The Stop button in an output, in the real kernel. */

import { assertEquals } from "@std/assert";
import { Session, texts } from "../session.ts";

Deno.test("stopButton() ends a cell that yields, and keeps the variables", async () => {
  await using session = await Session.start();
  const widgets = JSON.stringify(import.meta.resolve("../../../lib/kernel/widgets/mod.ts"));
  const shown = await session.run(`const { stopButton } = await import(${widgets});\nstopButton()`);
  const [opened] = shown.outputs.filter(({ content }) =>
    JSON.stringify(content["data"]).includes("ButtonModel")
  );
  assertEquals(shown.outputs.at(-1)?.header.msg_type, "display_data"); // and no other value
  const id = await session.send(`let turns = 0; console.log("runs");
for (;;) { turns++; await new Promise((r) => setTimeout(r, 30)); }`);
  await session.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
  const click = { method: "custom", content: { event: "click" } };
  await session.shell.send("comm_msg", { comm_id: opened?.content["comm_id"], data: click });
  await session.shell.receive();
  assertEquals(
    texts(await session.outputsOf(id)).at(-1),
    "Interrupted: The cell was stopped. All variables are kept.",
  );
  assertEquals(texts((await session.run("turns > 0")).outputs), ["true"]);
});
