/** Event files, against the bytes of the real tensorboard's writer and the eyes of its reader. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { scalarsOf } from "gradnets/train/scalars.ts";
import { logPath, SummaryWriter } from "gradnets/train/summaries.ts";
import { findPython, type Read, readEvents } from "../tensorboard/tensorboard.ts";
import { byTensorboard, points } from "../tensorboard/written.ts";

const python = findPython();

Deno.test("logPath() is the original's name", () => {
  assertEquals(logPath(() => 1451550074_999), "mnist_logs_1451550074/");
});

Deno.test("SummaryWriter has every point in its file as soon as it was added", () => {
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
  });
});

Deno.test("SummaryWriter.create() never writes into a file that is there", () => {
  inDirectory((directory) => {
    const now = () => 1451550074_250;
    using first = SummaryWriter.create(directory, { now });
    using second = SummaryWriter.create(directory, { now });
    assert(first.path !== second.path);
    second.add(points[0]!);
    assertEquals(Deno.readFileSync(first.path).toHex(), byTensorboard.version);
  });
});

Deno.test("SummaryWriter.create() says why there can be no such directory", () => {
  inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "");
    for (const wrong of [`${directory}/file`, `${directory}/file/logs`]) {
      const error = assertThrows(() => SummaryWriter.create(wrong), Error);
      assertStringIncludes(error.message, `Cannot write TensorBoard logs to ${wrong}`);
      assertInstanceOf(error.cause, Error);
    }
  });
});

Deno.test("SummaryWriter refuses a point once it is closed", () => {
  inDirectory((directory) => {
    const writer = SummaryWriter.create(directory);
    writer.close();
    writer.close();
    const error = assertThrows(() => writer.add(points[1]!), Error);
    assertStringIncludes(error.message, "Cannot add iteration 100");
  });
});

Deno.test({
  name: "SummaryWriter is read by the real tensorboard, value by value, while it is still open",
  ignore: python === undefined,
  fn() {
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
    });
  },
});

Deno.test({
  name: "SummaryWriter leaves a killed run readable up to its last point",
  ignore: python === undefined,
  fn() {
    inDirectory((directory) => {
      using writer = SummaryWriter.create(directory, { now: () => 1451550074_250 });
      for (const point of points) writer.add(point);
      // as if the machine had stopped in the middle of the second point
      const size = Deno.statSync(writer.path).size;
      Deno.truncateSync(writer.path, size - 7);
      const { scalars } = readEvents(python!, directory);
      assertEquals(scalars.loss?.map(([, step]) => step), [0]);
    });
  },
});

function inDirectory(use: (directory: string) => void): void {
  const directory = Deno.makeTempDirSync({ prefix: "gradnets_summaries_" });
  try {
    use(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
