/** Ends a command that an old Deno runs: the first import of each, so that nothing else runs before. */

import { tooOld } from "../deno_version.ts";

const why = tooOld();
if (why !== undefined) {
  console.error(`error: ${why}`);
  Deno.exit(1);
}
