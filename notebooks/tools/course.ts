/**
 * Makes two sets of the lessons from the committed ones: blank copies for students, and copies with
 * the solutions open for whoever teaches.
 *
 *     deno run -A notebooks/tools/course.ts [--out DIR=runs/course]
 *
 * A cell tagged "solution" is what students are to find: in their copy prose becomes a place for
 * their answer, and code an empty cell. Both sets need the modules of this repository, so DIR has to
 * be inside it for them to run.
 */

import "gradnets/cli/require_deno.ts";
import { basename, dirname, join, relative } from "node:path";
import { Command } from "commander";
import { makeDirectory } from "gradnets/cli/directory.ts";
import { given, pathFrom } from "gradnets/cli/options.ts";
import {
  type Cell,
  findNotebooks,
  inSentences,
  type Notebook,
  readNotebook,
  ROOT,
  tagged,
  writeNotebook,
} from "./notebook.ts";

/** Returns the lesson without outputs, and without what its exercises ask for. */
export function studentsCopy(lesson: Notebook): Notebook {
  const { gradnets: _, ...metadata } = lesson.metadata;
  const cells = lesson.cells.map((cell): Cell => {
    const blank = tagged(cell, "solution");
    const kept = { ...cell, metadata: blank ? {} : cell.metadata };
    if (cell.cell_type === "code") {
      return { ...kept, source: blank ? "" : cell.source, outputs: [], execution_count: null };
    }
    return blank ? { ...kept, source: answerTo(cell.source) } : kept;
  });
  return { ...lesson, metadata, cells };
}

/** Keeps the number of the exercise, which is bold; a heading names the part. */
function answerTo(solution: string): string {
  if (solution.startsWith("#")) return "### Your answers";
  return `${/^\*\*[^*]+\*\*/.exec(solution)?.[0] ?? ""} …`.trimStart();
}

/** Returns the lesson with its solutions unfolded. */
export function solutionsCopy(lesson: Notebook): Notebook {
  const cells = lesson.cells.map((cell) => {
    if (!tagged(cell, "solution")) return cell;
    const { jupyter: _, ...metadata } = cell.metadata;
    return { ...cell, metadata };
  });
  return { ...lesson, cells };
}

/** Rewrites links and imports of files that stay where they are, for a notebook that moves. */
export function moved(source: string, from: string, to: string): string {
  const rewrite = (whole: string, before: string, target: string, after: string) => {
    const [, path = "", place = ""] = /^([^#]*)(.*)$/.exec(target) ?? [];
    if (path === "" || /^[a-z]+:/i.test(path) || path.endsWith(".ipynb")) return whole;
    const there = relative(to, join(from, path));
    return `${before}${there.startsWith(".") ? there : `./${there}`}${place}${after}`;
  };
  return source.replace(/(\]\()([^()\s]+)(\))/g, rewrite)
    .replace(/(\bfrom ")(\.[^"]+)(";)/g, rewrite);
}

/** Writes both sets; returns how many lessons each has. */
export async function makeCourse(paths: readonly string[], out: string): Promise<number> {
  for (const [name, copy] of [["students", studentsCopy], ["solutions", solutionsCopy]] as const) {
    const folder = join(out, name);
    makeDirectory(folder);
    for (const path of paths) {
      const lesson = copy(await readNotebook(path));
      const cells = lesson.cells.map((cell) => (
        { ...cell, source: moved(cell.source, dirname(path), folder) }
      ));
      await writeNotebook(join(folder, basename(path)), { ...lesson, cells });
    }
  }
  return paths.length;
}

if (import.meta.main) {
  const program = new Command("course")
    .description("Makes blank copies of the lessons for students, and copies with solutions.")
    .option("--out <dir>", "where both sets go (default: runs/course)", pathFrom)
    .parse(given(Deno.args), { from: "user" });
  await inSentences(async () => {
    const { out = join(ROOT, "runs", "course") } = program.opts<{ out?: string }>();
    const count = await makeCourse(findNotebooks([]), out);
    const where = relative(Deno.cwd(), out) || ".";
    console.log(`${count} lessons for students in ${join(where, "students")}`);
    console.log(`${count} lessons with solutions in ${join(where, "solutions")}`);
  });
}
