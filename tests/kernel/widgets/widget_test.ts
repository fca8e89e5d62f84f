/** Controls where the page is not heard: the plain `deno jupyter`. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { button, column, label, progress, row, slider, toggle } from "gradnets/kernel/widgets";
import { FakeKernel, shown } from "./kernel.ts";

Deno.test("outside a kernel a control is a plain value with a picture", async () => {
  const g = slider({ label: "g" });
  assertEquals(await shown(g), { "text/plain": "g  ●───────────────────  0" });
  g.value = 1;
  assertEquals(Deno.inspect(g), "g  ━━━━━━━━━━━━━━━━━━━●  1");
});

Deno.test("a kernel that does not hear the page shows a picture that moves, and how to set it", async () => {
  const kernel = new FakeKernel(false);
  const g = slider({ label: "g" }), bar = progress({ label: "epochs of all" });
  assertEquals(await shown(column(g, bar, row(button({ label: "a b" }), label("x")))), {});
  const [first] = kernel.take();
  assertEquals(first?.type, "display_data");
  assertEquals(Object.keys(first?.content.data), ["text/html", "text/plain"]);
  assertStringIncludes(
    first?.content.data["text/plain"],
    "set it from a cell, as in g.value = 0, button.click()",
  );
  g.value = 0.5;
  bar.value = 1;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [update, ...more] = kernel.take();
  assertEquals([update?.type, more.length], ["update_display_data", 0]);
  assertEquals(update?.content.transient, first?.content.transient);
  assertStringIncludes(
    update?.content.data["text/plain"],
    "epochs of all  ████████████████████  100 %",
  );
  // a picture of what takes no orders says nothing about them
  await shown(bar);
  assertEquals(kernel.take()[0]?.content.data["text/plain"].split("\n").length, 1);
});

Deno.test("wrong options and values are refused, and nothing changes", () => {
  const wrong: [() => unknown, string][] = [
    [() => slider({ mini: 1 } as object), "SliderOptions has no field mini: did you mean min?"],
    [() => slider({ min: 1 }), "max must be above min, which is 1, but is 1"],
    [
      () => slider({ value: 3 }),
      "Cannot make a slider: value must be a number from 0 to 1, but is 3",
    ],
    [() => slider({ step: 0 }), "step must be a number above 0, but is 0"],
    [() => toggle({ label: 3 as unknown as string }), "label must be a text, but is 3"],
    [() => button({ label: "" }), 'label must be a text, but is ""'],
    [() => progress({ max: 0 }), "max must be above min, which is 0, but is 0"],
    [
      () => row(slider(), 3 as never),
      "Cannot put 2 of 2 into a box: it must be a widget, but is 3",
    ],
    [() => slider().onChange(3 as never), "Cannot listen to a control: it must be a function"],
  ];
  for (const [make, message] of wrong) assertThrows(make, RangeError, message);
  const on = toggle({ label: "on" });
  assertThrows(() => on.value = 1 as never, RangeError, "Cannot set toggle on: value must be true");
  assertEquals(on.value, false);
});
