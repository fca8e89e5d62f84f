/** The two sets of copies that a course is given with, and what each lesson has to have for them. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { basename, dirname, join } from "node:path";
import { makeCourse, moved, solutionsCopy, studentsCopy } from "../../notebooks/tools/course.ts";
import {
  type Cell,
  codeCells,
  findNotebooks,
  type Notebook,
  readNotebook,
  ROOT,
  tagged,
} from "../../notebooks/tools/notebook.ts";

/** Minutes for the prose at 220 words a minute, without what is folded and where links lead. */
const minutesToRead = ({ cells }: Notebook): number =>
  cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) =>
    source.replace(/<details>.*?<\/details>/gs, "").replace(/\]\([^)]*\)/g, "")
  ).join("\n").split(/\s+/).filter((word) => /[A-Za-z0-9]/.test(word)).length / 220;

const code = (source: string, metadata: Cell["metadata"] = {}): Cell => (
  { cell_type: "code", metadata, source, execution_count: 3, outputs: [] }
);
const prose = (source: string, metadata: Cell["metadata"] = {}): Cell => (
  { cell_type: "markdown", metadata, source }
);
const solution = { tags: ["solution"], jupyter: { source_hidden: true } };
const lesson: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { gradnets: { seed: "3" }, kernelspec: {} },
  cells: [
    prose("1. Why?"),
    prose("### Solutions", solution),
    prose("**1 and 2.** Because.", solution),
    { ...code("42", solution), outputs: [{ output_type: "stream", name: "stdout", text: "42" }] },
    code("check()"),
  ],
};

Deno.test("studentsCopy() leaves a place for each answer, and nothing of the solutions or the run", () => {
  const before = structuredClone(lesson);
  const { cells, metadata } = studentsCopy(lesson);
  assertEquals(lesson, before);
  assertEquals(metadata, { kernelspec: {} });
  const sources = cells.map(({ source }) => source);
  assertEquals(sources, ["1. Why?", "### Your answers", "**1 and 2.** …", "", "check()"]);
  for (const { outputs, execution_count } of codeCells({ ...lesson, cells })) {
    assertEquals([outputs, execution_count], [[], null]);
  }
  assert(!cells.some((cell) => tagged(cell, "solution")));
});

Deno.test("solutionsCopy() unfolds the solutions and keeps all else", () => {
  const { cells } = solutionsCopy(lesson);
  assertEquals(cells.map(({ source }) => source), lesson.cells.map(({ source }) => source));
  assertEquals(cells[3]?.metadata, { tags: ["solution"] });
  assertEquals(cells[3]?.outputs, lesson.cells[3]?.outputs);
});

Deno.test("moved() follows files that stay, and no lesson, place or web page", () => {
  const of = (text: string) => moved(text, "/repo/notebooks", "/repo/runs/course/students");
  const same = "[02](02_a.ipynb#x) [up](#top) [web](https://a.b/c)";
  assertEquals(of(same), same);
  assertEquals(of("[rows](sweeps/README.md#a)"), "[rows](../../../notebooks/sweeps/README.md#a)");
  assertEquals(
    of('import { x } from "./sweeps/family.ts";'),
    'import { x } from "../../../notebooks/sweeps/family.ts";',
  );
  assertEquals(of('import { y } from "gradnets";'), 'import { y } from "gradnets";');
});

Deno.test("makeCourse() writes both sets, every link of which leads somewhere", async () => {
  const out = await Deno.makeTempDir({ dir: join(ROOT, "notebooks"), prefix: ".course_" });
  try {
    const paths = findNotebooks([]);
    assertEquals(await makeCourse(paths, out), paths.length);
    for (const set of ["students", "solutions"]) {
      for (const path of paths) {
        const copy = join(out, set, basename(path));
        for (const { source } of (await readNotebook(copy)).cells) {
          for (
            const [, target = ""] of source.matchAll(
              /(?:\]\(|\bfrom "(?=\.))(\.{0,2}[\w./]+)["#)]/g,
            )
          ) {
            if (!/\.(ipynb|md|ts|jsonl?)$/.test(target)) continue;
            assert((await Deno.stat(join(dirname(copy), target))).isFile, `${path}: ${target}`);
          }
        }
      }
    }
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

for (const path of findNotebooks([])) {
  Deno.test(`${basename(path)} says what it is for, asks first, and can be given to students`, async () => {
    const lesson = await readNotebook(path);
    const all = lesson.cells.map(({ source }) => source).join("\n");
    for (const part of ["**Goal.**", "**You need.**", "**Time.**", "**Afterwards you can say**"]) {
      assertStringIncludes(all, part);
    }
    const said = all.match(/The text takes about (\d+) minutes to read, with the code and the\s+/);
    assertAlmostEquals(Number(said?.[1]), minutesToRead(lesson), 1.5, "minutes to read");
    const count = (part: string) => all.split(part).length - 1;
    assert(count(" = predict({") >= 2, "two predictions or more");
    assertEquals(count(".reveal({"), count(" = predict({"), "each is judged");
    assertMatch(lesson.cells.at(-1)?.source ?? "", /\.ipynb\)/, "the last cell leads on");

    const solutions = lesson.cells.flatMap((cell, i) => tagged(cell, "solution") ? [i] : []);
    if (solutions.length === 0) return assert(!all.includes("## Exercises"));
    const after = lesson.cells.slice(solutions.at(-1)! + 1).map(({ source }) => source).join("\n");
    assert(/## (Check|Tidy up)/.test(after), "exercises come before what ends the lesson");
    const blank = studentsCopy(lesson).cells.map(({ source }) => source).join("\n");
    for (const i of solutions) {
      const { source } = lesson.cells[i]!;
      if (source.length > 20) assert(!blank.includes(source), source);
    }
  });
}

Deno.test("the text of the course is read in under two hours", async () => {
  const lessons = await Promise.all(findNotebooks([]).map(readNotebook));
  const minutes = lessons.map(minutesToRead).reduce((sum, each) => sum + each);
  assertGreater(minutes, 60, "something was counted");
  assertLess(minutes, 120);
});
