/** The graph of a GradNet, in the original's scopes. */

import { assert, assertEquals } from "@std/assert";
import { GradNet, identity, type Layer, layerKinds, startBackend } from "gradnets";
import { graphOf } from "gradnets/train/graph.ts";

await startBackend();

Deno.test("graphOf() has the original's scopes, and every input is a node", () => {
  const custom: Layer[] = [identity, {
    formula: "y = α·u",
    parameters: { alpha: { shape: () => [], start: 1 } },
    forward: (_x, u, _g, { alpha }) => u.mul(alpha!),
  }];
  for (const layer of [...layerKinds, ...custom]) {
    const net = new GradNet({ depth: 50, layer });
    const nodes = graphOf(net), names = new Set(nodes.map(({ name }) => name));
    assertEquals(names.size, nodes.length, "names are unique");
    const lost = nodes.flatMap(({ input }) => input).filter((name) => !names.has(name));
    assertEquals(lost, []);
    const scopes = new Set(nodes.map(({ name }) => name.split("/")[0]));
    const layers = Array.from({ length: 50 }, (_, l) => `layer${l}`);
    const single = ["x", "y_", "g", "keep_prob", "global_step"];
    assertEquals(scopes, new Set([...single, ...layers, "loss", "train", "test"]));
    net.dispose();
  }
});

Deno.test("graphOf() leads from x through every layer to the loss, and g into each hidden one", () => {
  const net = new GradNet({ depth: 6, width: 20 });
  const nodes = graphOf(net), byName = new Map(nodes.map((node) => [node.name, node]));
  const above = (name: string, seen = new Set<string>()): Set<string> => {
    for (const input of byName.get(name)?.input ?? []) {
      if (!seen.has(input)) above(input, seen.add(input));
    }
    return seen;
  };
  const all = above("loss/loss");
  for (const name of ["x", "y_", "g", "keep_prob"]) assert(all.has(name), name);
  for (let l = 0; l < 6; l++) assert(all.has(`layer${l}/weight`), `layer${l}`);
  const takesG = nodes.filter(({ input }) => input.includes("g")).map(({ name }) => name);
  assertEquals(takesG, [1, 2, 3, 4].flatMap((l) => [`layer${l}/Mul`, `layer${l}/Sub`]));
  assertEquals(byName.get("layer0/weight")?.shape, [784, 20]);
  assertEquals(byName.get("layer5/MatMul")?.input, ["layer4/dropout", "layer5/weight"]);
  assertEquals(byName.get("layer2/MatMul")?.input, ["layer1/dropout", "layer2/weight"]);
  assertEquals(byName.get("layer2/Mul_1")?.input, ["layer1/dropout", "layer2/Sub"]);
  net.dispose();
});
