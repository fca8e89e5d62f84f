/**
 * Reads this program's standard input, in a thread of its own, because the program itself may be in
 * a long loop: answers to `prompt()` come there, and its end means that the kernel has gone. Then
 * this program must go too, however the kernel ended.
 */

import { linesOf, type Mailbox, put } from "./mailbox.ts";

const scope = self as unknown as { onmessage: (event: MessageEvent<Mailbox>) => void };
scope.onmessage = async ({ data }) => {
  for await (const line of linesOf(Deno.stdin.readable)) put(data, line);
  Deno.kill(Deno.pid, "SIGKILL"); // Deno.exit() in a worker would end only the worker
};
