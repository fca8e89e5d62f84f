/**
 * A kernel for Deno notebooks, as a front end starts it:
 *
 *     deno run -A lib/kernel/main.ts CONNECTION_FILE
 */

import { type Connection, readConnection } from "./connection.ts";
import { Kernel } from "./kernel.ts";

const PARENT_MS = 1000;
const PORTS_MS = 10_000;

/** Waits for ports that another program holds for a moment: front ends choose them, and let go. */
async function portsOf({ key: _, ...ports }: Connection): Promise<void> {
  const end = performance.now() + PORTS_MS;
  for (const port of Object.values(ports)) {
    for (;;) {
      try {
        Deno.listen({ hostname: "127.0.0.1", port }).close();
        break;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse) || performance.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}

if (import.meta.main) {
  const [path] = Deno.args;
  if (path === undefined) {
    console.error("Jupyter starts this program, with the path of a connection file.");
    Deno.exit(1);
  }
  const connection = readConnection(path);
  await portsOf(connection);
  const kernel = new Kernel(connection, Deno.cwd());
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
