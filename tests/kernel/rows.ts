/** Cells that tests run in every front end, and what a reader then sees. */

/** A row of the table of what a kernel should tell. */
export interface Row {
  readonly name: string;
  readonly code: string;
  readonly shown: string;
  /** Shows where in the cell. */
  readonly line?: string;
}

export const ROWS: readonly Row[] = [
  {
    name: "syntax error",
    code: "const a = ;",
    shown: "SyntaxError: Expression expected.",
    line: "line 1 | const a = ;",
  },
  {
    name: "missing export",
    code: "import { nope } from 'node:fs';",
    shown: "does not provide an export named 'nope'",
    line: "line 1 | import { nope }",
  },
  {
    name: "missing package",
    code: "import x from 'npm:there-is-no-such-package-9f3';",
    shown: "there-is-no-such-package",
    line: "line 1 | import x",
  },
  {
    name: "throw",
    code: "1;\nthrow new RangeError('too far');",
    shown: "RangeError: too far",
    line: "line 2 | throw",
  },
  {
    name: "rejected promise",
    code: "1;\nPromise.reject(new Error('nobody awaits'));",
    shown: "Error: nobody awaits",
    line: "line 2 | Promise.reject",
  },
  {
    name: "error in a timer",
    code:
      "setTimeout(() => { throw new Error('in a timer'); }, 10);\nawait new Promise((r) => setTimeout(r, 100));",
    shown: "Error: in a timer",
    line: "line 1 | setTimeout",
  },
  { name: "NaN", code: "NaN", shown: "NaN" },
  { name: "Infinity", code: "-Infinity", shown: "-Infinity" },
  { name: "minus zero", code: "-0", shown: "-0" },
  { name: "bigint", code: "10n", shown: "10n" },
  {
    name: "type warning",
    code: "const n: number = 'text';",
    shown: "Type warning: Type 'string' is not assignable",
    line: "line 1 | const n",
  },
];

const entry = (name: string) => JSON.stringify(import.meta.resolve(`../../lib/${name}`));

/** A net, and a panel that drives it: its g by hand and by its schedule, pause, Stop. */
export const PANEL =
  `const { button, column, label, row, slider, stopButton, toggle } = await import(${
    entry("kernel/widgets/mod.ts")
  });
const { anneal, Architecture, drawnDataset, FusedEngine, manual, Trainer } = await import(${
    entry("core.ts")
  });
const schedule = manual(anneal({ epochs: 1e5 }));
const net = new Architecture({ width: 8, depth: 5 });
const data = drawnDataset({ train: 500, validation: 10, test: 50 });
const trainer = new Trainer({ net, data, g: schedule, engine: (o) => new FusedEngine(o), every: 10 });

const g = slider({ label: "g", value: 0.5 });
g.onChange((value) => schedule.set(value));
const auto = button({ label: "give back", icon: "undo" });
auto.onClick(() => schedule.auto());
const pause = toggle({ label: "pause", icon: "pause" });
pause.onChange((on) => on ? trainer.pause() : trainer.resume());
const state = label();
setInterval(() =>
  state.value = trainer.state + " at " + trainer.iter + ", by hand: " + schedule.value, 50);
column(g, row(auto, pause, stopButton()), state)`;
