/** Connection files: what is written, and what is refused. */

import { assertEquals, assertThrows } from "@std/assert";
import { readConnection, writeConnection } from "gradnets/kernel/connection.ts";

Deno.test("connection files are their owner's alone, and say loopback and a key", async () => {
  const path = await Deno.makeTempFile();
  await Deno.remove(path);
  const connection = { key: "k", shell: 1, control: 2, iopub: 3, stdin: 4, heartbeat: 5 };
  try {
    writeConnection(path, connection);
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals(readConnection(path), connection);
    const file = JSON.parse(await Deno.readTextFile(path));
    for (
      const [wrong, why] of [
        [{ ip: "0.0.0.0" }, "listens to this machine alone"],
        [{ key: "" }, "no key"],
        [{ signature_scheme: "hmac-md5" }, "hmac-md5"],
        [{ transport: "ipc" }, "ipc"],
        [{ shell_port: 0 }, "shell_port is 0"],
      ] as const
    ) {
      await Deno.writeTextFile(path, JSON.stringify({ ...file, ...wrong }));
      assertThrows(() => readConnection(path), Error, why);
    }
  } finally {
    await Deno.remove(path);
  }
});
