/** Trainings that are killed: four kills here, a hundred by `deno task kills`. */

import { assert, assertEquals } from "@std/assert";
import { killTrainings } from "./helpers/kills.ts";

Deno.test({
  name: "a training that is killed at random, and while it saves, ends as if it had not been",
  ignore: Deno.build.os === "windows", // the exit code of a kill is another there
  fn: async () => {
    const { kills, whileSaving, resumed, lost, compared } = await killTrainings(4);
    assertEquals([kills, resumed, lost], [4, 4, []]);
    assert(whileSaving > 0 && whileSaving < 4 && compared > 0, `${whileSaving} while it saved`);
  },
});
