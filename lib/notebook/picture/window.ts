/**
 * Opens a window for Plotly to draw SVG in without a browser: jsdom, plus the two things that
 * Plotly needs and jsdom lacks, text measurement and a canvas for heatmaps.
 */
import { JSDOM } from "jsdom";
import { Canvas } from "./canvas.ts";
import { boxOf, type Element, type Fonts } from "./layout.ts";

/** The part of a browser's window that a picture needs. */
export interface PlotWindow {
  readonly document: {
    createElement(name: string): object;
    readonly body: { append(element: object): void };
  };
  eval(source: string): unknown;
  /** Stops its timers and frees its memory. */
  close(): void;
}

/** Opens a window without network or navigation. The caller must close it. */
export function openWindow(fonts: Fonts): PlotWindow {
  const { window } = new JSDOM("<!doctype html><body></body>", { runScripts: "outside-only" });
  const define = (prototype: object, members: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(members)) {
      Object.defineProperty(prototype, name, { configurable: true, value });
    }
  };
  define(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boxOf(this, fonts);
    },
    getBoundingClientRect(this: Element) {
      const { x, y, width, height } = boxOf(this, fonts);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
  const contexts = new WeakMap<object, Canvas>();
  const contextOf = (canvas: { readonly width: number; readonly height: number }) => {
    const context = contexts.get(canvas) ?? new Canvas(canvas.width, canvas.height);
    contexts.set(canvas, context);
    return context;
  };
  define(window.HTMLCanvasElement.prototype, {
    getContext(this: { readonly width: number; readonly height: number }) {
      return contextOf(this);
    },
    toDataURL(this: { readonly width: number; readonly height: number }) {
      return contextOf(this).toDataURL();
    },
  });
  return window;
}
