/** gunzip(): strict about what is no whole gzip file. */

import {
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import { gunzip } from "gradnets/files/gzip.ts";

const RAW = Uint8Array.fromHex("00000803000000020000000100000003010203040506");
// by another program: printf '\\0\\0\\010\\001\\0\\0\\0\\003\\005\\0\\004' | gzip -n9
const GZ = Uint8Array.fromHex("1F8B08000000000002036360E06064606060666560010076BAE60F0B000000");

Deno.test("gunzip() unpacks what gzip packed, in one member or several", () => {
  assertEquals(gunzip(GZ), Uint8Array.fromHex("0000080100000003050004"));
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
