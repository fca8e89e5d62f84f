/**
 * A kernel for Deno notebooks, as a front end starts it:
 *
 *     deno run -A lib/kernel/main.ts CONNECTION_FILE
 */

import { readConnection } from "./connection.ts";
import { Kernel } from "./kernel.ts";

const PARENT_MS = 1000;

if (import.meta.main) {
  const [path] = Deno.args;
  if (path === undefined) {
    console.error("Jupyter starts this program, with the path of a connection file.");
    Deno.exit(1);
  }
  const kernel = new Kernel(readConnection(path), Deno.cwd());
  Deno.addSignalListener("SIGINT", () => void kernel.interrupt());
  const end = Promise.withResolvers<number>();
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => end.resolve(0));
    // a front end that was killed cannot ask us to end: then another process is our parent
    const parent = Deno.ppid;
    setInterval(() => {
      if (Deno.ppid !== parent) end.resolve(0);
    }, PARENT_MS);
  }
  const code = await Promise.race([kernel.ended, end.promise]);
  await kernel.close();
  Deno.exit(code);
}
