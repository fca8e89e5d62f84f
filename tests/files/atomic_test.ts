/** Files that are written whole or not at all. */

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { writeAtomically } from "gradnets/files";
import { namesIn, withDir } from "../helpers/mirror.ts";

Deno.test("writeAtomically() replaces a file, and leaves nothing else", () =>
  withDir(async (dir) => {
    const path = join(dir, "kept");
    await writeAtomically(path, new Uint8Array([1, 2, 3]));
    await writeAtomically(path, new Uint8Array([4]));
    assertEquals([namesIn(dir), await Deno.readFile(path)], [["kept"], new Uint8Array([4])]);
  }));

Deno.test("writeAtomically() leaves the file as it was where it fails, and nothing beside it", () =>
  withDir(async (dir) => {
    const path = join(dir, "kept");
    await Deno.mkdir(join(path, "in the way"), { recursive: true }); // no file can replace it
    await assertRejects(() => writeAtomically(path, new Uint8Array(9)), Error, "kept");
    assertEquals([namesIn(dir), namesIn(path)], [["kept"], ["in the way"]]);
    const nowhere = join(dir, "no such folder", "kept");
    await assertRejects(() => writeAtomically(nowhere, new Uint8Array(9)), Deno.errors.NotFound);
  }));

Deno.test("writeAtomically() shows the old file or the new one to whoever reads meanwhile", () =>
  withDir(async (dir) => {
    const path = join(dir, "kept");
    const whole = (byte: number) => new Uint8Array(1_000_000).fill(byte);
    await writeAtomically(path, whole(0));
    let writing = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (writing) {
        const bytes = await Deno.readFile(path);
        seen.add(`${bytes.length} bytes, ${new Set(bytes).size} kind`);
      }
    })();
    for (let byte = 1; byte < 10; byte++) await writeAtomically(path, whole(byte));
    writing = false;
    await reading;
    assertEquals([...seen], ["1000000 bytes, 1 kind"]);
  }));
