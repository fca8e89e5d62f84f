/** Loads custom layers and models from modules that recipes name. */

/**
 * Loads the export that "file.ts#name" names.
 *
 * @param base folder that `file` is relative to
 * @param type expected type
 * @throws {TypeError} if the module cannot be loaded, or lacks the export
 */
export async function loadOwn<T>(
  from: string,
  base: string | URL,
  type: "object" | "function",
): Promise<T> {
  const [file = "", name = ""] = from.split("#");
  const url = new URL(file, base);
  let module: Record<string, unknown>;
  try {
    module = await import(url.href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new TypeError(`Cannot load ${from} for a recipe: ${why}`, { cause });
  }
  const found = module[name];
  if (typeof found === type && found !== null) return found as T;
  throw new TypeError(
    `Cannot use ${from} in a recipe: expected ${file} to export ${name} as ${type}, found ` +
      `${typeof found}; its exports are ${Object.keys(module).join(", ")}`,
  );
}
