/** The seal of files: every altered byte is seen. */

import { assertEquals, assertRejects } from "@std/assert";
import { parseSafetensors, tensorOf, writeSafetensors } from "gradnets/data/safetensors.ts";
import { seal, unseal } from "gradnets/data/sealed.ts";

const KIND = { kind: "gradnets test", version: 2 };
const tensors = { w: tensorOf({ shape: [2], values: new Float32Array([1, 2]) }) };
const sealed = () =>
  seal(KIND, { tensors, metadata: { about: '{"sha256":"' + "a".repeat(64) + '"}' } });

Deno.test("unseal() gives back what seal() took", async () => {
  const { tensors: found, metadata } = await unseal(KIND, await sealed());
  assertEquals(found, tensors);
  assertEquals([metadata.kind, metadata.version], ["gradnets test", "2"]);
});

Deno.test("seal() puts in the SHA-256 of the file with zeros in its place", async () => {
  const bytes = await sealed(), { metadata } = parseSafetensors(bytes);
  const zeroed = String.fromCharCode(...bytes).replace(metadata.sha256!, "0".repeat(64));
  const digest = await crypto.subtle.digest(
    "SHA-256",
    Uint8Array.from(zeroed, (c) => c.charCodeAt(0)),
  );
  assertEquals(new Uint8Array(digest).toHex(), metadata.sha256);
});

Deno.test("unseal() refuses a file with any byte altered, and any part of a file", async () => {
  const whole = await sealed();
  for (let i = 0; i < whole.length; i++) {
    const altered = whole.slice();
    altered[i]! ^= 1;
    await assertRejects(() => unseal(KIND, altered), Error, "Cannot ");
    await assertRejects(() => unseal(KIND, whole.subarray(0, i)), SyntaxError, "Cannot parse");
  }
});

Deno.test("unseal() says what is wrong with a file in one sentence", async () => {
  const altered = await sealed();
  altered[altered.length - 1]! ^= 1;
  const says = (bytes: Uint8Array, message: string) =>
    assertRejects(() => unseal(KIND, bytes), Error, message);
  await says(altered, "Cannot read this gradnets test: it was altered, its contents do not match");
  await says(await seal({ ...KIND, version: 3 }, { tensors, metadata: {} }), "it has version 3");
  await says(
    await seal({ ...KIND, kind: "gradnets net" }, { tensors, metadata: {} }),
    "Cannot read this file as a gradnets test: it is gradnets net",
  );
  await says(writeSafetensors({ tensors, metadata: {} }), "it is safetensors of another program");
  await says(new Uint8Array(100), "Cannot parse 100 bytes as safetensors");
});
