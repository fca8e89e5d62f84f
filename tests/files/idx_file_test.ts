/** IDX files that are gzipped or raw. The bytes are written by hand, or by other programs. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import type { Idx } from "gradnets/data/idx.ts";
import { gunzip } from "gradnets/files/gzip.ts";
import { readIdx } from "gradnets/files/idx_file.ts";

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
  assertStringIncludes(error.message, "zeros: Cannot unpack as gzip: it holds more than 999999");
});
