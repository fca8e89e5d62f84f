/** SHA-256, by the runtime's own implementation. */

/**
 * Computes the SHA-256 of `bytes`, in hex.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sha256 } from "gradnets/data/sha256.ts";
 *
 * // FIPS 180-2, appendix B.1
 * const found = await sha256(new TextEncoder().encode("abc"));
 * assertEquals(found, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
 * ```
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
