/** Kept: what is damaged, newer or foreign is refused by name, and the last good one stays. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Kept } from "gradnets/train/kept.ts";
import { Architecture, drawnDataset, FusedEngine, Trainer } from "gradnets/core";
import { inDirectory, namesIn } from "../helpers/files.ts";

const NEWEST = "checkpoint.safetensors", PREVIOUS = "checkpoint.previous.safetensors";

/** Two checkpoints, of iterations 1 and 2, in a directory. */
function withTwo(use: (directory: string, save: (kept: Kept) => Promise<void>) => Promise<void>) {
  return inDirectory(async (directory) => {
    const net = new Architecture({ width: 8, depth: 5 });
    const data = drawnDataset({ train: 100, validation: 10, test: 50 });
    const trainer = new Trainer({ net, data, engine: (options) => new FusedEngine(options) });
    const save = (kept: Kept) => {
      trainer.step();
      return kept.save(trainer.checkpoint());
    };
    const kept = new Kept(directory, "checkpoint");
    await save(kept);
    await save(kept);
    assertEquals(namesIn(directory), [PREVIOUS, NEWEST]);
    try {
      await use(directory, save);
    } finally {
      trainer.dispose();
    }
  });
}

function change(path: string, edit: (bytes: Uint8Array) => Uint8Array): void {
  Deno.writeFileSync(path, edit(Deno.readFileSync(path)));
}

const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, bytes[at]! ^ 1);

Deno.test("Kept goes on from the checkpoint before where the newest is damaged, and keeps it", () =>
  withTwo(async (directory, save) => {
    const path = join(directory, NEWEST), whole = Deno.readFileSync(path);
    const damages: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
      () => new Uint8Array(),
      (bytes) => bytes.subarray(0, 7),
      (bytes) => bytes.subarray(0, bytes.length >> 1),
      (bytes) => bytes.subarray(0, -1),
      (bytes) => flipped(bytes, bytes.length - 1),
      (bytes) => flipped(bytes, bytes.length >> 1),
      () => new TextEncoder().encode("log in to the network"),
    ];
    for (const damage of damages) {
      Deno.writeFileSync(path, damage(whole));
      const found = await new Kept(directory, "checkpoint").load();
      assertEquals([found?.mark.iter, found?.name], [1, PREVIOUS]);
      assert(found?.damaged?.startsWith(`${NEWEST}: Cannot `), found?.damaged);
    }
    // the next one takes the place of the damaged one
    const kept = new Kept(directory, "checkpoint"),
      good = Deno.readFileSync(join(directory, PREVIOUS));
    await kept.load();
    await save(kept);
    assertEquals((await kept.load())?.mark.iter, 3);
    assertEquals(Deno.readFileSync(join(directory, PREVIOUS)), good);
    for (const name of [NEWEST, PREVIOUS]) Deno.truncateSync(join(directory, name), 100);
    await assertRejects(() => kept.load(), SyntaxError, "There is no whole one before it");
  }));

Deno.test("Kept refuses a newer and a foreign file, and changes nothing", () =>
  withTwo(async (directory) => {
    const path = join(directory, NEWEST), before = Deno.readFileSync(join(directory, PREVIOUS));
    // "latin1" would be windows-1252, whose codes are not the bytes
    const text = (bytes: Uint8Array) => Array.from(bytes, (b) => String.fromCharCode(b)).join("");
    const replaced = (from: string, to: string) => (bytes: Uint8Array) =>
      Uint8Array.from(text(bytes).replace(from, to), (c) => c.charCodeAt(0));
    const whole = Deno.readFileSync(path);
    for (
      const [from, to, words] of [
        ['"version":"1"', '"version":"9"', "version 9"],
        ["gradnets checkpoint", "something different", "something different"],
      ] as const
    ) {
      Deno.writeFileSync(path, whole);
      change(path, replaced(from, to));
      const changed = Deno.readFileSync(path);
      const error = await assertRejects(() => new Kept(directory, "checkpoint").load(), RangeError);
      assert(
        error.message.startsWith(`${NEWEST}: `) && error.message.includes(words),
        error.message,
      );
      assertEquals(Deno.readFileSync(path), changed);
      assertEquals(Deno.readFileSync(join(directory, PREVIOUS)), before);
    }
  }));

Deno.test("Kept leaves the last checkpoint where a new one cannot be written", () =>
  withTwo(async (directory, save) => {
    const kept = new Kept(directory, "checkpoint");
    await kept.load();
    const { open } = Deno;
    Deno.open = async (...args) => {
      const file = await open(...args);
      const { write } = file;
      let left = 100;
      file.write = (bytes) => {
        if (left <= 0) return Promise.reject(new Error("No space left on device (os error 28)"));
        const some = bytes.subarray(0, left);
        left = 0;
        return write.call(file, some);
      };
      return file;
    };
    try {
      await assertRejects(() => save(kept), Error, "No space left");
    } finally {
      Deno.open = open;
    }
    assertEquals(namesIn(directory), [PREVIOUS, NEWEST]);
    assertEquals((await kept.load())?.mark.iter, 2);
  }));
