/** Imports in lib run one way: from room to room, and never in a circle from file to file. */

import { assertEquals } from "@std/assert";
import { posix } from "node:path";
import { filesUnder, textOf } from "./helpers/repo.ts";

/** A room imports from those in lines above its own, and from itself. */
const ROOMS = [
  ["at.ts", "validate.ts", "deno_version.ts", "tf.ts"],
  ["random.ts"],
  ["kernel"],
  ["data"],
  ["files"],
  ["model"],
  ["engine"],
  ["train"],
  ["sweep"],
  ["notebook"],
  ["cli"],
  ["bench"],
];
/** Faces re-export from all rooms: no room imports them, but bench, which is a user of lib. */
const FACES = ["lib/mod.ts", "lib/core.ts"];

/** The files of lib that each file of lib imports, types too. */
async function importsOf(path: string): Promise<string[]> {
  const text = await textOf(path);
  const froms = text.matchAll(/^(?:import|export)\s(?:[^;"]*\sfrom\s)?"([^"]+)";/gm);
  return [...froms].flatMap(([, from = ""]) => {
    if (from.startsWith(".")) return [posix.join(posix.dirname(path), from)];
    if (from === "gradnets") return ["lib/mod.ts"];
    return from.startsWith("gradnets/") ? [from.replace("gradnets/", "lib/")] : [];
  });
}

const roomOf = (path: string) => path.split("/")[1] ?? "";
const rankOf = (path: string) => ROOMS.findIndex((rooms) => rooms.includes(roomOf(path)));

const graph = new Map<string, string[]>();
for (const path of await filesUnder("lib")) graph.set(path, await importsOf(path));

Deno.test("every file of lib stands in a room that the order knows", () => {
  const unknown = [...graph.keys()].filter((path) => rankOf(path) < 0 && !FACES.includes(path));
  assertEquals(unknown, []);
});

Deno.test("rooms of lib import from rooms below their own alone", () => {
  const wrong = new Set<string>();
  for (const [path, imports] of graph) {
    if (FACES.includes(path)) continue;
    for (const to of imports) {
      const down = rankOf(to) < rankOf(path) && !FACES.includes(to);
      const allowed = down || roomOf(to) === roomOf(path) || roomOf(path) === "bench";
      if (!allowed) wrong.add(`${path} → ${to}`);
    }
  }
  assertEquals([...wrong], []);
});

Deno.test("no file of lib imports itself, however far round", () => {
  const circles = new Set<string>(), done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.add(way.slice(at).toSorted().join(" "));
    if (at >= 0 || done.has(path)) return;
    for (const to of graph.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  assertEquals([...circles], []);
});
