/** Event files, against the bytes of the real tensorboard's writer and the eyes of its reader. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { encodeEvent, fileVersion, frame, maskedCrc32c } from "gradnets/train/events.ts";
import type { Point } from "gradnets/train/metrics.ts";
import { logPath, scalarsOf, SummaryWriter } from "gradnets/train/summaries.ts";
import { findPython, type Read, readEvents } from "../tensorboard/tensorboard.ts";

// The original's first two measurements; what its log does not say is made up.
const points: readonly Point[] = [
  {
    iter: 0,
    epoch: 0,
    g: 0,
    learningRate: 0.000997771,
    keep: 0.95,
    loss: 118.88178,
    crossEntropy: 115.2585,
    weightNorm: 0.0724656,
    gradientNorm: 0,
    trainAccuracy: 0.08,
    testAccuracy: 0.0931,
  },
  {
    iter: 100,
    epoch: 1 / 11,
    g: 1 / 110,
    learningRate: NaN,
    keep: 0.95,
    loss: 81.846745,
    crossEntropy: 80.5,
    weightNorm: 0.0269349,
    gradientNorm: 0.000760927,
    trainAccuracy: 0.52,
    testAccuracy: 0.587,
  },
];

// Made by tensorboard 2.21.0: RecordWriter.write(event_pb2.Event(…).SerializeToString()), with
// wall_time 1451550074.25 for the version and 1451550075.5 for the points.
const byTensorboard = {
  version: "1800000000000000a37f4b22090000905e39a1d5411a0d627261696e2e4576656e743a32bad7d963",
  points: [
    "89000000000000003451aa5c090000e05e39a1d5412a7e0a0b0a046c6f7373155a84e6420a120a0b776569676874" +
    "5f6e6f726d15d868943d0a140a0d6772616469656e745f6e6f726d15000000000a0f0a0861636375726163791" +
    "50ad7a33d0a140a0d746573745f61636375726163791536abbe3d0a080a016715000000000a140a0d6c656172" +
    "6e696e675f7261746515a4c7823a9661ec11",
    "8b00000000000000852d3df1090000e05e39a1d54110642a7e0a0b0a046c6f7373150000a1420a120a0b77656967" +
    "68745f6e6f726d1594a6dc3c0a140a0d6772616469656e745f6e6f726d15f278473a0a0f0a086163637572616379" +
    "15b81e053f0a140a0d746573745f616363757261637915a245163f0a080a01671509f2143c0a140a0d6c6561726e" +
    "696e675f72617465150000c07fd4f8cfd5",
  ],
  step5e9: "1e00000000000000d9dc1232090000e05e39a1d5411080e497d0122a0d0a0b0a046c6f7373150000c03f" +
    "2bad2d1a",
};

const python = findPython();

Deno.test("maskedCrc32c() unmasked is the CRC-32C of the check value and of RFC 3720's", () => {
  const unmasked = (bytes: Uint8Array) => {
    const rotated = maskedCrc32c(bytes) - 0xa282ead8;
    return (rotated << 15 | rotated >>> 17) >>> 0;
  };
  assertEquals(unmasked(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(unmasked(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(unmasked(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
});

Deno.test("frame() of nothing is a record like any other", () => {
  assertEquals(frame(new Uint8Array()).length, 16);
});

Deno.test("encodeEvent() gives the bytes that the real tensorboard gives", () => {
  assertEquals(
    encodeEvent({ wallTime: 1451550074.25, fileVersion }).toHex(),
    byTensorboard.version,
  );
  points.forEach((point, i) =>
    assertEquals(
      encodeEvent({ wallTime: 1451550075.5, step: point.iter, scalars: scalarsOf(point) }).toHex(),
      byTensorboard.points[i],
    )
  );
  // a step beyond 32 bits
  const late = encodeEvent({ wallTime: 1451550075.5, step: 5e9, scalars: { loss: 1.5 } });
  assertEquals(late.toHex(), byTensorboard.step5e9);
});

Deno.test("scalarsOf() has the original's tags first, and its loss without the penalty", () => {
  const scalars = scalarsOf(points[0]!);
  const original = ["loss", "weight_norm", "gradient_norm", "accuracy"];
  assertEquals(Object.keys(scalars).slice(0, 4), original);
  assertEquals(Object.values(scalars).slice(0, 4), [115.2585, 0.0724656, 0, 0.08]);
});

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
