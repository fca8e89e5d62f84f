/** IDX files that are gzipped or raw. The bytes are written by hand, or by other programs. */
import {
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import { type Idx, parseIdx } from "gradnets/data/idx.ts";
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
// by another program: printf '\\0\\0\\010\\001\\0\\0\\0\\003\\005\\0\\004' | gzip -n9
const GZ = bytes("1F8B08000000000002036360E06064606060666560010076BAE60F0B000000");

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

Deno.test("gunzip() unpacks what gzip packed, in one member or several", () => {
  assertEquals(parseIdx(gunzip(GZ)).data, new Uint8Array([5, 0, 4]));
  const half = RAW.length >> 1;
  const two = [gzipSync(RAW.subarray(0, half)), gzipSync(RAW.subarray(half))];
  assertEquals(gunzip(new Uint8Array(two.flatMap((part) => [...part]))), RAW);
});

Deno.test("gunzip() refuses a file that is cut off, wherever", () => {
  const packed = new Uint8Array(gzipSync(RAW));
  for (let length = 2; length < packed.length; length++) {
    assertThrows(() => gunzip(packed.subarray(0, length)), SyntaxError, `after ${length} bytes`);
  }
});

Deno.test("gunzip() refuses damage and trailing bytes, zeros too", () => {
  for (const rest of [[0], [0, 0, 0, 0], [1, 2, 3], [0x1f], [0x1f, 0x8b]]) {
    const error = assertThrows(() => gunzip(new Uint8Array([...GZ, ...rest]), "mine"), SyntaxError);
    assertStringIncludes(error.message, "mine: Cannot unpack as gzip");
  }
  for (let at = 10; at < GZ.length; at++) { // beyond the header, the CRC sees to it
    const damaged = Uint8Array.from(GZ);
    damaged[at]! ^= 0x02;
    assertNotEquals(damaged, GZ);
    assertInstanceOf(assertThrows(() => gunzip(damaged)), SyntaxError);
  }
});

Deno.test("gunzip() refuses what holds more than it may, before it is in memory", () => {
  const packed = gzipSync(new Uint8Array(1e6));
  assertEquals(gunzip(packed, "zeros", 1e6).length, 1e6);
  const error = assertThrows(() => gunzip(packed, "zeros", 1e6 - 1), RangeError);
  assertStringIncludes(error.message, "zeros: Cannot unpack as gzip: it holds more than 999999");
});
