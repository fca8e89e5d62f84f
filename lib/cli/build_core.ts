/**
 * `deno task build:core`: builds the core as plain JavaScript with declarations, for Node, Bun and
 * browsers. `deno bundle` bundles, TypeScript's own compiler makes the declarations.
 */

import { Command } from "commander";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { makeDirectory } from "./directory.ts";
import { given, pathFrom } from "./options.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LIB = join(ROOT, "lib");

/** Size of the core in bytes. */
export interface CoreSize {
  /** core.js as built. */
  readonly unminified: number;
  /** The same minified, as a web page would load it. */
  readonly minified: number;
  /** The minified one, gzipped. */
  readonly gzipped: number;
}

/**
 * Writes core.js, core.d.ts and the declarations it refers to, package.json and LICENSE.
 *
 * @param out directory for them, created if missing
 * @throws {Error} with the message of the bundler or the compiler, if it finds an error
 */
export async function buildCore(out: string): Promise<CoreSize> {
  makeDirectory(out);
  const whole = await bundle();
  const minified = await bundle("--minify");
  await Deno.writeFile(join(out, "core.js"), whole);
  writeDeclarations(out);
  const { version, license } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const manifest = {
    name: "@gradnets/core",
    version,
    license,
    type: "module",
    sideEffects: false,
    exports: { types: "./core.d.ts", default: "./core.js" },
  };
  await Deno.writeTextFile(join(out, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  await Deno.copyFile(join(ROOT, "LICENSE"), join(out, "LICENSE"));
  const stream = new Blob([minified]).stream().pipeThrough(new CompressionStream("gzip"));
  const { byteLength: gzipped } = await new Response(stream).arrayBuffer();
  return { unminified: whole.length, minified: minified.length, gzipped };
}

async function bundle(...flags: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", ...flags, join(LIB, "core.ts")],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return stdout;
  throw new Error(`Cannot bundle the core: ${new TextDecoder().decode(stderr).trim()}`);
}

// The core does not compute with tensors: its declarations need only the names of the types.
const tensors = (type: string) =>
  `/** Tensors of TensorFlow.js, which the core does without. */
export type Tensor = ${type};
/** See {@linkcode Tensor}. */
export type Tensor2D = ${type};
/** See {@linkcode Tensor}. */
export type Variable = ${type};
`;

function writeDeclarations(out: string): void {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // no DOM, and no types of Deno or Node: any use of them in the core fails to compile
    lib: ["lib.esnext.d.ts", "lib.webworker.d.ts"],
    types: [],
    declaration: true,
    emitDeclarationOnly: true,
    rewriteRelativeImportExtensions: true,
    rootDir: LIB,
    outDir: out,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, writeFile } = host;
  const isTensors = (path: string, end: string) => resolve(path).endsWith(join("/", end));
  host.readFile = (path) => isTensors(path, "lib/tf.ts") ? tensors("any") : readFile(path);
  host.writeFile = (path, text, ...rest) =>
    writeFile(path, isTensors(path, "tf.d.ts") ? tensors("unknown") : text, ...rest);
  const program = ts.createProgram([join(LIB, "core.ts")], options, host);
  const found = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (found.length > 0) {
    throw new Error(`Cannot declare the core: ${ts.formatDiagnostics(found, host).trim()}`);
  }
}

if (import.meta.main) {
  const command = new Command("deno task build:core")
    .description("Builds the core as plain JavaScript with declarations.")
    .option("--out <dir>", "directory to write to", pathFrom, "runs/core")
    .parse(given(Deno.args), { from: "user" });
  const { out } = command.opts<{ out: string }>();
  try {
    const { unminified, minified, gzipped } = await buildCore(out);
    console.log(
      `${out}/core.js: ${unminified} bytes; minified ${minified}, and compressed by gzip ${gzipped}`,
    );
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
