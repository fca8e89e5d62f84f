/** What the kernel refuses, and what it leaves behind: nothing. */

import { assert, assertEquals } from "@std/assert";
import { Channel } from "gradnets/kernel/client.ts";
import { within } from "gradnets/kernel/within.ts";
import { lives } from "../helpers/lives.ts";
import { Session, texts } from "./session.ts";

/** Waits until a process is gone. */
async function gone(pid: number): Promise<boolean> {
  for (const end = performance.now() + 10_000; performance.now() < end;) {
    if (!await lives(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const programOf = async (session: Session) =>
  Number(texts((await session.run("Deno.pid")).outputs)[0]);

function portsAreFree({ connection }: Session): boolean {
  const { shell, control, iopub, stdin, heartbeat } = connection;
  for (const port of [shell, control, iopub, stdin, heartbeat]) {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  }
  return true;
}

Deno.test("a message signed with another key is as if it had never come", async () => {
  await using session = await Session.start();
  const stranger = await Channel.open(session.connection.shell, "DEALER", "another key");
  await stranger.send("execute_request", { code: "globalThis.broken = true", silent: false });
  assertEquals(await within(stranger.receive().then(() => "answered"), 300), undefined);
  stranger.close();
  assertEquals(texts((await session.run("globalThis.broken ?? null")).outputs), ["null"]);
});

Deno.test("bytes that are not ZMTP disturb nobody", async () => {
  await using session = await Session.start();
  for (const port of [session.connection.shell, session.connection.iopub]) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n".repeat(10)));
    conn.close();
  }
  assertEquals(texts((await session.run("1")).outputs), ["1"]);
});

Deno.test("a proxy in the environment does not stand between the kernel and its program", async () => {
  const proxy = "http://127.0.0.1:9"; // where nobody answers
  await using session = await Session.start(undefined, { HTTP_PROXY: proxy, NO_PROXY: "" });
  assertEquals(texts((await session.run("1 + 1")).outputs), ["2"]);
});

Deno.test("the inspector of the reader's program answers nobody who lacks its secret", async () => {
  await using session = await Session.start();
  const program = await programOf(session);
  if (Deno.build.os !== "linux") return; // where /proc tells its ports
  const inodes = new Set<string>();
  for await (const { name } of Deno.readDir(`/proc/${program}/fd`)) {
    const link = await Deno.readLink(`/proc/${program}/fd/${name}`).catch(() => "");
    const inode = link.match(/^socket:\[(\d+)\]$/)?.[1];
    if (inode) inodes.add(inode);
  }
  const table = (await Deno.readTextFile("/proc/net/tcp")).split("\n").map((line) =>
    line.trim().split(/\s+/)
  );
  const listening = table.filter((row) => row[3] === "0A" && inodes.has(row[9] ?? ""));
  assertEquals(listening.length, 1);
  const [address, port] = (listening[0]?.[1] ?? "").split(":");
  assertEquals(address, "0100007F"); // 127.0.0.1
  for (const path of ["/json", "/json/list", "/json/version"]) {
    const response = await fetch(`http://127.0.0.1:${parseInt(port ?? "", 16)}${path}`);
    assertEquals([response.status, (await response.text()).includes("ws://")], [404, false]);
  }
});

Deno.test("shutdown, a killed kernel and a killed front end leave no process and no port", async (test) => {
  await test.step("shutdown", async () => {
    await using session = await Session.start();
    const program = await programOf(session);
    await session.ask("shutdown_request", { restart: false }, session.control);
    assertEquals((await session.child.status).code, 0);
    assert(await gone(program));
    assert(portsAreFree(session));
  });
  await test.step("killed, while its program is in a loop", async () => {
    await using session = await Session.start();
    const program = await programOf(session);
    await session.send("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, 200));
    session.child.kill("SIGKILL");
    await session.child.status;
    assert(await gone(program));
    assert(portsAreFree(session));
  });
});

Deno.test("a program that dies is told under its cell, and the kernel then ends", async () => {
  await using session = await Session.start();
  const { reply, outputs } = await session.run("Deno.exit(7)");
  assertEquals([reply["status"], reply["ename"]], ["error", "KernelDied"]);
  assert(texts(outputs)[0]?.includes("exit code 7"));
  assertEquals((await session.child.status).code, 7);
  assert(portsAreFree(session));
});

Deno.test("a front end that does not read slows the program down and loses nothing", async () => {
  await using session = await Session.start();
  const line = "x".repeat(1000);
  const code = `for (let i = 0; i < 20_000; i++) console.log("${line}");`; // 20 MB
  const { outputs } = await session.run(code);
  const size = outputs.reduce((sum, { content }) => sum + String(content["text"]).length, 0);
  assertEquals(size, 20_000 * 1001);
});

Deno.test("two kernels at once do not hear each other", async () => {
  await using one = await Session.start();
  await using two = await Session.start();
  await Promise.all([one.run("const a = 1;"), two.run("const a = 2;")]);
  const both = await Promise.all([one.run("a"), two.run("a")]);
  assertEquals(both.map(({ outputs }) => texts(outputs)), [["1"], ["2"]]);
});
