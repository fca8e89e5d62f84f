/** Downloads from mirrors on this machine that misbehave in every way a mirror can. */
import {
  assertEquals,
  assertLess,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { download, type DownloadOptions } from "gradnets/files/download.ts";
import { sha256 } from "gradnets/data/sha256.ts";
import type { MnistFile } from "gradnets/files/roles.ts";
import { quarterLines } from "gradnets/files/progress.ts";
import { type Answer, body, namesIn, withDir, withMirror, withSilence } from "../helpers/mirror.ts";

const SMALL = Uint8Array.from({ length: 100 }, (_, i) => i);
const LARGE = Uint8Array.from({ length: 5000 }, (_, i) => i * 7);

async function entry(name: string, bytes: Uint8Array): Promise<MnistFile> {
  const gzSha256 = await sha256(bytes);
  return { role: "testLabels", name, gzBytes: bytes.length, gzSha256, sha256: "" };
}

const small = await entry("small", SMALL);
const large = await entry("large", LARGE);
const wrong = SMALL.toReversed();

/** Quick and quiet. */
const TEST: DownloadOptions = {
  limits: { firstByte: 2000, stall: 2000, file: 4000, pause: 1 },
  log() {},
  progress: () => () => {},
};

/** Downloads `small` from mirrors a and b of one server into a new directory. */
async function fromAB(
  answer: Answer,
  options: DownloadOptions,
  test: (run: { dir: string; requests: string[]; start: () => Promise<void> }) => Promise<void>,
) {
  await withDir((dir) =>
    withMirror(answer, async ({ url, requests }) => {
      const mirrors = [`${url}a`, `${url}b/`]; // with or without the last slash
      await test({
        dir,
        requests,
        start: () => download(dir, [small], { ...TEST, mirrors, ...options }),
      });
    })
  );
}

Deno.test("sha256() is SHA-256", async () => { // FIPS 180-2, appendix B.1
  assertEquals(
    await sha256(new TextEncoder().encode("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("download() gets the files, the smallest first, into a new directory", async () => {
  await withDir((temp) =>
    withMirror((path) => new Response(path === "small.gz" ? SMALL : LARGE), async (mirror) => {
      const dir = `${temp}/new/data`;
      await download(dir, [large, small], { ...TEST, mirrors: [mirror.url] });
      assertEquals(mirror.requests, ["small.gz", "large.gz"]);
      assertEquals(namesIn(dir), ["large.gz", "small.gz"]); // and no temporary files
      assertEquals(await Deno.readFile(`${dir}/small.gz`), SMALL);
      assertEquals(await Deno.readFile(`${dir}/large.gz`), LARGE);
    })
  );
});

/** What mirror a does the first time; b, and a from the second time on, are good. */
const FIRST_BROKEN: { name: string; a: () => Response }[] = [
  { name: "answers 404", a: () => new Response("no", { status: 404 }) },
  { name: "answers 403", a: () => new Response("no", { status: 403 }) },
  { name: "answers 503", a: () => new Response("no", { status: 503 }) },
  { name: "answers 204, with no body", a: () => new Response(null, { status: 204 }) },
  { name: "sends wrong bytes", a: () => new Response(wrong) },
  { name: "sends another length", a: () => new Response("<html>Log in</html>") },
  {
    name: "breaks off in the middle",
    a: () => body([SMALL.subarray(0, 50)], "break", { "content-length": "100" }),
  },
  { name: "ends in the middle", a: () => body([SMALL.subarray(0, 50)], "close") },
  { name: "sends nothing", a: () => body([], "close") },
  { name: "sends too much", a: () => body([SMALL, SMALL], "close") },
];

for (const { name, a } of FIRST_BROKEN) {
  Deno.test(`download() goes to the next mirror when one ${name}`, async () => {
    const answer: Answer = (path) => path[0] === "a" ? a() : new Response(SMALL);
    await fromAB(answer, {}, async ({ dir, requests, start }) => {
      await start();
      assertEquals(requests, ["a/small.gz", "b/small.gz"]);
      assertEquals(namesIn(dir), ["small.gz"]);
      assertEquals(await Deno.readFile(`${dir}/small.gz`), SMALL);
    });
  });
}

const FAILURES: { name: string; a: Answer; times: number; says: string }[] = [
  { name: "404", a: () => new Response("no", { status: 404 }), times: 1, says: "answered 404" },
  { name: "403", a: () => new Response("no", { status: 403 }), times: 1, says: "answered 403" },
  { name: "500", a: () => new Response("no", { status: 500 }), times: 2, says: "answered 500" },
  { name: "429", a: () => new Response("no", { status: 429 }), times: 2, says: "answered 429" },
  {
    name: "wrong bytes",
    a: () => new Response(wrong),
    times: 2,
    says: `expected SHA-256 ${small.gzSha256}, found `,
  },
  {
    name: "another length",
    a: () => new Response("<html>Log in</html>"),
    times: 1,
    says: "offers 19 bytes where the file has 100",
  },
  {
    name: "half a file",
    a: () => body([SMALL.subarray(0, 50)], "break", { "content-length": "100" }),
    times: 2,
    says: "broke off after 50 of 100 bytes",
  },
  {
    name: "half a file of no length",
    a: () => body([SMALL.subarray(0, 50)], "close"),
    times: 2,
    says: "broke off after 50 of 100 bytes",
  },
  {
    name: "too much",
    a: () => body([SMALL, SMALL], "close"),
    times: 1,
    says: "sent more than the 100 bytes",
  },
];

for (const { name, a, times, says } of FAILURES) {
  Deno.test(`download() asks both mirrors ${times} × for ${name}, then leaves nothing`, async () => {
    await fromAB(a, {}, async ({ dir, requests, start }) => {
      const error = await assertRejects(start, Error, "Cannot download small.gz: ");
      assertEquals(error.message.split(says).length - 1, 2 * times, error.message);
      const once = ["a/small.gz", "b/small.gz"];
      assertEquals(requests, times === 1 ? once : [...once, ...once]);
      assertEquals(namesIn(dir), []);
    });
  });
}

Deno.test("download() tries again what may be better the next time, so often as it is told", async () => {
  const answer: Answer = (path, nth) =>
    path[0] === "b" && nth === 3 ? new Response(SMALL) : new Response("no", { status: 503 });
  await fromAB(answer, { attempts: 3 }, async ({ dir, requests, start }) => {
    await start();
    assertEquals(requests.length, 6);
    assertEquals(namesIn(dir), ["small.gz"]);
  });
  await fromAB(answer, { attempts: 2 }, async ({ start }) => {
    await assertRejects(start, Error, "answered 503");
  });
});

Deno.test("download() stays with the mirror that delivered", async () => {
  const answer: Answer = (path) =>
    path[0] === "a"
      ? new Response("no", { status: 503 })
      : new Response(path.endsWith("small.gz") ? SMALL : LARGE);
  await withDir((dir) =>
    withMirror(answer, async ({ url, requests }) => {
      await download(dir, [small, large], { ...TEST, mirrors: [`${url}a/`, `${url}b/`] });
      assertEquals(requests, ["a/small.gz", "b/small.gz", "b/large.gz"]);
    })
  );
});

Deno.test("download() keeps what was finished before a failure", async () => {
  const answer: Answer = (path) =>
    path === "small.gz" ? new Response(SMALL) : body([LARGE.subarray(0, 9)], "close");
  await withDir((dir) =>
    withMirror(answer, async ({ url }) => {
      const start = () => download(dir, [small, large], { ...TEST, mirrors: [url] });
      await assertRejects(start, Error, "Cannot download large.gz");
      assertEquals(namesIn(dir), ["small.gz"]);
    })
  );
});

/** Runs `start`, which must reject, and says what with and after how many milliseconds. */
async function timed(start: () => Promise<void>) {
  const begin = performance.now();
  const error = await assertRejects(start, Error);
  return { message: error.message, ms: performance.now() - begin };
}

Deno.test("download() gives up soon where nothing answers, and asks nobody twice", async () => {
  const limits = { ...TEST.limits, firstByte: 100 };
  await withDir((dir) =>
    withSilence(async ({ url, connections }) => {
      const mirrors = [`${url}a/`, `${url}b/`];
      const start = () => download(dir, [small, large], { ...TEST, mirrors, limits });
      const { message, ms } = await timed(start);
      assertEquals(message.split("no answer within 0.1 s").length - 1, 2, message);
      assertEquals(connections.length, 2);
      assertLess(ms, 1500);
      assertEquals(namesIn(dir), []);
    })
  );
});

Deno.test("download() gives up on a stream that stalls", async () => {
  const limits = { ...TEST.limits, stall: 100 };
  await fromAB(() => body([SMALL.subarray(0, 50)], "never"), { limits }, async (run) => {
    const { message, ms } = await timed(run.start);
    assertEquals(message.split("nothing more came for 0.1 s").length - 1, 4, message);
    assertLess(ms, 1900);
    assertEquals(namesIn(run.dir), []);
  });
});

Deno.test("download() gives up on a stream that drips", async () => {
  const drip = () => {
    let timer: ReturnType<typeof setInterval>;
    const stream = new ReadableStream({
      start(controller) {
        timer = setInterval(() => controller.enqueue(SMALL.subarray(0, 1)), 20);
      },
      cancel: () => clearInterval(timer),
    });
    return new Response(stream);
  };
  const limits = { ...TEST.limits, file: 200 };
  await fromAB(drip, { limits }, async (run) => {
    const { message } = await timed(run.start);
    assertStringIncludes(message, "not finished within 0.2 s");
    assertEquals(run.requests.length, 2);
    assertEquals(namesIn(run.dir), []);
  });
});

Deno.test("download() says so at once when nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const mirrors = [`http://127.0.0.1:${listener.addr.port}/`]; // free again, so refused
  listener.close();
  await withDir(async (dir) => {
    const { message, ms } = await timed(() => download(dir, [small], { ...TEST, mirrors }));
    assertStringIncludes(message, "could not be reached (");
    assertLess(ms, 1000);
    assertEquals(namesIn(dir), []);
  });
});

Deno.test("download() tries a lost connection again once something has come", async () => {
  let asked = 0;
  const fetch = (url: string) => {
    asked++;
    if (url.endsWith("small.gz")) return Promise.resolve(new Response(SMALL));
    if (asked === 2) return Promise.reject(new TypeError("connection reset"));
    return Promise.resolve(new Response(LARGE));
  };
  await withDir(async (dir) => {
    await download(dir, [small, large], { ...TEST, mirrors: ["http://mirror/"], fetch });
    assertEquals(namesIn(dir), ["large.gz", "small.gz"]);
  });
});

Deno.test("download() stops when the signal says so, with its reason and nothing left", async () => {
  const reason = new Error("enough");
  const answers: [Answer, attempts: number][] = [
    [() => body([], "never"), 1],
    [() => body([SMALL.subarray(0, 50)], "never"), 1],
    [() => new Response("no", { status: 503 }), 2], // stopped in the pause between the attempts
  ];
  for (const [answer, attempts] of answers) {
    const stop = new AbortController();
    const limits = { ...TEST.limits, pause: 60_000 };
    await fromAB(answer, { limits, attempts, signal: stop.signal }, async ({ dir, start }) => {
      setTimeout(() => stop.abort(reason), 100);
      assertStrictEquals(await assertRejects(start), reason);
      assertEquals(namesIn(dir), []);
      assertStrictEquals(await assertRejects(start), reason); // stopped before it began
    });
  }
});

Deno.test("download() can run several times at once into one directory", async () => {
  await fromAB(() => new Response(SMALL), {}, async ({ dir, start }) => {
    await Promise.all([start(), start(), start(), start()]);
    assertEquals(namesIn(dir), ["small.gz"]);
    assertEquals(await Deno.readFile(`${dir}/small.gz`), SMALL);
  });
});

Deno.test("download() leaves no temporary file when the name cannot be taken", async () => {
  await fromAB(() => new Response(SMALL), {}, async ({ dir, start }) => {
    await Deno.mkdir(`${dir}/small.gz/full`, { recursive: true });
    await assertRejects(start);
    assertEquals(namesIn(dir), ["small.gz"]);
  });
});

Deno.test("download() says what went wrong on the way, and how far it is", async () => {
  const answer: Answer = (path) =>
    path[0] === "a" ? new Response("no", { status: 404 }) : new Response(SMALL);
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  await fromAB(answer, { log, progress: quarterLines }, async ({ start }) => {
    await start();
    assertEquals(lines.length, 2);
    assertStringIncludes(lines[0]!, "small.gz: 127.0.0.1:");
    assertStringIncludes(lines[0]!, "answered 404");
    assertEquals(lines[1], "  100 % of 0.0 MB");
  });
});

Deno.test("quarterLines() says a line at every quarter and no more", () => {
  const lines: string[] = [];
  const progress = quarterLines(2e6, (line) => lines.push(line));
  for (let done = 0; done <= 2e6; done += 1e4) progress(done);
  assertEquals(lines, [
    "  25 % of 2.0 MB",
    "  50 % of 2.0 MB",
    "  75 % of 2.0 MB",
    "  100 % of 2.0 MB",
  ]);
});
