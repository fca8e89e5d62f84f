/** What a page and running code say to each other. */

import { assertEquals } from "@std/assert";
import { Session, texts } from "./session.ts";

const OPEN = `const { comms } = await import(${
  JSON.stringify(import.meta.resolve("../../lib/kernel/talk.ts"))
});
const comm = comms().open("slider", { value: 1 });
const heard = []; let closed = false;
comm.onMessage = ({ data, buffers }) => { heard.push([data.value, ...buffers.map((b) => b.length)]); comm.send({ echo: data.value }); };
comm.onClose = () => closed = true;
comm.id`;

Deno.test("comms: the code opens, the page answers while a cell runs, both close", async () => {
  await using session = await Session.start();
  await session.run(OPEN);
  const { content } = await session.until(({ header }) => header.msg_type === "comm_open");
  const comm_id = String(content["comm_id"]);
  assertEquals([content["target_name"], content["data"]], ["slider", { value: 1 }]);
  const open = { comms: { [comm_id]: { target_name: "slider" } }, status: "ok" };
  assertEquals(await session.ask("comm_info_request", {}), open);
  assertEquals(await session.ask("comm_info_request", { target_name: "other" }), {
    status: "ok",
    comms: {},
  });

  // a cell that breathes: the message arrives in its middle
  const id = await session.send(`console.log("runs");
while (heard.length === 0) await new Promise((r) => setTimeout(r, 30));
heard[0]`);
  await session.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
  const said = await session.shell.send("comm_msg", { comm_id, data: { value: 7 } });
  const { content: reply } = await session.shell.receive();
  assertEquals(reply["status"], "ok");
  assertEquals(texts(await session.outputsOf(id)).at(-1), "[ 7 ]");
  await session.until(({ header, content }) =>
    header.msg_type === "comm_msg" && JSON.stringify(content["data"]) === '{"echo":7}'
  );
  // the page is told that its message was dealt with, and that the cell still runs
  const states = session.iopub.filter(({ header }) => header.msg_type === "status")
    .filter(({ parent }) => parent.msg_id === said || parent.msg_id === id)
    .map(({ parent, content }) =>
      `${parent.msg_id === id ? "cell" : "comm"} ${content["execution_state"]}`
    );
  assertEquals(states[0], "cell busy");
  assertEquals(states.at(-1), "cell idle");
  assertEquals(states.includes("comm busy") && states.includes("comm idle"), true);

  await session.shell.send("comm_close", { comm_id, data: {} });
  await session.run("await new Promise((r) => setTimeout(r, 30));");
  assertEquals(texts((await session.run("closed")).outputs), ["true"]);
  assertEquals(await session.ask("comm_info_request", {}), { status: "ok", comms: {} });
});

Deno.test("comms: no message comes between two lines of code that does not yield", async () => {
  await using session = await Session.start();
  await session.run(OPEN);
  const { content } = await session.until(({ header }) => header.msg_type === "comm_open");
  const id = await session.send(`console.log("busy");
for (const end = Date.now() + 500; Date.now() < end;);
heard.length`);
  await session.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
  await session.shell.send("comm_msg", { comm_id: content["comm_id"], data: { value: 1 } });
  await session.shell.receive();
  assertEquals(texts(await session.outputsOf(id)).at(-1), "0");
  assertEquals(texts((await session.run("heard.length")).outputs), ["1"]);
});

Deno.test("comms: the page opens one, or is told that nobody answers there", async () => {
  await using session = await Session.start();
  await session.run(OPEN);
  await session.run(`comms().register("page", (comm, { data }) => comm.send({ got: data.x }));`);
  await session.shell.send("comm_open", { comm_id: "p", target_name: "page", data: { x: 3 } });
  const { content } = await session.until(({ header, content }) =>
    header.msg_type === "comm_msg" && content["comm_id"] === "p"
  );
  assertEquals(content["data"], { got: 3 });
  await session.shell.send("comm_open", { comm_id: "q", target_name: "nobody", data: {} });
  await session.until(({ header, content }) =>
    header.msg_type === "comm_close" && content["comm_id"] === "q"
  );
});
