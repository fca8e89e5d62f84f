/**
 * Encodes TensorBoard event files: TFRecord frames around protobuf messages.
 *
 * Source of the frame: TensorFlow's `core/lib/io/record_writer.h`.
 */

import crc32c from "npm:crc-32@1.2.2/crc32c.js";
import type { Operation } from "../model/traced.ts";
import {
  decodeEventMessage,
  encodeEventMessage,
  encodeGraphMessage,
  encodeHparamsMessage,
} from "./event_messages.ts";
import type { Histogram } from "./histogram.ts";

/** Hyper-parameters by name. */
export type Hparams = Readonly<Record<string, string | number | boolean>>;

/** A message of an event file: its version, a graph, hyper-parameters, or summaries by tag. */
export interface Event {
  /** Seconds since 1970, with fraction. */
  readonly wallTime: number;
  /** The iteration. Default 0. */
  readonly step?: number;
  /** Only in the first event of a file. */
  readonly fileVersion?: string;
  /** Scalars by tag; TensorBoard keeps them as float32. */
  readonly scalars?: Readonly<Record<string, number>>;
  /** Histograms by tag. */
  readonly histograms?: Readonly<Record<string, Histogram>>;
  /** Operations of the graph that TensorBoard draws. */
  readonly graph?: readonly Operation[];
  /** What the run was started with, for TensorBoard's table of runs. */
  readonly hparams?: Hparams;
}

/** Version in the first event of every file. */
export const fileVersion = "brain.Event:2";

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
  const { scalars, histograms, graph, hparams, ...rest } = event;
  const value = [
    ...Object.entries(scalars ?? {}).map(([tag, simpleValue]) => ({ tag, simpleValue })),
    ...Object.entries(histograms ?? {}).map(([tag, histo]) => ({ tag, histo })),
    ...hparams ? [sessionStart(hparams)] : [],
  ];
  return frame(encodeEventMessage({
    ...rest,
    ...graph && { graphDef: encodeGraph(graph) },
    ...value.length > 0 && { summary: { value } },
  }));
}

/** A version of GraphDef that TensorBoard takes as it is. */
const PRODUCER = 22;

function encodeGraph(graph: readonly Operation[]): Uint8Array {
  const node = graph.map(({ name, op, input, shape }) => {
    const dim = shape?.map((size) => ({ size }));
    return {
      name,
      op,
      input,
      ...dim && { attr: { _output_shapes: { list: { shape: [{ dim }] } } } },
    };
  });
  return encodeGraphMessage({ node, versions: { producer: PRODUCER } });
}

const FLOAT = 1; // DT_FLOAT

/** A summary without value, whose metadata the hparams plugin reads. */
function sessionStart(hparams: Hparams) {
  const kinds = { string: "stringValue", number: "numberValue", boolean: "boolValue" } as const;
  const values = Object.entries(hparams)
    .map(([name, value]) => [name, { [kinds[typeof value as keyof typeof kinds]]: value }]);
  const content = encodeHparamsMessage({
    sessionStartInfo: { hparams: Object.fromEntries(values) },
  });
  return {
    tag: "_hparams_/session_start_info",
    metadata: { pluginData: { pluginName: "hparams", content } },
    tensor: { dtype: FLOAT, tensorShape: { dim: [{ size: 0 }] } },
  };
}

/** A record of an event file. */
export interface EventRecord {
  /** Position after it, in bytes. */
  readonly end: number;
  /** The iteration. */
  readonly step: number;
  /** In the first record. */
  readonly fileVersion: string | undefined;
  /** Scalars by tag; none in a record of the version, the graph or the hyper-parameters. */
  readonly scalars: Readonly<Record<string, number>>;
}

/**
 * Reads the records of a file, up to the first that is not whole, as a kill leaves it, or damaged.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeEvent, recordsOf } from "gradnets/train/events.ts";
 *
 * const record = encodeEvent({ wallTime: 1451550074.25, step: 7, scalars: { loss: 0.5 } });
 * const [first, ...others] = recordsOf(new Uint8Array([...record, ...record.subarray(0, -1)]));
 * assertEquals([first?.step, first?.scalars, others], [7, { loss: 0.5 }, []]);
 * ```
 */
export function recordsOf(file: Uint8Array): EventRecord[] {
  const records: EventRecord[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let start = 0; file.length - start > 16;) {
    const length = Number(view.getBigUint64(start, true)), end = start + length + 16;
    if (end > file.length) break;
    const data = file.subarray(start + 12, end - 4);
    if (maskedCrc32c(data) !== view.getUint32(end - 4, true)) break;
    const { step, fileVersion, summary } = decodeEventMessage(data);
    const scalars = summary?.value.flatMap(({ tag, simpleValue }) =>
      simpleValue === undefined ? [] : [[tag, simpleValue] as const]
    );
    records.push({ end, step, fileVersion, scalars: Object.fromEntries(scalars ?? []) });
    start = end;
  }
  return records;
}
