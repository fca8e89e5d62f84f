/** The slider over g: its steps, and its picture. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { sliderFigure } from "gradnets/notebook/figures.ts";
import { svg } from "gradnets/notebook/picture.ts";

type Step = { label: string; method: string; args: [{ y: number[][] }, number[]] };
type Slider = { active: number; steps: Step[] };

Deno.test("sliderFigure() holds, in each step, both GReLUs at its g for the curves it moves", () => {
  const { data, layout } = sliderFigure({ steps: 4, g: 0.25, x: 2 });
  const [{ active, steps }] = layout.sliders as unknown as [Slider];
  assertEquals(steps.map(({ label }) => label), ["0", "0.25", "0.5", "0.75", "1"]);
  assertEquals(steps.every(({ method }) => method === "restyle"), true);
  // u = −3, 0, 3: leaky ReLU of slope 1−g, and g·relu(u) + (1−g)·2.
  assertEquals(steps.map(({ args }) => args[0].y), [
    [[-3, 0, 3], [2, 2, 2]],
    [[-2.25, 0, 3], [1.5, 1.5, 2.25]],
    [[-1.5, 0, 3], [1, 1, 2.5]],
    [[-0.75, 0, 3], [0.5, 0.5, 2.75]],
    [[0, 0, 3], [0, 0, 3]],
  ]);
  // What is drawn before anything moves is the active step.
  for (const { args: [, moved] } of steps) {
    assertEquals(moved.map((i) => data[i]!.name), ["g of the slider", "g of the slider"]);
    assertEquals(moved.map((i) => data[i]!.y as number[]), steps[active]!.args[0].y);
  }
});

Deno.test("sliderFigure() refuses a start between its steps", () => {
  assertThrows(() => sliderFigure({ g: 0.33 }), RangeError, "stands at g = 0.33");
  assertThrows(
    () => sliderFigure({ steps: 0 }),
    RangeError,
    "steps must be a whole number from 1 to 1000, but is 0",
  );
  assertThrows(() => sliderFigure({ steps: 2.5 }), RangeError, "but is 2.5");
});

Deno.test("sliderFigure() as a picture has the slider in it, with the g it stands at", async () => {
  const drawn = await svg(sliderFigure({ g: 0.35 }));
  assert(drawn.includes(">g = 0.35<"));
});
