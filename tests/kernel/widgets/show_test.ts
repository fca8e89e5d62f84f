/** Pictures of controls, in a kernel that hears the page. */

import { assertEquals } from "@std/assert";
import { slider } from "gradnets/kernel/widgets";
import { FakeKernel, shown } from "./kernel.ts";

const kernel = new FakeKernel(true);
const end = () => {
  for (const ending of kernel.endings) ending();
};
const updates = () => kernel.take().filter(({ type }) => type === "update_display_data");

Deno.test("a picture follows at a cell's end, but not while the page is at the control", async () => {
  const g = slider({ label: "<g>" });
  await shown(g);
  const sent = kernel.take();
  const id = sent.at(-1)?.content.transient.display_id;
  const model = sent.filter(({ type }) => type === "comm_open").at(-1)?.content.comm_id;
  end();
  assertEquals(updates(), []); // nothing has changed
  g.value = 0.5;
  assertEquals(updates(), []); // nobody is disturbed in the middle
  end();
  const [update] = updates();
  assertEquals(update?.content.transient.display_id, id);
  assertEquals(update?.content.data["text/plain"], "<g>  ━━━━━━━━━━●─────────  0.5");
  assertEquals(update?.content.data["text/html"].startsWith("<pre>&lt;g&gt;  ━"), true);
  kernel.say(model, { method: "update", state: { value: 1 } });
  end();
  assertEquals(updates(), []);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  end();
  assertEquals(updates().length, 1);
});
