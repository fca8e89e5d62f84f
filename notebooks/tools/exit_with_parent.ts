/**
 * Ends the kernel's process when the runner is gone. The runner holds the other end of the kernel's
 * standard input and writes nothing to it: however the runner ends, the system closes that pipe.
 * Runs in a worker, because the kernel's own thread may be in a long loop.
 */

const buffer = new Uint8Array(16);
while (await Deno.stdin.read(buffer) !== null);
Deno.kill(Deno.pid, "SIGKILL"); // Deno.exit() in a worker would end only the worker
