/**
 * Translates a cell from TypeScript to what V8 evaluates, without moving a line or a character that
 * it need not move: types become blanks, so that errors point at what the reader wrote.
 */

import ts from "typescript";
import { blankSourceFile } from "ts-blank-space";
import { importText, namesUsedAsTypesAlone } from "./imports.ts";

/** A place in a cell, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A cell that is not TypeScript. */
export class CellSyntaxError extends SyntaxError {
  override name = "SyntaxError";

  constructor(message: string, readonly place: Place, readonly atEnd: boolean) {
    super(message);
  }
}

/** Replaces a part of a text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes the compiler take a cell for a module, in which `await` may stand anywhere. */
const MODULE = "\nexport {};";

const NO_JSX =
  "JSX cannot stand in a cell. Write Deno.jupyter.html`…` instead, or keep the JSX in a " +
  ".tsx file and import that.";

function parse(code: string, kind = ts.ScriptKind.TS): ts.SourceFile {
  return ts.createSourceFile("cell.ts", code + MODULE, ts.ScriptTarget.ESNext, true, kind);
}

/** Returns the first syntax error; the compiler finds them as it parses, but hides the list. */
function errorIn(file: ts.SourceFile, code: string): CellSyntaxError | undefined {
  const { parseDiagnostics } = file as unknown as {
    readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  };
  const [first] = parseDiagnostics;
  if (!first) return undefined;
  const message = ts.flattenDiagnosticMessageText(first.messageText, "\n");
  const start = Math.min(first.start, code.length);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const atEnd = parseDiagnostics.some(({ start }) => start >= code.trimEnd().length);
  return new CellSyntaxError(message, { line: line + 1, column: character + 1 }, atEnd);
}

/** The syntax error of a cell, or undefined; `atEnd` if more text could mend it. */
export function syntaxError(code: string): CellSyntaxError | undefined {
  return asObject(code) ? undefined : errorIn(parse(code), code);
}

/** Whether a cell that is no TypeScript would be some with JSX. */
const isJsx = (code: string): boolean => !errorIn(parse(code, ts.ScriptKind.TSX), code);

/** A cell that is an object literal, and not a block with a label, in brackets. */
function asObject(code: string): string | undefined {
  if (!/^\s*\{/.test(code) || /;\s*$/.test(code)) return undefined;
  const wrapped = `(${code})`;
  return errorIn(parse(wrapped), wrapped) ? undefined : wrapped;
}

/**
 * Translates a cell.
 *
 * @param code what the reader wrote
 * @param inside expression for the kernel's object in the reader's program
 * @throws {CellSyntaxError} if it is not TypeScript
 */
export function translate(code: string, inside: string): string {
  const source = asObject(code) ?? code;
  const file = parse(source);
  const error = errorIn(file, source);
  if (error) throw isJsx(source) ? new CellSyntaxError(NO_JSX, error.place, false) : error;
  let erasable = true;
  const text = blankSourceFile(file, () => erasable = false);
  // enums, namespaces and parameter properties are more than types: the compiler rewrites the cell
  return erasable ? edited(text, file, inside) : translateWhole(source, inside);
}

function translateWhole(source: string, inside: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      experimentalDecorators: false,
    },
  });
  return edited(outputText + MODULE, parse(outputText), inside);
}

/** Rewrites what a script cannot hold: imports, exports and `import.meta`. */
function edited(text: string, file: ts.SourceFile, inside: string): string {
  const edits: Edit[] = [];
  const typesAlone = namesUsedAsTypesAlone(file);
  const visit = (node: ts.Node): void => {
    const start = node.getStart(file);
    const { end } = node;
    if (ts.isImportDeclaration(node)) {
      const lines = text.slice(start, end).split("\n").length - 1;
      const code = importText(node, inside, typesAlone);
      edits.push({ start, end, text: code + "\n".repeat(lines) });
      return;
    }
    if (ts.isExportDeclaration(node)) {
      edits.push({ start, end, text: text.slice(start, end).replace(/[^\n]/g, " ") });
      return;
    }
    if (ts.isExportAssignment(node)) {
      edits.push({ start, end: node.expression.getStart(file), text: "" });
    }
    if (node.kind === ts.SyntaxKind.ExportKeyword) {
      edits.push({ start, end, text: "      " });
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      edits.push({ start, end, text: `${inside}.meta` });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      edits.push({ start, end: node.expression.end, text: `${inside}.import` });
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements.slice(0, -1)) visit(statement);
  let result = text.slice(0, -MODULE.length);
  for (const { start, end, text } of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + text + result.slice(end);
  }
  return result;
}
