/**
 * Encodes TensorBoard event files: TFRecord frames around protobuf messages.
 *
 * Sources: TensorFlow's `core/lib/io/record_writer.h` (the frame) and `core/util/event.proto`,
 * `core/framework/summary.proto` (the messages; only the fields that a scalar needs).
 */

import crc32c from "npm:crc-32@1.2.2/crc32c.js";
import protobuf from "npm:protobufjs@8.8.1/light.js";

/** A message of an event file: its version, or scalars by tag. */
export interface Event {
  /** Seconds since 1970, with fraction. */
  readonly wallTime: number;
  /** The iteration. Default 0. */
  readonly step?: number;
  /** Only in the first event of a file. */
  readonly fileVersion?: string;
  /** Scalars by tag; TensorBoard keeps them as float32. */
  readonly scalars?: Readonly<Record<string, number>>;
}

/** Version in the first event of every file. */
export const fileVersion = "brain.Event:2";

const messages = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: "double", id: 1 },
        step: { type: "int64", id: 2 },
        fileVersion: { type: "string", id: 3 },
        summary: { type: "Summary", id: 5 },
      },
    },
    Summary: {
      fields: { value: { rule: "repeated", type: "Value", id: 1 } },
      nested: {
        Value: {
          fields: { tag: { type: "string", id: 1 }, simpleValue: { type: "float", id: 2 } },
          // as in summary.proto: a oneof is written even if 0
          oneofs: { value: { oneof: ["simpleValue"] } },
        },
      },
    },
  },
});
const EventMessage = messages.lookupType("Event");

/**
 * Computes the masked CRC-32C of a TFRecord: ((crc ≫ 15) | (crc ≪ 17)) + 0xa282ead8, mod 2³². Masked
 * because a CRC over data that contains CRCs is a poor checksum.
 *
 * @returns integer in [0, 2³²)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maskedCrc32c } from "gradnets/train/events.ts";
 *
 * // the CRC-32C of these nine is 0xe3069283, the check value in every list of CRCs
 * const expected = ((0xe3069283 >>> 15 | 0xe3069283 << 17) + 0xa282ead8) >>> 0;
 * assertEquals(maskedCrc32c(new TextEncoder().encode("123456789")), expected);
 * ```
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}

/**
 * Frames a TFRecord: length (uint64), its masked CRC, data, its masked CRC (uint32 each), all little
 * endian. 16 bytes longer than `data`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { frame } from "gradnets/train/events.ts";
 *
 * const record = frame(new Uint8Array([1, 2, 3]));
 * assertEquals([...record.subarray(0, 8)], [3, 0, 0, 0, 0, 0, 0, 0]);
 * assertEquals([...record.subarray(12, 15)], [1, 2, 3]);
 * ```
 */
export function frame(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/**
 * Encodes an event as framed bytes. Keeps NaN and ±Infinity: TensorBoard marks them in its plots.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeEvent, fileVersion } from "gradnets/train/events.ts";
 *
 * const record = encodeEvent({ wallTime: 1451550074.25, fileVersion });
 * assertEquals(record.length, 12 + 9 + 15 + 4); // frame, double, "brain.Event:2", frame
 * ```
 */
export function encodeEvent(event: Event): Uint8Array<ArrayBuffer> {
  const { scalars, ...rest } = event;
  const summary = scalars && { summary: { value: Object.entries(scalars).map(valueOf) } };
  return frame(EventMessage.encode({ ...rest, ...summary }).finish());
}

function valueOf([tag, simpleValue]: [string, number]) {
  return { tag, simpleValue };
}

/**
 * Wall times of the events in a file, up to the first that is not whole, as a kill leaves it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeEvent, wallTimesOf } from "gradnets/train/events.ts";
 *
 * const record = encodeEvent({ wallTime: 1451550074.25, step: 7 });
 * assertEquals(wallTimesOf(new Uint8Array([...record, ...record.subarray(0, -1)])), [1451550074.25]);
 * ```
 */
export function wallTimesOf(file: Uint8Array): number[] {
  const times: number[] = [];
  for (let rest = file; rest.length > 16;) {
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    const length = Number(view.getBigUint64(0, true));
    if (rest.length < length + 16) break;
    times.push(view.getFloat64(13, true)); // after the frame's head and the tag of field 1
    rest = rest.subarray(length + 16);
  }
  return times;
}
