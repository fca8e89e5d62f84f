/** Events, against the bytes of the real tensorboard's writer. */

import { assertEquals } from "@std/assert";
import {
  encodeEvent,
  type Event,
  fileVersion,
  frame,
  type Hparams,
  maskedCrc32c,
  recordsOf,
} from "gradnets/train/events.ts";
import { scalarsOf } from "gradnets/train/scalars.ts";
import { byTensorboard, points } from "../tensorboard/written.ts";

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
  const also = (event: Omit<Event, "wallTime">) =>
    encodeEvent({ wallTime: 1451550075.5, ...event }).toHex();
  const counted = { min: -1, max: 2, num: 4, sum: 1.5, sumSquares: 6.25 };
  const histogram = { ...counted, bucketLimit: [0.5, 2], bucket: [3, 1] };
  assertEquals(
    also({ step: 7, histograms: { "weights/layer0": histogram } }),
    byTensorboard.histogram,
  );
  const relu = { name: "layer0/Relu", op: "Relu", input: ["x"] };
  const x = { name: "x", op: "Placeholder", input: [], shape: [-1, 4] };
  assertEquals(also({ graph: [x, relu] }), byTensorboard.graph);
  const each: readonly Hparams[] = [{ layer: "plain" }, { l1: 0 }, { fast: false }];
  assertEquals(each.map((hparams) => also({ hparams })), byTensorboard.hparams);
  // a step beyond 32 bits
  const late = encodeEvent({ wallTime: 1451550075.5, step: 5e9, scalars: { loss: 1.5 } });
  assertEquals(late.toHex(), byTensorboard.step5e9);
});

Deno.test("recordsOf() reads what the real tensorboard wrote, up to the first damaged byte", () => {
  const all = byTensorboard.version + byTensorboard.graph + byTensorboard.hparams[0] +
    byTensorboard.points.join("") + byTensorboard.step5e9;
  const bytes = Uint8Array.fromHex(all), records = recordsOf(bytes);
  assertEquals(records.map(({ step }) => step), [0, 0, 0, 0, 100, 5e9]);
  assertEquals(records[0]?.fileVersion, "brain.Event:2");
  assertEquals(records.map(({ scalars }) => Object.keys(scalars).length), [0, 0, 0, 7, 7, 1]);
  const expected = Object.entries(scalarsOf(points[1]!)).map(([tag, v]) => [tag, Math.fround(v)]);
  assertEquals(records[4]?.scalars, Object.fromEntries(expected));
  assertEquals(records.at(-1)?.end, bytes.length);
  const inThird = records[1]!.end + 30;
  bytes[inThird]! ^= 1;
  assertEquals(recordsOf(bytes).length, 2);
  assertEquals(recordsOf(bytes.subarray(0, 11)), []);
});
