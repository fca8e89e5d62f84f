/** Event files, against the bytes of the real tensorboard's writer and the eyes of its reader. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { GradNet, startBackend } from "gradnets";
import { recordsOf } from "gradnets/train/events.ts";
import { graphOf } from "gradnets/train/graph.ts";
import { scalarsOf } from "gradnets/train/scalars.ts";
import { logPath, SummaryWriter } from "gradnets/train/summaries.ts";
import { findPython, type Read, readEvents } from "../tensorboard/tensorboard.ts";
import { byTensorboard, points } from "../tensorboard/written.ts";

const python = findPython();

Deno.test("logPath() is the original's name", () => {
  assertEquals(logPath(() => 1451550074_999), "mnist_logs_1451550074/");
});

Deno.test("SummaryWriter has every point in its file as soon as it was added", () =>
  inDirectory((directory) => {
    let clock = 1451550074_250;
    using writer = SummaryWriter.create(`${directory}/a/b/`, { now: () => clock });
    clock = 1451550075_500;
    let expected = byTensorboard.version;
    assertEquals(Deno.readFileSync(writer.path).toHex(), expected);
    points.forEach((point, i) => {
      writer.add(point);
      expected += byTensorboard.points[i];
      assertEquals(Deno.readFileSync(writer.path).toHex(), expected);
    });
    const names = [...Deno.readDirSync(`${directory}/a/b`)].map(({ name }) => name);
    assertEquals(names, [`events.out.tfevents.1451550074.${Deno.hostname()}`]);
  }));

Deno.test("SummaryWriter.create() never writes into a file that is there", () =>
  inDirectory((directory) => {
    const now = () => 1451550074_250;
    using first = SummaryWriter.create(directory, { now });
    using second = SummaryWriter.create(directory, { now });
    assert(first.path !== second.path);
    second.add(points[0]!);
    assertEquals(Deno.readFileSync(first.path).toHex(), byTensorboard.version);
  }));

Deno.test("SummaryWriter.create() says why there can be no such directory", () =>
  inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "");
    for (const wrong of [`${directory}/file`, `${directory}/file/logs`]) {
      const error = assertThrows(() => SummaryWriter.create(wrong), Error);
      assertStringIncludes(error.message, `Cannot write TensorBoard logs to ${wrong}`);
      assertInstanceOf(error.cause, Error);
    }
  }));

Deno.test("SummaryWriter refuses a point once it is closed", () =>
  inDirectory((directory) => {
    const writer = SummaryWriter.create(directory);
    writer.close();
    writer.close();
    const error = assertThrows(() => writer.add(points[1]!), Error);
    assertStringIncludes(error.message, "Cannot add iteration 100");
  }));

Deno.test({
  name: "SummaryWriter is read by the real tensorboard, value by value, while it is still open",
  ignore: python === undefined,
  fn: () =>
    inDirectory((directory) => {
      let clock = 1451550074_250;
      using writer = SummaryWriter.create(directory, { now: () => clock });
      clock = 1451550075_500;
      for (const point of points) writer.add(point);
      const events = readEvents(python!, directory);
      assertEquals(events.file_version, "brain.Event:2");
      const tags = Object.keys(scalarsOf(points[0]!));
      assertEquals(new Set(Object.keys(events.scalars)), new Set(tags));
      for (const [tag, read] of Object.entries(events.scalars)) {
        const wrote = points.map((point): Read => {
          const value = Math.fround(scalarsOf(point)[tag as keyof ReturnType<typeof scalarsOf>]);
          return [1451550075.5, point.iter, Number.isNaN(value) ? "nan" : value];
        });
        assertEquals(read, wrote, tag);
      }
      // what the web page is served from takes every tag for a scalar
      assertEquals(events.tensors, Object.fromEntries(tags.map((tag) => [tag, "scalars"])));
    }),
});

Deno.test({
  name: "SummaryWriter leaves a killed run readable up to its last point",
  ignore: python === undefined,
  fn: () =>
    inDirectory((directory) => {
      using writer = SummaryWriter.create(directory, { now: () => 1451550074_250 });
      for (const point of points) writer.add(point);
      // as if the machine had stopped in the middle of the second point
      const size = Deno.statSync(writer.path).size;
      Deno.truncateSync(writer.path, size - 7);
      const { scalars } = readEvents(python!, directory);
      assertEquals(scalars.loss?.map(([, step]) => step), [0]);
    }),
});

Deno.test({
  name: "SummaryWriter's graph, hyper-parameters and histograms are read by the real tensorboard",
  ignore: python === undefined,
  async fn() {
    await startBackend();
    const net = new GradNet({ depth: 5, width: 8 });
    const hparams = { layer: net.layer, depth: 5, l1: 0, drawn: true };
    await inDirectory((directory) => {
      const values = { "weights/layer1": [0, 0.25, 3, 1, NaN], "gradients/layer1": [0, 0] };
      {
        using writer = SummaryWriter.create(directory, { net, hparams });
        writer.add(points[0]!, values);
        writer.add(points[1]!, { "weights/layer1": [NaN], "activations/layer0": [2, 4] });
      }
      const read = readEvents(python!, directory);
      assertEquals(
        read.graph,
        graphOf(net).map(({ name, op, input, shape = [] }) => [name, op, input, shape]),
      );
      assertEquals(read.hparams, hparams);
      assertEquals(Object.keys(read.scalars).length, 7);
      const { "weights/layer1": weights, "gradients/layer1": zeros, "activations/layer0": y } =
        read.histograms;
      assertEquals(weights?.map((found) => found.slice(0, 5)), [[0, 0, 3, 4, 4.25]]);
      const counted = weights?.[0]?.[5].filter(([, , count]) => count > 0);
      assertEquals(counted?.map(([from, , count]) => [Math.round(from * 10) / 10, count]), [
        [0, 1],
        [0.2, 1],
        [1, 1],
        [2.9, 1],
      ]);
      assertEquals(zeros?.map((found) => found.slice(0, 5)), [[0, 0, 0, 2, 0]]);
      assertEquals(y?.map((found) => found.slice(0, 5)), [[100, 2, 4, 2, 6]]);
      assertEquals(read.tensors["weights/layer1"], "histograms");
    });
    net.dispose();
  },
});

Deno.test("SummaryWriter.reopen() keeps graph, hyper-parameters and histograms of what was kept", () =>
  inDirectory(async (directory) => {
    await startBackend();
    const net = new GradNet({ depth: 3, width: 4 }), options = { net, hparams: { depth: 3 } };
    const writer = SummaryWriter.create(directory, options);
    const begun = Deno.readFileSync(writer.path);
    writer.add(points[0]!, { "weights/layer1": [1, 2] });
    const once = Deno.readFileSync(writer.path);
    writer.add(points[1]!, { "weights/layer1": [3, 4] });
    writer.close();
    const whole = Deno.readFileSync(writer.path);
    const reopened = (bytes: Uint8Array, of = points) => {
      Deno.writeFileSync(writer.path, bytes);
      SummaryWriter.reopen(writer.path, of, options).close();
      return Deno.readFileSync(writer.path);
    };
    assertEquals(reopened(whole), whole);
    assertEquals(reopened(whole, points.slice(0, 1)), once);
    assertEquals(reopened(whole, []), begun);
    assertEquals(
      reopened(whole, [{ ...points[0]!, testAccuracy: 0.5 }]).slice(0, begun.length),
      begun,
    );
    const mended = recordsOf(reopened(whole.slice(0, -3)));
    assertEquals(mended.map(({ step }) => step), [0, 0, 0, 0, 100]);
    const inGraph = recordsOf(reopened(whole.with(60, whole[60]! ^ 1)));
    assertEquals(inGraph.map(({ step }) => step), [0, 0, 0, 0, 100]);
    const anew = recordsOf(reopened(new Uint8Array(40)));
    assertEquals(anew.map(({ step }) => step), [0, 0, 0, 0, 100]);
    net.dispose();
  }));

Deno.test("SummaryWriter refuses an unknown option before it makes a file", () =>
  inDirectory((directory) => {
    const wrong = { hparam: {} } as object;
    assertThrows(() => SummaryWriter.create(`${directory}/new`, wrong), RangeError, "hparam");
    assertEquals([...Deno.readDirSync(directory)], []);
  }));

async function inDirectory(use: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "gradnets_summaries_" });
  try {
    await use(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
