/** Chooses how a value is shown: MIME types by the value's shape, as `deno jupyter` chooses them. */

/** What to show, by MIME type. */
export type Bundle = Record<string, unknown>;

/** The method by which a value says itself how it is shown. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

const PNG = [0x89, 0x50, 0x4e, 0x47], JPEG = [0xff, 0xd8];
const ROWS = 50; // of a data frame, at most

type Shape = Record<PropertyKey, unknown>;
const has = (value: Shape, name: PropertyKey): value is Record<PropertyKey, () => unknown> =>
  name in value && typeof value[name] === "function";

/** Plain text of a value, as `console.log` prints it. */
export function plain(value: unknown): string {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  type Inspect = (args: unknown[], options: { colors: boolean }) => string;
  const internals = (Deno as unknown as Record<symbol, { inspectArgs?: Inspect }>)[internal];
  // "%o" also puts quotes round a string; not a public interface, so it may be missing
  return internals?.inspectArgs?.(["%o", value], { colors: !Deno.noColor }) ??
    Deno.inspect(value, { colors: !Deno.noColor });
}

/** Recognizes a picture by its first bytes. */
export function pictureBundle(bytes: Uint8Array): Bundle | undefined {
  const starts = (magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  const mime = starts(PNG) ? "image/png" : starts(JPEG) ? "image/jpeg" : undefined;
  return mime && { [mime]: bytes.toBase64() };
}

/** A data frame (as nodejs-polars has them) as a table. */
function frameBundle(frame: Record<PropertyKey, (rows?: number) => unknown>): Bundle | undefined {
  const head = frame["head"]?.(ROWS) as Record<PropertyKey, () => unknown>;
  const data = head["toRecords"]?.() as Record<string, unknown>[];
  const names = Object.keys(frame["schema"] as unknown as object);
  const escaped = (value: unknown) =>
    String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const row = (tag: string, cells: unknown[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const rows = data.slice(0, 10).map((record) => row("td", names.map((name) => record[name])));
  return { "text/html": `<table>${row("th", names)}${rows.join("")}</table>` };
}

/** Chooses the MIME types, or undefined for plain text. */
function richBundle(value: Shape): Bundle | undefined {
  if (has(value, "toDataURL")) {
    const [head = "", data] = String(value["toDataURL"]?.()).split(",");
    return { [head.slice("data:".length).split(";")[0] ?? ""]: data };
  }
  if (has(value, "toSpec")) {
    const spec = value["toSpec"]?.() as { readonly $schema?: string } | undefined;
    const found = spec?.$schema?.match(/\/(vega|vega-lite)\/v(\d+)/);
    if (!found) return undefined;
    return { [`application/vnd.${found[1]?.replace("-", "")}.v${found[2]}+json`]: spec };
  }
  if (has(value, "head") && has(value, "toRecords") && typeof value["schema"] === "object") {
    return frameBundle(value);
  }
  if (value instanceof Uint8Array) return pictureBundle(value);
  const html = (value as Shape)["outerHTML"];
  if (typeof html !== "string") return undefined;
  return { [html.startsWith("<svg") ? "image/svg+xml" : "text/html"]: html };
}

/** Formats a value. */
export async function format(value: unknown): Promise<Bundle> {
  if (typeof value === "object" && value !== null) {
    const shape = value as Shape;
    if (has(shape, DISPLAY)) return await shape[DISPLAY]?.() as Bundle;
    const rich = richBundle(shape);
    if (rich) return rich;
  }
  return { "text/plain": plain(value) };
}
