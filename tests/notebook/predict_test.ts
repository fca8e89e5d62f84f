/** Predictions: what the reader sees before and after, and what is refused. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DISPLAY, type Displayed } from "gradnets/notebook";
import { predict } from "gradnets/notebook/predict.ts";
import { run } from "../helpers/outputs.ts";
import { NOTEBOOKS } from "../../notebooks/tools/notebook.ts";

const QUESTION = { question: "Which is larger?", choices: ["1 & 2", "<3>", "neither"] };
const asked = () => predict(QUESTION);
const plain = async (shown: Displayed) => String((await shown[DISPLAY]())["text/plain"]);
const html = async (shown: Displayed) => String((await shown[DISPLAY]())["text/html"]);

Deno.test("a prediction shows its question with numbered choices, and the answer once given", async () => {
  const one = asked();
  assertEquals(
    await plain(one),
    "Predict: Which is larger?\n  1 · 1 & 2\n  2 · <3>\n  3 · neither",
  );
  assertStringIncludes(
    await html(one),
    "<ol><li>1 &amp; 2</li><li>&lt;3&gt;</li><li>neither</li></ol>",
  );
  one.answer = 2;
  assertStringIncludes(await plain(one), "  2 · <3> ← your answer\n  3 · neither");
  one.answer = undefined;
  assertEquals(await plain(one), await plain(asked()));
});

Deno.test("reveal() says right or wrong and why, and without an answer what is right", async () => {
  const one = asked();
  const revealed = () => one.reveal({ correct: 2, because: "3 > 2 & 3 > 1." });
  assertEquals(await plain(revealed()), "Which is larger?\nIt is 2 · <3>.\n3 > 2 & 3 > 1.");
  one.answer = 2;
  assertStringIncludes(await plain(revealed()), "✓ Your prediction was right: 2 · <3>.");
  one.answer = 3;
  assertStringIncludes(await plain(revealed()), "✗ You predicted 3 · neither. It is 2 · <3>.");
  assertStringIncludes(await html(revealed()), "2 · &lt;3&gt;.</b> 3 &gt; 2 &amp; 3 &gt; 1.</p>");
});

Deno.test("a prediction refuses what cannot be asked, answered or right, and keeps the answer", () => {
  const refused: [make: () => unknown, why: string][] = [
    [() => predict({ ...QUESTION, question: "" }), "the question of predict()"],
    [() => predict({ ...QUESTION, choices: ["one"] }), "two or more different texts"],
    [() => predict({ ...QUESTION, choices: ["one", "one"] }), "two or more different texts"],
    [() => predict({ ...QUESTION, choices: ["one", ""] }), "choice 2 of predict()"],
    [() => predict({ ...QUESTION, choice: [] } as typeof QUESTION), "did you mean choices?"],
    [() => asked().reveal({ correct: 0, because: "x" }), "the correct choice must be a whole"],
    [() => asked().reveal({ correct: 4, because: "x" }), "from 1 to 3, but is 4"],
    [() => asked().reveal({ correct: 1, because: "" }), "the reason of reveal()"],
    [() => asked().reveal({ correct: 1, becuase: "x" } as never), "did you mean because?"],
  ];
  for (const [make, why] of refused) {
    assertStringIncludes(assertThrows(make, RangeError).message, why);
  }
  const one = asked();
  one.answer = 1;
  for (const wrong of [0, 4, 1.5, NaN]) {
    const { message } = assertThrows(() => one.answer = wrong, RangeError);
    assertStringIncludes(message, "your answer must be a whole number from 1 to 3");
  }
  assertEquals(one.answer, 1);
});

Deno.test("a prediction and its verdict are the outputs of their cells", async () => {
  const { outputs, failure } = await run(
    [
      `import { predict } from "gradnets/notebook/predict.ts";
const one = predict({ question: "Yes?", choices: ["yes", "no"] });
one;`,
      "one.answer = 2;",
      `one.reveal({ correct: 1, because: "So it is." });`,
    ],
    {},
    NOTEBOOKS,
  );
  assertEquals(failure, undefined);
  const data = (cell: number) => (outputs[cell]?.[0] as { data: Record<string, string> }).data;
  assertEquals(data(0)["text/plain"], "Predict: Yes?\n  1 · yes\n  2 · no");
  assertStringIncludes(data(2)["text/html"] ?? "", "✗ You predicted 2 · no. It is 1 · yes.");
});
