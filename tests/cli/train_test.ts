/** The terminal: what it refuses, what it writes, how it ends. */

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { CommanderError } from "commander";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseOptions } from "gradnets/cli/options.ts";
import { Output } from "gradnets/cli/output.ts";
import { loadDataset } from "gradnets/files/mnist.ts";
import { startBackend } from "gradnets/model/backend.ts";
import { GradNet } from "gradnets/model/gradnet.ts";
import { originalLines } from "gradnets/train/lines.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { anneal } from "gradnets/train/schedules.ts";
import { Trainer } from "gradnets";
import { inDirectory, namesIn, writeBlots } from "../helpers/files.ts";

const HEADER =
  "iter,epoch,train_accuracy,g,weight_norm,gradient_norm,test_accuracy,loss,learning_rate";

Deno.test("parseOptions() of nothing is the original's recipe", () => {
  assertEquals(parseOptions([]), {
    layer: "identity-grelu",
    depth: 50,
    width: 50,
    epochs: 20,
    tau: 10,
    batch: 50,
    seed: 1,
    kernels: "fused",
    force: false,
    resume: false,
    histograms: false,
    keepEvery: 10,
    given: [],
  });
});

Deno.test("parseOptions() reads every option", () => {
  const line = "--data /d --layer plain --depth 3 --width 1 --epochs .5 --tau 2.5e0 --batch 1 " +
    "--seed 4294967295 --kernels reference --out /o --resume --histograms --keep-every 3";
  const expected = {
    data: "/d",
    layer: "plain",
    depth: 3,
    width: 1,
    epochs: 0.5,
    tau: 2.5,
    batch: 1,
    seed: 4294967295,
    kernels: "reference",
    out: "/o",
    force: false,
    resume: true,
    histograms: true,
    keepEvery: 3,
  } as const;
  for (const args of [line.split(" "), ["--", ...line.split(" ")]]) {
    const { given, ...options } = parseOptions(args);
    assertEquals(options, expected);
    assertEquals(
      [...given].sort(),
      Object.keys(expected).filter((name) => name !== "force").sort(),
    );
  }
  assertEquals(parseOptions(["--force"]).force, true);
  assertEquals(parseOptions(["--seed", "0"]).seed, 0);
});

Deno.test("parseOptions() names what it refuses, what it found and what is allowed", () => {
  const refused: readonly (readonly [args: string[], ...words: string[]])[] = [
    [["--depth", "2"], "--depth", "'2'", "whole number from 3 up"],
    [["--depth", "3.5"], "--depth", "'3.5'", "whole number from 3 up"],
    [["--depth", ""], "--depth", "''", "whole number from 3 up"],
    [["--width", "0"], "--width", "'0'", "whole number from 1 up"],
    [["--width", "0x10"], "--width", "'0x10'", "whole number from 1 up"],
    [["--batch", "-50"], "--batch", "'-50'", "whole number from 1 up"],
    [["--batch", "1e300"], "--batch", "'1e300'", "whole number from 1 up"],
    [["--epochs", "0"], "--epochs", "'0'", "number above 0"],
    [["--epochs", "NaN"], "--epochs", "'NaN'", "number above 0"],
    [["--epochs", "1e999"], "--epochs", "'1e999'", "number above 0"],
    [["--tau", "-1"], "--tau", "'-1'", "number above 0"],
    [["--seed", "4294967296"], "--seed", "'4294967296'", "0 to 4294967295"],
    [["--seed", "ten"], "--seed", "'ten'", "0 to 4294967295"],
    [["--layer", "relu"], "--layer", "'relu'", "identity-grelu, linear-grelu, plain"],
    [["--out", ""], "--out", "Allowed is a path"],
    [["--data="], "--data", "Allowed is a path"],
    [["--data"], "--data", "argument missing"],
    [["--epoch", "3"], "--epoch", "unknown option"],
    [["--keep-every", "0"], "--keep-every", "'0'", "whole number from 1 up"],
    [["--resume"], "'--resume' needs '--out <dir>'"],
    [["--resume", "--force", "--out", "a"], "--force", "cannot be used with", "--resume"],
    [["20"], "too many arguments"],
  ];
  for (const [args, ...words] of refused) {
    let said = "";
    const writeErr = (text: string) => said += text;
    const error = assertThrows(() => parseOptions(args, { writeErr }), CommanderError);
    assertEquals(error.exitCode, 1);
    for (const word of words) assertStringIncludes(said, word);
  }
});

Deno.test("parseOptions() helps with every option, and that is no failure", () => {
  let said = "";
  const writeOut = (text: string) => said += text;
  const error = assertThrows(() => parseOptions(["--help"], { writeOut }), CommanderError);
  assertEquals(error.exitCode, 0);
  for (
    const name of "data layer depth width epochs tau batch seed out force resume keep-every".split(
      " ",
    )
  ) {
    assertStringIncludes(said, `--${name}`);
  }
});

const point: Point = {
  iter: 100,
  epoch: 0.5,
  g: 0.25,
  learningRate: 0.001,
  keep: 0.95,
  loss: 81.75,
  crossEntropy: 80.5,
  weightNorm: 0.025,
  gradientNorm: 0,
  trainAccuracy: 0.52,
  testAccuracy: 0.587,
};

Deno.test("Output has a row in log.csv as soon as it was added", () =>
  inDirectory((directory) => {
    using output = Output.create(join(directory, "a", "b"));
    output.add(point);
    const log = Deno.readTextFileSync(join(directory, "a", "b", "log.csv"));
    assertEquals(log, `${HEADER}\n100,0.5,0.52,0.25,0.025,0,0.587,81.75,0.001\n`);
  }));

Deno.test("Output loses nothing of another training, unless it is forced to", () =>
  inDirectory((directory) => {
    Deno.writeTextFileSync(join(directory, "mine.txt"), "mine");
    for (const name of ["log.csv", "events.out.tfevents.1451550074.vm"]) {
      Deno.writeTextFileSync(join(directory, name), "earlier");
      const error = assertThrows(() => Output.create(directory), Error);
      assertStringIncludes(error.message, `--out ${directory}: ${name} of another training`);
      assertStringIncludes(error.message, "--force");
      assertEquals(Deno.readTextFileSync(join(directory, name)), "earlier");
      assertEquals(namesIn(directory).length, 2);
      Output.create(directory, { force: true })[Symbol.dispose]();
      assertEquals(Deno.readTextFileSync(join(directory, "log.csv")), `${HEADER}\n`);
      const events = namesIn(directory).filter((name) => name.startsWith("events."));
      assertEquals(events.length, 1);
      assert(events[0] !== "events.out.tfevents.1451550074.vm");
      assertEquals(Deno.readTextFileSync(join(directory, "mine.txt")), "mine");
      Deno.removeSync(join(directory, "log.csv"));
      Deno.removeSync(join(directory, events[0]!));
    }
  }));

Deno.test("Output refuses a directory that another one writes to, even by force", () =>
  inDirectory((directory) => {
    {
      using writing = Output.create(directory);
      writing.add(point);
      for (const force of [false, true]) {
        assertThrows(() => Output.create(directory, { force }), Error, "a training is writing");
      }
      assertStringIncludes(Deno.readTextFileSync(join(directory, "log.csv")), "\n100,0.5,");
    }
    Output.create(directory, { force: true })[Symbol.dispose]();
  }));

Deno.test("Output refuses a file in place of its directory", () =>
  inDirectory((directory) => {
    Deno.writeTextFileSync(join(directory, "file"), "");
    for (const options of [{}, { force: true }]) {
      assertThrows(() => Output.create(join(directory, "file"), options), TypeError, "--out");
      assertThrows(() => Output.create(join(directory, "file", "x"), options), Error, "--out");
    }
  }));

Deno.test("train does what was asked for, in the original's lines, log.csv and event files", () =>
  inDirectory(async (directory) => {
    const dir = join(directory, "blots");
    writeBlots(dir);
    const asked =
      "--layer linear-grelu --depth 4 --width 6 --epochs 11 --tau 5 --batch 10 --seed 7";
    const { code, stdout, stderr } = await train(directory, `--data blots ${asked}`.split(" "));
    assertEquals([code, stderr], [0, ""]);

    await startBackend();
    const data = await loadDataset({ dir, log: () => {} });
    const net = new GradNet({
      inputs: 16,
      width: 6,
      depth: 4,
      layer: "linear-grelu",
      seed: 7,
      classes: 2,
    });
    const trainer = new Trainer({ net, data, batchSize: 10, seed: 7, g: anneal({ epochs: 5 }) });
    const points: Point[] = [];
    for await (const point of trainer.run({ iterations: 220 })) points.push(point);
    const { accuracy } = trainer.evaluate();
    trainer.dispose();
    net.dispose();

    assertEquals(points.map(({ iter }) => iter), [0, 100, 200]);
    const lines = stdout.replaceAll(/^Warning at iteration .*\n/gm, "");
    assertStringIncludes(lines, points.flatMap(originalLines).join("\n"));
    assertStringIncludes(
      stdout,
      "Running 11 epochs with mini batch size of 10\n" +
        "With 20 iterations per epoch for a total of 220 iterations\n",
    );
    assertStringIncludes(stdout, `final test accuracy ${accuracy} after 220 iterations: blots, `);
    assertMatch(stdout, /linear-grelu 4x6, seed 7, \d+:\d\d \(\d+\.\d\d ms\/step.*Deno 2\./);

    const [run] = namesIn(join(directory, "runs"));
    assertMatch(run!, /^linear-grelu-4x6-seed7-\d{10}$/);
    const out = join(directory, "runs", run!);
    assertMatch(
      namesIn(out).join(),
      /^checkpoint\.previous\.safetensors,checkpoint\.safetensors,events\.out\.tfevents\.\d+\.[^,]+,log\.csv$/,
    );
    const rows = Deno.readTextFileSync(join(out, "log.csv")).trimEnd().split("\n");
    assertEquals(rows.shift(), HEADER);
    assertEquals(
      rows.map((row) => row.split(",").map(Number)),
      points.map((p) => [
        p.iter,
        p.epoch,
        p.trainAccuracy,
        p.g,
        p.weightNorm,
        p.gradientNorm,
        p.testAccuracy,
        p.loss,
        p.learningRate,
      ]),
    );
  }));

Deno.test("train says once, under the lines of its measurement, that a network is dead", () =>
  inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    const asked = "--data blots --layer plain --depth 200 --width 4 --epochs 11 --batch 10";
    const { code, stdout, stderr } = await train(directory, asked.split(" "));
    assertEquals([code, stderr], [0, ""]);
    const dead =
      /^test accuracy \S+\nWarning at iteration 0: the outputs are the same for every image/mg;
    assertEquals(stdout.match(dead)?.length, 1, stdout);
  }));

Deno.test("train refuses what cannot be before it makes anything", () =>
  inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    const refused: readonly (readonly [line: string, ...words: string[]])[] = [
      ["--depth 1", "'--depth <n>' argument '1' is invalid"],
      ["--data blots --batch 201", "--batch 201 is impossible: blots has 200 images", "1 to 200"],
      ["--data blots --epochs 0.001", "--epochs 0.001 is impossible", "0.25 or more"],
      ["--data nowhere", "nowhere"],
      ["--data blots --out blots/train-labels-idx1-ubyte", "--out", "found a file"],
    ];
    await Promise.all(refused.map(async ([line, ...words]) => {
      const { code, stderr } = await train(directory, line.split(" "));
      assertEquals(code, 1, line);
      for (const word of words) assertStringIncludes(stderr, word);
      assert(!stderr.includes("    at "), `a stack is not for people: ${stderr}`);
    }));
    assertEquals(namesIn(directory), ["blots"]);
  }));

Deno.test({
  name: "train ends cleanly at Ctrl-C, SIGTERM and SIGHUP, its files whole, and can be resumed",
  ignore: Deno.build.os === "windows", // no signal can be sent to a child there
  fn: () =>
    inDirectory(async (directory) => {
      writeBlots(join(directory, "blots"));
      const args = "--data blots --depth 4 --width 6 --epochs 1e9 --out out --resume".split(" ");
      let iter = 0;
      for (
        const [signal, by, exit] of [
          ["SIGINT", "Ctrl-C", 130],
          ["SIGTERM", "SIGTERM", 143],
          ["SIGHUP", "SIGHUP", 129],
        ] as const
      ) {
        await using child = start(directory, args);
        let text = "", asked = false;
        for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          if (!asked && text.includes(`iter ${Math.floor(iter / 100) * 100 + 200},`)) {
            child.kill(signal);
            asked = true;
          }
        }
        assertEquals((await child.status).code, exit);
        if (iter > 0) {
          assertStringIncludes(text, `Going on from checkpoint.safetensors, at iteration ${iter}`);
        }
        const stopped = new RegExp(
          `\nStopped by ${by} after (\\d+) of \\d+ iterations \\(epoch .*\\). ` +
            "Kept in out: log.csv, event files and checkpoint.safetensors; --resume goes on .*\n$",
        );
        assertMatch(text, stopped);
        iter = Number(stopped.exec(text)?.[1]);
        const rows = Deno.readTextFileSync(join(directory, "out", "log.csv")).split("\n");
        assertEquals(rows.pop(), ""); // the last row is a whole one
        assertEquals(rows.slice(1).map((row) => Number(row.split(",")[0])), hundreds(iter));
      }
    }),
});

/** 0, 100, 200, … up to `iter`. */
const hundreds = (iter: number) =>
  Array.from({ length: Math.floor(iter / 100) + 1 }, (_, i) => i * 100);

Deno.test("train refuses a directory that another training is writing to, even by force", () =>
  inDirectory(async (directory) => {
    writeBlots(join(directory, "blots"));
    const args = "--data blots --depth 4 --width 6 --epochs 1e9 --out out".split(" ");
    const log = join(directory, "out", "log.csv");
    await using child = start(directory, args);
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes("iter 200,");) {
      const { value = "", done } = await reader.read();
      text += value;
      assert(!done, `the training ended by itself: ${text}`);
    }
    for (const more of [[], ["--force"]]) {
      // one that is not refused comes to an end
      const { code, stderr } = await train(directory, [...args, "--epochs", "1", ...more]);
      assertEquals([code, stderr], [
        1,
        "error: Cannot write to --out out: a training is writing there. " +
        "Wait for it, or choose another directory.\n",
      ]);
    }
    assert(Deno.readTextFileSync(log).includes("\n200,"), "the log is as it was");
    child.kill("SIGKILL"); // as a machine dies: nothing is left that stands in the way
    await child.status;
    const { code } = await train(directory, [...args, "--force", "--epochs", "1"]);
    assertEquals(code, 0);
    assert(!Deno.readTextFileSync(log).includes("\n200,"));
    assertEquals(namesIn(join(directory, "out")).length, 4); // log, events and two checkpoints
  }));

Deno.test({
  name: "train says in a sentence that its files cannot be made or written",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inDirectory(async (directory) => {
      writeBlots(join(directory, "blots"));
      const args = "--data blots --depth 4 --width 6".split(" ");
      const made = await train(directory, [...args, "--out", "/proc/none/out"]);
      assertEquals([made.code, made.stderr], [
        1,
        "error: Cannot write to --out /proc/none/out: No such file or directory. " +
        "Choose a directory that can be made and written to.\n",
      ]);
      // a limit to files of 64 kB stands for a full disk
      const line = [
        "run",
        "-A",
        "--quiet",
        SCRIPT,
        ...args,
        "--epochs",
        "500",
        "--keep-every",
        "2",
        "--out",
        "out",
      ];
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", 'trap "" XFSZ; ulimit -f 64; exec "$@"', "bash", Deno.execPath(), ...line],
        cwd: directory,
        env: { NO_COLOR: "1" },
      }).output();
      assertEquals(code, 74);
      assertMatch(
        new TextDecoder().decode(stderr),
        /^(\d+\/.*\n)*error: Cannot write to --out out: File too large\. Kept there: measurements up to iteration \d+, and a checkpoint of iteration \d+\. Make room, then go on by --resume\.\n$/,
      );
      assertMatch(Deno.readTextFileSync(join(directory, "out", "log.csv")), /\n100,[^]*\n$/);
      const { stdout } = await train(directory, "--out out --resume".split(" "));
      assertMatch(stdout, /\nGoing on from checkpoint\.safetensors, at iteration \d+\n/);
      assertStringIncludes(stdout, "after 2000 iterations");
    }),
});

const SCRIPT = fileURLToPath(new URL("../../lib/cli/train.ts", import.meta.url));

function start(cwd: string, args: readonly string[], stderr: "piped" | "null" = "null") {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", SCRIPT, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr,
  }).spawn();
}

async function train(cwd: string, args: readonly string[]) {
  const { code, stdout, stderr } = await start(cwd, args, "piped").output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}
