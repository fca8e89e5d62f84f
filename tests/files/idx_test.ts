/** readIdx(): IDX files on disk, gzipped or raw. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import type { Idx } from "gradnets/data/idx.ts";
import { readIdx } from "gradnets/files/idx.ts";

/** Runs `test` with the path of a file of these bytes. */
async function withFile(name: string, file: Uint8Array, test: (path: string) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${dir}/${name}`, file);
    await test(`${dir}/${name}`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const RAW = Uint8Array.fromHex("00000803000000020000000100000003010203040506");
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
