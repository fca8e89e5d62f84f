/** The queue of cells: what an error aborts, what the Stop button ends, and what stays. */

import { assert, assertEquals } from "@std/assert";
import { Session, texts } from "./session.ts";

/** Runs a cell and stops it once it has printed. */
async function stopped(session: Session, code: string) {
  const id = await session.send(code);
  await session.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
  const started = performance.now();
  await session.ask("interrupt_request", {}, session.control);
  const { content: reply } = await session.shell.receive();
  return { reply, outputs: await session.outputsOf(id), ms: performance.now() - started };
}

const CELLS = {
  "a loop that yields":
    "for (let i = 0;; i++) { console.log(i); kept = i; await new Promise((r) => setTimeout(r, 10)); }",
  "a loop that never yields": "console.log(0); for (;;) kept++;",
  "a wait that never ends": "console.log(0); await new Promise((r) => setTimeout(r, 1e9));",
  "a loop that waits for files alone":
    "for (;;) { await Deno.stat('.'); console.log(kept); kept++; }",
  "a question that nobody answers": "console.log(0); prompt('?');",
  "a display that never ends":
    "console.log(0); ({ async [Symbol.for('Jupyter.display')]() { await new Promise((r) => setTimeout(r, 1e9)); } })",
};

Deno.test("Stop ends any cell, and the variables stay", async (test) => {
  await using session = await Session.start();
  await session.run("let kept = 1;");
  for (const [name, code] of Object.entries(CELLS)) {
    await test.step(name, async () => {
      const { reply, outputs } = await stopped(session, code);
      assertEquals([reply["status"], reply["ename"]], ["error", "Interrupted"]);
      assertEquals(outputs.at(-1)?.header.msg_type, "error");
      const { reply: next, outputs: [value] } = await session.run("kept");
      assertEquals(next["status"], "ok");
      assert(Number(texts(value ? [value] : [])[0]) >= 0);
    });
  }
  await test.step("and no loop goes on", async () => {
    const [before] = texts((await session.run("kept")).outputs);
    const code = "await new Promise((r) => setTimeout(r, 50)); kept";
    assertEquals(texts((await session.run(code)).outputs), [before]);
  });
});

Deno.test("Stop lets a cell that listens end by itself", async () => {
  await using session = await Session.start();
  const { reply, outputs } = await stopped(
    session,
    `const stop = Promise.withResolvers(); Deno.addSignalListener("SIGINT", stop.resolve);
console.log("waits"); await stop.promise; "saved"`,
  );
  assertEquals([reply["status"], texts(outputs)], ["ok", ["waits\n", '"saved"']]);
});

Deno.test("Stop while a cell saves: the file is whole, and nothing is saved any more", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/saved`;
  const size = 8_000_000;
  try {
    await using session = await Session.start();
    await session.run(`let saved = 0;
const { writeAtomically } = await import(${
      JSON.stringify(import.meta.resolve("../../lib/files/atomic.ts"))
    });`);
    const { reply } = await stopped(
      session,
      `for (;; saved++) {
  await writeAtomically(${JSON.stringify(path)}, new Uint8Array(${size}).fill(saved));
  if (saved === 1) console.log("saves");
  await new Promise((resolve) => setTimeout(resolve, 0));
}`,
    );
    assertEquals(reply["ename"], "Interrupted");
    const pause = "await new Promise((r) => setTimeout(r, 300));"; // until the last one is done
    const [before] = texts((await session.run(`${pause} saved`)).outputs);
    assertEquals(texts((await session.run(`${pause} saved`)).outputs), [before]);
    const bytes = await Deno.readFile(path);
    assertEquals([bytes.length, new Set(bytes).size], [size, 1]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["saved"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Stop with nothing running changes nothing", async () => {
  await using session = await Session.start();
  await session.run("const a = 1;");
  await session.ask("interrupt_request", {}, session.control);
  assertEquals(texts((await session.run("a")).outputs), ["1"]);
});

Deno.test("an error aborts the cells sent with it, and no later one", async () => {
  await using session = await Session.start();
  for (const code of ["1", "throw 2", "3", "4"]) await session.send(code);
  const replies = [];
  for (let i = 0; i < 4; i++) {
    const { content } = await session.shell.receive();
    replies.push([content["status"], content["execution_count"]]);
  }
  const aborted = ["aborted", undefined]; // it has no number, because it did not run
  assertEquals(replies, [["ok", 1], ["error", 2], aborted, aborted]);
  assertEquals((await session.run("5")).reply["status"], "ok");
});
