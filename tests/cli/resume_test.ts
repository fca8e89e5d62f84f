/** `deno task train --resume` in this process: what it refuses, what it goes on from. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { recordsOf } from "gradnets/train/events.ts";
import { main } from "gradnets/cli/train.ts";
import { differences } from "../helpers/kills.ts";
import { inDirectory, namesIn, overwrite, writeBlots } from "../helpers/files.ts";

/** Trains; returns the exit code and all that was printed. */
async function train(directory: string, line: string) {
  const { log, error } = console;
  const said: string[] = [];
  console.log = console.error = (text: string) => said.push(text);
  try {
    const args = line.split(" ").map((word) => word.replace(/^@/, `${directory}/`));
    return { code: await main(args), said: said.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

const ASKED = "--data @blots --depth 4 --width 6 --batch 10 --keep-every 1 --epochs";

/** A training of 20 epochs, 400 iterations, and one of 13, or 260, that is to go on to 20. */
function withTwo(use: (directory: string) => Promise<void>): Promise<void> {
  return inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    for (const [epochs, out] of [[20, "whole"], [13, "part"]]) {
      assertEquals((await train(directory, `${ASKED} ${epochs} --out @${out}`)).code, 0);
    }
    await use(directory);
  });
}

Deno.test("train --resume goes on to more epochs as if they had been asked for at first", () =>
  withTwo(async (directory) => {
    const { code, said } = await train(directory, "--out @part --resume --epochs 20");
    assertEquals(code, 0, said);
    assertStringIncludes(said, "Going on from checkpoint.safetensors, at iteration 260\n");
    assertEquals(await differences(join(directory, "whole"), join(directory, "part")), []);
    const again = await train(directory, "--out @part --resume");
    assertStringIncludes(again.said, "after 400 iterations");
    assertEquals(await differences(join(directory, "whole"), join(directory, "part")), []);
  }));

Deno.test("train --resume mends what a kill or a hand did to the log and the events", () =>
  withTwo(async (directory) => {
    const part = join(directory, "part"), log = join(part, "log.csv");
    const events = join(part, namesIn(part).find((name) => name.startsWith("events."))!);
    const text = Deno.readTextFileSync(log), bytes = Deno.readFileSync(events);
    const hurts: readonly (readonly [string, Uint8Array])[] = [
      [text + "300,15,0.4", new Uint8Array([...bytes, ...bytes.subarray(0, 30)])],
      [text.slice(0, -20), bytes.slice(0, -20)],
      [text.replace("\n100,", "\n101,"), bytes.with(60, bytes[60]! ^ 1)],
      ["", new Uint8Array()],
    ];
    for (const [rows, records] of hurts) {
      Deno.writeTextFileSync(log, rows);
      Deno.writeFileSync(events, records);
      const { code, said } = await train(directory, "--out @part --resume --epochs 20");
      assertEquals(code, 0, said);
      assertEquals(await differences(join(directory, "whole"), part), []);
    }
  }));

Deno.test("train --histograms logs each layer, and --resume goes on to do so", () =>
  inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    const eventsOf = (out: string) => {
      const path = join(
        directory,
        out,
        namesIn(join(directory, out)).find((n) => /^events/.test(n))!,
      );
      return Deno.readFileSync(path);
    };
    const line = `${ASKED} 13 --histograms --out @part`;
    assertEquals((await train(directory, line)).code, 0);
    const resumed = await train(directory, "--out @part --resume --epochs 20");
    assertEquals(resumed.code, 0, resumed.said);
    const text = new TextDecoder("latin1").decode(eventsOf("part"));
    for (const tag of ["weights/layer3", "gradients/layer0", "activations/layer2"]) {
      assertEquals(text.split(tag).length - 1, 4, tag); // iterations 0, 100, 200, 300
    }
    assertEquals(text.includes("_hparams_/session_start_info"), true);
    assertEquals(text.includes("layer3/MatMul"), true);
    const names = recordsOf(eventsOf("part")).map(({ scalars }) => Object.keys(scalars).length);
    assertEquals(names, [0, 0, 0, 7, 7, 7, 7]);
  }));

Deno.test("train --resume refuses by name what differs, and changes nothing", () =>
  withTwo(async (directory) => {
    writeBlots(join(directory, "mine"));
    const part = join(directory, "part");
    const read = () => namesIn(part).map((name) => Deno.readFileSync(join(part, name)));
    const before = read();
    const refused: readonly (readonly [string, ...string[]])[] = [
      ["--seed 2 --depth 5", "--depth is 5, but was 4; --seed is 2, but was 1. Leave out"],
      ["--tau 3", "--tau is 3, but was 10"],
      ["--kernels reference", "--kernels is reference, but was fused"],
      ["--epochs 12", "--epochs 12 ends at iteration 240, but it has trained 260 already"],
      ["--data @mine", "its data is", "blots", "mine"],
    ];
    for (const [options, ...words] of refused) {
      const { code, said } = await train(directory, `--out @part --resume ${options}`);
      assertEquals(code, 1, said);
      for (const word of words) assertStringIncludes(said, word);
      assertEquals(read(), before);
    }
  }));

Deno.test("train --resume takes the checkpoint before a damaged one, and refuses a foreign one", () =>
  withTwo(async (directory) => {
    const newest = join(directory, "part", "checkpoint.safetensors");
    Deno.truncateSync(newest, 5000);
    const { code, said } = await train(directory, "--out @part --resume --epochs 20");
    assertEquals(code, 0, said);
    assertStringIncludes(said, "checkpoint.safetensors: Cannot parse 5000 bytes");
    assertStringIncludes(said, "Going on from checkpoint.previous.safetensors, the one before.");
    assertEquals(await differences(join(directory, "whole"), join(directory, "part")), []);

    overwrite(newest, '"version":"1"', '"version":"9"');
    const refused = await train(directory, "--out @part --resume");
    assertEquals(refused.code, 1);
    assertStringIncludes(
      refused.said,
      "checkpoint.safetensors: Cannot read this gradnets checkpoint",
    );
    assertStringIncludes(refused.said, "version 9");
  }));

Deno.test("train --resume begins where there is nothing, and not where a checkpoint is missing", () =>
  withTwo(async (directory) => {
    const { code, said } = await train(directory, `${ASKED} 20 --out @new --resume`);
    assertEquals(code, 0, said);
    assert(/No checkpoint in .*new: beginning at iteration 0\n/.test(said), said);
    assertEquals(await differences(join(directory, "whole"), join(directory, "new")), []);
    for (const name of namesIn(join(directory, "new"))) {
      if (name.startsWith("checkpoint")) Deno.removeSync(join(directory, "new", name));
    }
    const missing = await train(directory, `${ASKED} 20 --out @new --resume`);
    assertEquals(missing.code, 1);
    assertStringIncludes(
      missing.said,
      "it has measurements, but checkpoint.safetensors is missing",
    );
  }));
