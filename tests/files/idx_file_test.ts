/** IDX files that are gzipped or raw. The bytes are written by hand, or by other programs. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import type { Idx } from "gradnets/data/idx.ts";
import { gunzip } from "gradnets/files/gzip.ts";
import { readIdx, unpackedIdx } from "gradnets/files/idx_file.ts";

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

async function withFile(name: string, file: Uint8Array, test: (path: string) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${dir}/${name}`, file);
    await test(`${dir}/${name}`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const RAW = bytes("00000803 00000002 00000001 00000003 010203 040506");
const IDX: Idx = { type: "uint8", shape: [2, 1, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6]) };

Deno.test("readIdx() tells gzip from raw by the content, not by the name", async () => {
  await withFile("raw.gz", RAW, async (path) => assertEquals(await readIdx(path), IDX));
  await withFile("packed", gzipSync(RAW), async (path) => {
    assertEquals(await readIdx(path), IDX);
    assertEquals(await readIdx(new URL(`file://${path}`)), IDX);
  });
});

Deno.test("readIdx() names the file that it refuses", async () => {
  await withFile("cut-off", RAW.subarray(0, -1), async (path) => {
    const error = await assertRejects(() => readIdx(path), SyntaxError);
    assertStringIncludes(error.message, `${path}: Cannot parse`);
  });
  await withFile("cut-off.gz", gzipSync(RAW).subarray(0, -1), async (path) => {
    await assertRejects(() => readIdx(path), SyntaxError, path);
  });
  await assertRejects(() => readIdx("/no/such/file"), Deno.errors.NotFound);
});

Deno.test("gunzip() refuses what holds more than it may, before it is in memory", () => {
  const packed = gzipSync(new Uint8Array(1e6));
  assertEquals(gunzip(packed, "zeros", 1e6).length, 1e6);
  const error = assertThrows(() => gunzip(packed, "zeros", 1e6 - 1), RangeError);
  assertStringIncludes(
    error.message,
    "zeros: Cannot unpack as gzip: it holds more than the 999999",
  );
});

/** Gzip, 1 MB, of 1 GiB: an IDX header of ten bytes, then zeros. */
function bomb(): Uint8Array {
  const start = gzipSync(bytes("00000801 0000000A")), zeros = gzipSync(new Uint8Array(2 ** 20));
  const file = new Uint8Array(start.length + 1024 * zeros.length);
  file.set(start);
  for (let i = 0; i < 1024; i++) file.set(zeros, start.length + i * zeros.length);
  return file;
}

Deno.test("readIdx() unpacks of a bomb no more than 1.2 MB, and says why", async () => {
  const file = bomb();
  // Every byte packed is about a thousand: unpacking beyond 1,200 packed bytes would find damage.
  const damaged = Uint8Array.from(file).fill(0xff, 1200);
  for (const packed of [file, damaged]) {
    await withFile("train-labels-idx1-ubyte.gz", packed, async (path) => {
      const { message } = await assertRejects(() => readIdx(path), RangeError);
      assertStringIncludes(
        message,
        `${path}: Cannot unpack as gzip: it holds more than the 18 bytes`,
      );
    });
  }
});

Deno.test({
  name: "readIdx() of a bomb of 1 GiB takes less than 64 MB",
  ignore: Deno.build.os !== "linux", // where the system tells the peak
  fn: () =>
    withFile("bomb", bomb(), async (path) => {
      const script = `import { readIdx } from "${
        import.meta.resolve("gradnets/files/idx_file.ts")
      }";
        const peak = () => Number(Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\\s+(\\d+)/)[1]);
        const before = peak();
        const { name } = await readIdx(Deno.args[0]).catch((error) => error);
        console.log(JSON.stringify({ name, more: peak() - before }));`;
      const file = `${path}.ts`;
      await Deno.writeTextFile(file, script);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--quiet", file, path],
      }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      const { name, more } = JSON.parse(new TextDecoder().decode(stdout));
      assertEquals(name, "RangeError");
      assert(more < 64_000, `${more} kB`);
    }),
});

Deno.test("unpackedIdx() refuses a header that says more than the limit before it unpacks", () => {
  const file = gzipSync(bytes("00000803 0000EA60 0000001C 0000001C"));
  assertThrows(
    () => unpackedIdx(file, "mine", 1e6),
    RangeError,
    "mine: Cannot unpack as gzip: its IDX header says 47040016 bytes, and the limit is 1000000",
  );
});

Deno.test("unpackedIdx() finds the IDX header behind a long gzip header", () => {
  const name = "a".repeat(5000), packed = gzipSync(RAW);
  const file = new Uint8Array([...packed.subarray(0, 10), ...new TextEncoder().encode(name), 0]
    .concat([...packed.subarray(10)]));
  file[3] = 8; // FNAME
  assertEquals(unpackedIdx(file, "mine"), RAW);
});

Deno.test("readIdx() refuses what is no file, and what is larger than any data set", async () => {
  const dir = await Deno.makeTempDir();
  await assertRejects(() => readIdx(dir), TypeError, "it is not a file");
  await Deno.truncate(await Deno.makeTempFile({ dir, prefix: "large" }), 2 ** 30 + 1); // sparse
  for await (const { name } of Deno.readDir(dir)) {
    await assertRejects(() => readIdx(`${dir}/${name}`), RangeError, "the limit is 1073741824");
  }
  await Deno.remove(dir, { recursive: true });
});
