/** Peers that are left out. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { catalogue, python, remedy } from "gradnets/bench/catalogue.ts";
import { leftOutText } from "gradnets/bench/report.ts";

Deno.test("every peer that is left out comes with a line that adds it, versions and all", () => {
  const peers = catalogue.filter(({ packages }) => packages);
  assertEquals(peers.length, 5);
  for (const peer of peers) {
    const line = remedy(peer);
    assertStringIncludes(line, `${python()} -m pip install numpy==`);
    for (const name of peer.packages!) assertStringIncludes(line, ` ${name}==`);
  }
  const text = leftOutText([{ name: "jax-jit", why: "no numpy", remedy: remedy(peers[3]!) }]);
  assertStringIncludes(text, "left out: jax-jit (no numpy)\n  ");
});
