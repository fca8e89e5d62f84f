/** Colours code, with the parsers of the editor that JupyterLab has too (CodeMirror's Lezer). */

import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser as javascript } from "@lezer/javascript";
import { parser as python } from "@lezer/python";
import { escapeHtml } from "gradnets/notebook/page.ts";

const typescript = javascript.configure({ dialect: "ts" });
const PARSERS: Readonly<Record<string, typeof typescript>> = {
  typescript,
  ts: typescript,
  javascript,
  js: javascript,
  json: javascript,
  python,
  py: python,
};

/** Few classes, as few as the eye uses; page.css gives them colours. */
const CLASSES = tagHighlighter([
  { tag: [tags.keyword, tags.self, tags.bool, tags.null, tags.modifier], class: "k" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "s" },
  { tag: tags.comment, class: "c" },
  { tag: tags.number, class: "n" },
  { tag: [tags.typeName, tags.className], class: "t" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "f" },
]);

/** Writes code as HTML; without colours if its language is none of the above. */
export function codeHtml(code: string, language: string): string {
  const parser = PARSERS[language.toLowerCase()];
  if (!parser) return escapeHtml(code);
  let html = "";
  highlightCode(
    code,
    parser.parse(code),
    CLASSES,
    (text, name) => {
      html += name === "" ? escapeHtml(text) : `<span class="${name}">${escapeHtml(text)}</span>`;
    },
    () => html += "\n",
  );
  return html;
}
