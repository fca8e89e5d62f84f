/** What the type checker knows of a notebook: the cells that ran, as one module. */

import ts from "typescript";

/** A cell that ran. */
interface Past {
  readonly code: string;
  readonly names: ReadonlySet<string>;
}

/** A document for the language server. */
export interface Document {
  readonly text: string;
  /** Its line at which the cell starts, from 0. */
  readonly start: number;
}

/** Names that a cell declares for those after it. */
export function declaredNames(code: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: ts.BindingName | undefined): void => {
    if (!node) return;
    if (ts.isIdentifier(node)) names.add(node.text);
    else for (const part of node.elements) if (ts.isBindingElement(part)) add(part.name);
  };
  for (const node of ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext).statements) {
    if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) add(name);
    } else if (ts.isImportDeclaration(node)) {
      add(node.importClause?.name);
      const bindings = node.importClause?.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name);
      else for (const { name } of bindings?.elements ?? []) add(name);
    } else if (
      ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node)
    ) add(node.name);
  }
  return names;
}

/** The cells of one notebook. */
export class Context {
  #past: readonly Past[] = [];
  readonly #known = new Set<string>();

  /** Whether any cell declared a name, also one that counts no more. */
  knows(name: string): boolean {
    return this.#known.has(name);
  }

  /** A document of the cells that ran, without those that this one replaces, and this one. */
  with(code: string): Document {
    const names = declaredNames(code);
    const before = this.#past.filter((past) => past.names.isDisjointFrom(names));
    const text = before.map((past) => `${past.code}\n;\n`).join("");
    return { text: `${text}${code}\nexport {};\n`, start: text.split("\n").length - 1 };
  }

  /** Notes that a cell ran. */
  add(code: string): void {
    const names = declaredNames(code);
    if (names.size === 0) return;
    for (const name of names) this.#known.add(name);
    this.#past = [
      ...this.#past.filter((past) => past.names.isDisjointFrom(names)),
      { code, names },
    ];
  }
}
