/** What the kernel refuses, and what it leaves behind: nothing. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { kernelspec } from "gradnets/kernel";
import { Channel } from "gradnets/kernel/client.ts";
import { writeConnection } from "gradnets/kernel/connection.ts";
import { within } from "gradnets/kernel/within.ts";
import { lives } from "../helpers/lives.ts";
import { freePorts, opened, Session, texts } from "./session.ts";

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

/** Waits until nobody listens to a kernel's ports: its threads may outlive it for a moment. */
async function portsAreFree({ connection }: Pick<Session, "connection">): Promise<boolean> {
  const { shell, control, iopub, stdin, heartbeat } = connection;
  for (const end = performance.now() + 5000; performance.now() < end;) {
    try {
      for (const port of [shell, control, iopub, stdin, heartbeat]) {
        Deno.listen({ hostname: "127.0.0.1", port }).close();
      }
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
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

Deno.test("however a kernel ends, no process, no port and no file is left", async (test) => {
  await test.step("shutdown", async () => {
    const folder = await Deno.makeTempDir();
    await using session = await Session.start(folder, { TMPDIR: folder });
    const program = await programOf(session);
    await session.ask("shutdown_request", { restart: false }, session.control);
    assertEquals((await session.child.status).code, 0);
    assert(await gone(program));
    assert(await portsAreFree(session));
    await Deno.remove(folder); // fails if anything is in it
  });
  await test.step("killed, while its program is in a loop", async () => {
    const folder = await Deno.makeTempDir();
    await using session = await Session.start(folder, { TMPDIR: folder });
    const program = await programOf(session);
    await session.send("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, 200));
    session.child.kill("SIGKILL");
    await session.child.status;
    assert(await gone(program));
    assert(await portsAreFree(session));
    await Deno.remove(folder); // fails if anything is in it
  });
  await test.step("its program killed", async () => {
    const folder = await Deno.makeTempDir();
    await using session = await Session.start(folder, { TMPDIR: folder });
    const program = await programOf(session);
    const id = await session.send("for (;;) await new Promise((r) => setTimeout(r, 10));");
    await session.until(({ header, parent }) =>
      header.msg_type === "execute_input" && parent.msg_id === id
    );
    Deno.kill(program, "SIGKILL");
    assertStringIncludes(String(texts(await session.outputsOf(id))[0]), "ended by SIGKILL");
    await session.child.status;
    assert(await portsAreFree(session));
    await Deno.remove(folder); // fails if anything is in it
  });
  await test.step("its parent gone", async () => {
    if (Deno.build.os === "windows") return; // where nothing tells
    const folder = await Deno.makeTempDir();
    const file = `${folder}/connection.json`;
    const [shell = 0, control = 0, iopub = 0, stdin = 0, heartbeat = 0] = freePorts(5);
    const connection = { key: "k", shell, control, iopub, stdin, heartbeat };
    writeConnection(file, connection);
    const { argv: [program = "", ...args] } = kernelspec();
    const command = [program, ...args.map((arg) => arg === "{connection_file}" ? file : arg)];
    const parent = new Deno.Command("sh", { // which waits for a line, and is killed before
      args: ["-c", '"$@" 2>/dev/null & echo $!; read -r line', "sh", ...command],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const out = parent.stdout.getReader();
    const kernel = Number(new TextDecoder().decode((await out.read()).value));
    const channel = await opened(shell, "DEALER", "k", "me");
    await channel.send("execute_request", { code: "Deno.pid", silent: false });
    await channel.receive(); // its program is there, too
    assert(await lives(kernel));
    parent.kill("SIGKILL");
    await parent.status;
    assert(await gone(kernel));
    channel.close();
    await out.cancel();
    await parent.stdin.close().catch(() => {});
    assert(await portsAreFree({ connection }));
    await Deno.remove(folder, { recursive: true });
  });
});

Deno.test("a program that dies is told under its cell, and the kernel then ends", async () => {
  await using session = await Session.start();
  const { reply, outputs } = await session.run("Deno.exit(7)");
  assertEquals([reply["status"], reply["ename"]], ["error", "KernelDied"]);
  assert(texts(outputs)[0]?.includes("exit code 7"));
  assertEquals((await session.child.status).code, 7);
  assert(await portsAreFree(session));
});

Deno.test("a front end that does not read slows the program down and loses nothing", async () => {
  await using session = await Session.start();
  const line = "x".repeat(1000);
  const code = `for (let i = 0; i < 20_000; i++) console.log("${line}");`; // 20 MB
  const { outputs } = await session.run(code);
  const size = outputs.reduce((sum, { content }) => sum + String(content["text"]).length, 0);
  assertEquals(size, 20_000 * 1001);
});

Deno.test("front ends that go while a cell prints, or never read, stop nobody and nothing", async () => {
  await using session = await Session.start();
  const { iopub, key } = session.connection;
  const gone = await Channel.open(iopub, "SUB", key);
  const stalled = await Channel.open(iopub, "SUB", key); // nothing is received from it
  await new Promise((resolve) => setTimeout(resolve, 200)); // until both have subscribed
  const id = await session.send(
    `for (let i = 0; i < 20_000; i++) console.log("${"x".repeat(1000)}"); "end"`,
  );
  await session.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
  gone.close();
  const outputs = await session.outputsOf(id); // the stalled one is hung up on after ten seconds
  const size = outputs.reduce((sum, { content }) => sum + String(content["text"] ?? "").length, 0);
  assertEquals([size, texts(outputs).at(-1)], [20_000 * 1001, '"end"']);
  stalled.close();
});

Deno.test("two kernels at once do not hear each other", async () => {
  await using one = await Session.start();
  await using two = await Session.start();
  await Promise.all([one.run("const a = 1;"), two.run("const a = 2;")]);
  const both = await Promise.all([one.run("a"), two.run("a")]);
  assertEquals(both.map(({ outputs }) => texts(outputs)), [["1"], ["2"]]);
});
