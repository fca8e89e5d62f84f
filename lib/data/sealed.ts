/** Files of ours in safetensors: a kind, a version and a checksum in the metadata. */

import { parseSafetensors, type Safetensors, writeSafetensors } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";

/** What a file is. */
export interface Kind {
  /** What it is called in the metadata, such as "gradnets checkpoint". */
  readonly kind: string;
  /** Newest version that is written and read. */
  readonly version: number;
}

const ZEROS = "0".repeat(64);
const CHECKSUM = /"sha256":"([0-9a-f]{64})"/; // quotes in the other strings are escaped

/**
 * Encodes a file with its kind, version and checksum: the SHA-256 of the whole file, with 64 zeros
 * in the place of the checksum's digits.
 */
export async function seal(
  { kind, version }: Kind,
  { tensors, metadata }: Safetensors,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = { sha256: ZEROS, kind, version: String(version) };
  const bytes = writeSafetensors({ tensors, metadata: { ...head, ...metadata } });
  const checksum = await sha256(bytes);
  digitsOf(bytes)?.set(new TextEncoder().encode(checksum));
  return bytes;
}

/**
 * Parses a file of {@linkcode seal}.
 *
 * @throws {SyntaxError} if it is not safetensors, truncated or altered
 * @throws {RangeError} if it is of another kind or a newer version
 */
export async function unseal({ kind, version }: Kind, bytes: Uint8Array): Promise<Safetensors> {
  const file = parseSafetensors(bytes), { metadata } = file;
  if (metadata.kind !== kind) {
    const found = metadata.kind ?? "safetensors of another program";
    throw new RangeError(`Cannot read this file as a ${kind}: it is ${found}`);
  }
  if (!(Number(metadata.version) <= version)) {
    throw new RangeError(
      `Cannot read this ${kind}: it has version ${metadata.version} of the format, and this program ` +
        `knows them up to ${version}. Update GradNets`,
    );
  }
  const zeroed = bytes.slice();
  digitsOf(zeroed)?.fill(0x30);
  if (await sha256(zeroed) !== metadata.sha256) {
    throw new SyntaxError(
      `Cannot read this ${kind}: it was altered, its contents do not match its checksum`,
    );
  }
  return file;
}

/** The digits of the checksum in a file. */
function digitsOf(bytes: Uint8Array): Uint8Array | undefined {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(8, 8 + length));
  const found = CHECKSUM.exec(header);
  const start = found ? 8 + found.index + '"sha256":"'.length : 0;
  return found ? bytes.subarray(start, start + 64) : undefined;
}
