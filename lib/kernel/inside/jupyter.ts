/** `Deno.jupyter` for a program that is not `deno jupyter`: the same functions, our own way out. */

import { type Bundle, DISPLAY, format, pictureBundle } from "./format.ts";
import type { Output } from "./output.ts";

interface Options {
  readonly metadata?: unknown;
  readonly buffers?: readonly Uint8Array[];
}

const displayed = (bundle: Bundle) => ({ [DISPLAY]: () => bundle });
const template = (mime: string) => (strings: TemplateStringsArray, ...values: unknown[]) =>
  displayed({ [mime]: String.raw({ raw: strings }, ...values) });

/** Shows a picture, of bytes or of a file. */
function image(source: string | Uint8Array): unknown {
  const bytes = typeof source === "string" ? Deno.readFileSync(source) : source;
  const bundle = pictureBundle(bytes);
  if (bundle) return displayed(bundle);
  throw new TypeError("Deno.jupyter.image takes a PNG or JPEG picture, as bytes or as a path.");
}

/** Makes the namespace. */
export function makeJupyter(output: Output): object {
  const broadcast = (type: string, content: unknown, { metadata, buffers }: Options = {}) => {
    output.message(type, content, metadata, buffers);
    return Promise.resolve();
  };
  const display = async (
    value: unknown,
    { raw = false, update = false, display_id }: {
      raw?: boolean;
      update?: boolean;
      display_id?: string;
    } = {},
  ) => {
    const data = raw ? value : await format(value);
    if (Object.keys(data as object).length === 0) return; // it showed itself
    const transient = display_id === undefined ? {} : { display_id };
    const type = update ? "update_display_data" : "display_data";
    await broadcast(type, { data, metadata: {}, transient });
  };
  return {
    broadcast,
    display,
    format,
    md: template("text/markdown"),
    html: template("text/html"),
    svg: template("image/svg+xml"),
    image,
    $display: DISPLAY,
  };
}
