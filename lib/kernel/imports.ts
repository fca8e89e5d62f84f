/** Rewrites `import` statements, which only modules may hold, to what a cell can do. */

import ts from "typescript";

/** Names that a cell uses as types and never as values: nothing need be there when it runs. */
export function namesUsedAsTypesAlone(file: ts.SourceFile): ReadonlySet<string> {
  const types = new Set<string>(), values = new Set<string>();
  const visit = (node: ts.Node, inType: boolean): void => {
    if (ts.isImportDeclaration(node)) return;
    const typed = inType || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node);
    if (ts.isIdentifier(node)) (typed ? types : values).add(node.text);
    // `class A extends B` is a type node to the compiler, but B is a value
    const value = ts.isExpressionWithTypeArguments(node) && !ts.isInterfaceDeclaration(node.parent);
    ts.forEachChild(node, (child) => visit(child, value ? child !== node.expression : typed));
  };
  visit(file, false);
  return types.difference(values);
}

/** Code that does what an import statement does. */
export function importText(
  { importClause, moduleSpecifier, attributes }: ts.ImportDeclaration,
  inside: string,
  typesAlone: ReadonlySet<string>,
): string {
  if (importClause?.isTypeOnly) return "";
  const names: [imported: string, local: string][] = [];
  if (importClause?.name) names.push(["default", importClause.name.text]);
  const bindings = importClause?.namedBindings;
  const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  for (const { isTypeOnly, name, propertyName } of elements) {
    if (!isTypeOnly) names.push([(propertyName ?? name).text, name.text]);
  }
  const needed = names.filter(([, local]) => !typesAlone.has(local));
  const asked = attributes &&
    `, { with: {${
      attributes.elements.map(({ name, value }) => `${name.getText()}: ${value.getText()}`).join()
    }} }`;
  const list = JSON.stringify(needed.map(([imported]) => imported));
  const module = `await ${inside}.module(${moduleSpecifier.getText()}, ${list}${asked ?? ""})`;
  const pattern = needed.map(([imported, local]) => `${JSON.stringify(imported)}: ${local}`).join();
  if (bindings && ts.isNamespaceImport(bindings)) {
    const space = bindings.name.text;
    const first = needed[0];
    return `const ${space} = ${module};` + (first ? ` const { ${pattern} } = ${space};` : "");
  }
  return needed.length > 0 ? `const { ${pattern} } = ${module};` : `${module};`;
}
