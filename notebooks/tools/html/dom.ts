/** The little of a browser's document that pages are made with; jsdom provides it. */

import createPurifier from "dompurify";
import { JSDOM } from "jsdom";

/** An element, or a fragment's worth of them. */
export interface Element {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly className: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  id: string;
  innerHTML: string;
  outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  replaceWith(...nodes: readonly (Element | string)[]): void;
  querySelector(selectors: string): Element | null;
  querySelectorAll(selectors: string): Iterable<Element>;
}

/** Attributes that make a browser fetch something; `href` does it only outside of links. */
const FETCHING = ["src", "srcset", "poster", "background", "href", "xlink:href"];
const INLINE = /^(data:image\/|#)/;

const { document, window } = new JSDOM("").window;
const purifier = createPurifier(window as unknown as Parameters<typeof createPurifier>[0]);
purifier.addHook("uponSanitizeAttribute", (_, attribute) => {
  // a picture for dark pages stands there
  if (attribute.attrName === "srcset") attribute.forceKeepAttr = INLINE.test(attribute.attrValue);
});

/** Reads HTML into an element of its own, as it is. */
export function elementOf(html: string): Element {
  const element: Element = document.createElement("div");
  element.innerHTML = html;
  return element;
}

/**
 * Reads HTML of unknown origin into an element of its own, without what runs or restyles the page.
 * What would be fetched stays until {@linkcode dropFetches}, so that it can be replaced.
 */
export function cleaned(html: string): Element {
  return elementOf(purifier.sanitize(html, { FORBID_TAGS: ["style", "form"] }));
}

/** Removes what would make a browser fetch something when the page is opened. */
export function dropFetches(element: Element): void {
  for (const each of element.querySelectorAll("*")) {
    for (const name of FETCHING) {
      if (name === "href" && each.tagName === "A") continue;
      if (!INLINE.test(each.getAttribute(name) ?? "#")) each.removeAttribute(name);
    }
    const style = each.getAttribute("style") ?? "";
    if (/url|image|import|\\/i.test(style)) each.removeAttribute("style");
  }
}
