/** Ends the command if Deno is too old: imported first by each, so that nothing runs before it. */

import { tooOld } from "../deno_version.ts";

const why = tooOld();
if (why !== undefined) {
  console.error(`error: ${why}`);
  Deno.exit(1);
}
