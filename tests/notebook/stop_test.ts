/** The Stop button, pressed for real: SIGINT sent to a program that listens to it. */

import { assertEquals } from "@std/assert";

const root = new URL("..", import.meta.url);
// Windows has no SIGINT that one program can send to another.
const ignore = Deno.build.os === "windows";

/** Runs `code`, sends SIGINT at each line "ready" that it prints, and says how it ended. */
async function press(code: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--ext=ts",
      `import { stopButton, stopSignal } from "gradnets/notebook/stop.ts";
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const aborted = (signal: AbortSignal) => new Promise((r) => signal.onabort = r);
      ${code}`,
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lost = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const errors = new Response(child.stderr).text();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (const _ of chunk.matchAll(/ready/g)) child.kill("SIGINT");
  }
  const { code: exit, signal } = await child.status;
  clearTimeout(lost);
  return { lines: text.trim().split("\n"), exit, signal, errors: await errors };
}

Deno.test({
  name: "stopSignal() aborts when SIGINT comes, and the program goes on",
  ignore,
  fn: async () => {
    const { lines, exit, errors } = await press(`
      const signal = stopSignal();
      console.log("ready");
      let steps = 0;
      while (!signal.aborted && steps < 2000) { steps++; await wait(5); }
      console.log(steps < 2000, signal.reason.name, signal.reason.message);`);
    assertEquals(lines, ["ready", "true AbortError Stopped by the Stop button or Ctrl-C"], errors);
    assertEquals(exit, 0);
  },
});

Deno.test({
  name: "stopSignal() gives a fresh signal each time, and only the newest is aborted",
  ignore,
  fn: async () => {
    const { lines, exit, errors } = await press(`
      const first = stopSignal();
      const second = stopSignal();
      const done = aborted(second);
      console.log("ready");
      const idle = setInterval(() => {}, 50);
      await done;
      console.log(first.aborted, second.aborted);
      const third = stopSignal();
      console.log(third.aborted);
      const again = aborted(third);
      console.log("ready");
      await again;
      console.log(first.aborted, third.aborted);
      clearInterval(idle);`);
    assertEquals(lines, ["ready", "false true", "false", "ready", "false true"], errors);
    assertEquals(exit, 0);
  },
});

Deno.test({
  name: "stopSignal() lets a second Ctrl-C in a terminal end the program",
  ignore,
  fn: async () => {
    const { lines, exit } = await press(`
      const signal = stopSignal();
      const done = aborted(signal);
      const idle = setInterval(() => {}, 50);
      console.log("ready");
      await done;
      console.log("ready");
      await wait(15_000);
      console.log("still here");
      clearInterval(idle);`);
    assertEquals(lines, ["ready", "ready"]);
    assertEquals(exit, 130);
  },
});

Deno.test({
  name: "stopButton() lets go of Ctrl-C when it is disposed of",
  ignore,
  fn: async () => {
    const { lines, signal } = await press(`
      { using stop = stopButton(); console.log(stop.signal.aborted); }
      console.log("ready");
      await wait(15_000);
      console.log("still here");`);
    assertEquals(lines, ["false", "ready"]);
    assertEquals(signal, "SIGINT");
  },
});

Deno.test({
  name: "stopButton() that is no longer the newest takes nothing along when it is disposed of",
  ignore,
  fn: async () => {
    const { lines, exit, errors } = await press(`
      const older = stopButton();
      const newer = stopButton();
      older.dispose();
      const idle = setInterval(() => {}, 50);
      const done = aborted(newer.signal);
      console.log("ready");
      await done;
      clearInterval(idle);
      console.log(older.signal.aborted, newer.signal.aborted);`);
    assertEquals(lines, ["ready", "false true"], errors);
    assertEquals(exit, 0);
  },
});
