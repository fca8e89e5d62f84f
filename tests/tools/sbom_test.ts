/** The SBOM names what deno.lock pins. */

import { assertEquals } from "@std/assert";
import { components } from "../../notebooks/tools/sbom.ts";

Deno.test("components() reads names, versions and checksums, each package once", () => {
  const integrity = `sha512-${new Uint8Array([1, 2, 255]).toBase64()}`;
  const npm = {
    "@a/b@1.2.3_@c+d@4.0.0": { integrity },
    "@a/b@1.2.3": { integrity },
    "e@0.1.0": { integrity },
  };
  const found = components({ npm });
  assertEquals(found.map(({ purl }) => purl), ["pkg:npm/%40a/b@1.2.3", "pkg:npm/e@0.1.0"]);
  assertEquals(found[0]?.hashes, [{ alg: "SHA-512", content: "0102ff" }]);
});

Deno.test("components() finds every package of this repository's lock file", async () => {
  const lock = JSON.parse(await Deno.readTextFile(new URL("../../deno.lock", import.meta.url)));
  const found = components(lock);
  const keys = Object.keys(lock.npm) as string[];
  for (const { name, version, hashes } of found) {
    assertEquals([
      keys.some((key) => key.startsWith(`${name}@${version}`)),
      hashes[0]?.content.length,
    ], [true, 128]);
  }
  assertEquals(found.length, new Set(keys.map((key) => key.split("_")[0])).size);
});
