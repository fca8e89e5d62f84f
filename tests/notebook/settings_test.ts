/** What a notebook is told from outside. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { settings } from "gradnets/notebook/settings.ts";

const reader = (variables: Record<string, string>) => (name: string) => variables[name];
const own = { epochs: 20, seed: 1 };

Deno.test("settings() are the notebook's own where nothing is set", () => {
  assertEquals(settings(own, reader({})), own);
  // as a shell leaves a variable that it has emptied
  const empty = { GRADNETS_EPOCHS: "", GRADNETS_SEED: "", GRADNETS_DATA: "" };
  assertEquals(settings(own, reader(empty)), own);
  assertEquals(settings({ ...own, data: "here" }, reader(empty)), { ...own, data: "here" });
});

Deno.test("settings() takes epochs, seed and data from the environment, each by itself", () => {
  assertEquals(settings(own, reader({ GRADNETS_EPOCHS: "2" })), { epochs: 2, seed: 1 });
  assertEquals(settings(own, reader({ GRADNETS_EPOCHS: "0.1" })).epochs, 0.1);
  assertEquals(settings(own, reader({ GRADNETS_EPOCHS: "1e-2" })).epochs, 0.01);
  assertEquals(settings(own, reader({ GRADNETS_SEED: "0" })), { epochs: 20, seed: 0 });
  assertEquals(settings(own, reader({ GRADNETS_SEED: "4294967295" })).seed, 4294967295);
  assertEquals(settings(own, reader({ GRADNETS_DATA: "/a b/mnist" })).data, "/a b/mnist");
});

Deno.test("settings() of a quick run shorten a notebook's own training, and lengthen none", () => {
  const quick = { GRADNETS_QUICK: "1" };
  assertEquals(settings(own, reader(quick)).epochs, 2);
  assertEquals(settings({ epochs: 0.5, seed: 1 }, reader(quick)).epochs, 0.5);
  assertEquals(settings(own, reader({ ...quick, GRADNETS_EPOCHS: "7" })).epochs, 7);
});

Deno.test("settings() reads this program's environment", () => {
  const before = Deno.env.get("GRADNETS_SEED");
  try {
    Deno.env.set("GRADNETS_SEED", "77");
    assertEquals(settings(own).seed, 77);
  } finally {
    if (before === undefined) Deno.env.delete("GRADNETS_SEED");
    else Deno.env.set("GRADNETS_SEED", before);
  }
});

Deno.test("settings() refuses an impossible value by the variable's name and the value", () => {
  for (const value of ["0", "-1", "many", "NaN", "Infinity", "1e999", "0x10", " ", "2 "]) {
    const error = assertThrows(
      () => settings(own, reader({ GRADNETS_EPOCHS: value })),
      RangeError,
      "GRADNETS_EPOCHS",
    );
    assertStringIncludes(error.message, JSON.stringify(value));
  }
  for (const value of ["1.5", "-1", "4294967296", "one", "0x1", "1n"]) {
    const error = assertThrows(
      () => settings(own, reader({ GRADNETS_SEED: value })),
      RangeError,
      "GRADNETS_SEED",
    );
    assertStringIncludes(error.message, JSON.stringify(value));
  }
});
