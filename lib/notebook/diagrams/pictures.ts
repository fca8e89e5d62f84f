/** The pictures of the idea, by the names of their files. */

import { anneal } from "../../train/schedules.ts";
import { perLayer } from "../../train/shaped.ts";
import { bars, line, picture, type Svg, text, WIDTH } from "./svg.ts";
import {
  type Drawing,
  formula,
  gradientFactor,
  kindLine,
  layer,
  LAYER_HEIGHT,
  type Wiring,
  wirings,
} from "./wiring.ts";

const grelu = kindLine("identity-grelu");

/** One layer as two paths, g between them, at three times of a training. */
export function layerPicture(): string {
  const stages: readonly [g: string, is: string, wiring: Wiring, says: string][] = [
    ["g = 0", "the easy network", { late: "0", early: { factor: "1", of: "x" } }, "y = x"],
    [
      "g = ½",
      "half way",
      { late: "½", early: { factor: "½", of: "x" } },
      "y = ½·relu(xW + b) + ½·x",
    ],
    [
      "g = 1",
      "the deep network",
      { late: "1", early: { factor: "0", of: "x" } },
      "y = relu(xW + b)",
    ],
  ];
  const shapes = stages.flatMap(([g, is, wiring, says], i): Svg[] => {
    const x = WIDTH * (2 * i + 1) / 6, top = 96;
    return [
      text([x, 58], g, { size: 16, bold: true, ink: grelu.ink }),
      text([x, 76], is, { ink: "soft" }),
      ...layer(wiring, { x, top, aside: grelu }),
      text([x - 86, top + 122], "H(x)", { bold: true }),
      text([x + 80, top + 122], "I(x) = x", { bold: true }),
      text([x, top + 254], says, { size: 13 }),
    ];
  });
  return picture({
    title: "One layer of a GradNet: y = g·H(x) + (1−g)·I(x)",
    description: "A layer drawn three times. From its input x, below, two paths lead to its " +
      "output y, above, where they are added: one through the weights and relu, multiplied by g, " +
      "and one that passes x on unchanged, multiplied by 1−g. At g = 0 only the second path " +
      "counts and y = x; at g = ½ both count by half; at g = 1 only the first is left and " +
      "y = relu(xW + b). An arrow below says that g rises while the network trains.",
    height: 420,
  }, [
    ...shapes,
    line([[60, 378], [WIDTH - 60, 378]], { ink: "soft", width: 1.5, head: true }),
    text([WIDTH / 2, 398], "while it trains, g rises from 0 to 1", { ink: "soft" }),
  ]);
}

/** Fifty layers while g rises: one g for all, and a g for each. */
export function growingPicture(): string {
  const hidden = 48, tower = { width: 76, pitch: 3, thick: 2 };
  const all = anneal({ epochs: 10 });
  const each = perLayer({ schedule: all, hidden, lag: 8 });
  const times = [0, 3, 6, 9, 12, 18];
  const rows = [
    { name: "one g for all layers (the 2015 notebook)", of: all, top: 62 },
    { name: "a g for each layer: deeper layers later", of: each, top: 286 },
  ];
  const shapes = rows.flatMap(({ name, of, top }): Svg[] => [
    text([16, top - 8], name, { anchor: "start", bold: true }),
    ...times.flatMap((epoch, i): Svg[] => {
      const now = of({ iter: 1100 * epoch, epoch });
      const gs = typeof now === "number" ? Array<number>(hidden).fill(now) : now;
      const left = 24 + i * 112;
      const at = (place: number) => top + 4 + (hidden + 1 - place) * tower.pitch; // the first below
      const { width, thick } = tower;
      const late = gs.map((g, l) => [left, at(l + 1), width * g, thick] as const);
      const early = gs.map((g, l) =>
        [left + width * g, at(l + 1), width * (1 - g), thick] as const
      );
      const ends = [0, hidden + 1].map((place) => [left, at(place), width, thick] as const);
      const [low, high] = [gs.at(-1)!, gs[0]!].map((g) => String(Math.round(g * 100) / 100));
      const middle = left + width / 2;
      return [
        bars(early.filter(([, , w]) => w > 0), "pale"),
        bars(late.filter(([, , w]) => w > 0), grelu.ink),
        bars(ends, "ink"),
        text([middle, top + 172], `epoch ${epoch}`),
        text([middle, top + 188], low === high ? `g = ${low}` : `g = ${high} to ${low}`, {
          ink: "soft",
        }),
      ];
    }),
  ]);
  const key = [[16, "ink", "first and last layer"], [
    200,
    grelu.ink,
    "share g: relu(xW + b)",
  ], [404, "pale", "share 1−g: x, passed on unchanged"]] as const;
  return picture({
    title: "Fifty layers growing in",
    description: "Two rows of six towers, at epochs 0, 3, 6, 9, 12 and 18. A tower has fifty " +
      "thin layers, the input's below. Above: all 48 hidden layers have the same g, which is 0 " +
      "at epoch 0, so that only the first and the last layer do anything, .3, .6, .9, and 1 " +
      "from epoch 10 on, when all fifty do. Below: each hidden layer has its own g, and deeper " +
      "ones follow up to eight epochs later, so that the network grows from the bottom.",
    height: 516,
  }, [
    ...shapes,
    ...key.flatMap(([x, ink, name]) => [
      bars([[x, 494, 18, 8]], ink),
      text([x + 24, 502], name, { anchor: "start" }),
    ]),
  ]);
}

/** The kinds side by side, the signal's way up or the gradient's way down. */
function sideBySide(back: boolean): Svg[] {
  const order = Object.keys(wirings) as (keyof typeof wirings)[];
  return order.flatMap((kind, i): Svg[] => {
    const x = 66 + i * 139, wiring = wirings[kind], aside = kindLine(kind);
    const drawing: Drawing = { x, top: 88, aside, back };
    return [
      text([x, 56], kind, { size: 13, bold: true }),
      line([[x - 24, 66], [x + 24, 66]], { ...aside, width: 3 }),
      ...layer(wiring, drawing),
      ...(back ? gradientFactor(wiring) : formula(wiring)).map((says, row) =>
        text([x, 88 + LAYER_HEIGHT + 32 + 17 * row], says)
      ),
    ];
  });
}

/** All kinds of layer in one notation. */
export function kindsPicture(): string {
  return picture({
    title: "Five kinds of layer in one notation: u = xW + b",
    description: "Five layers side by side, each from its input x below to its output y above. " +
      "Plain: y = relu(u), one path. Residual: a second path adds x. Highway: y = t·relu(u) + " +
      "(1−t)·x, where t = σ(x·W_T + b_T) is learned, a gate for each unit and image. Identity " +
      "GReLU: y = g·relu(u) + (1−g)·x, where g is set by a schedule. Linear GReLU: " +
      "y = g·relu(u) + (1−g)·u: its second path begins after the weights, not before them.",
    height: 404,
  }, [
    ...sideBySide(false),
    text([WIDTH / 2, 388], "an oval multiplies; g is set by a schedule, t is learned", {
      ink: "soft",
    }),
  ]);
}

/** The same five, and what the gradient meets on its way back. */
export function gradientPicture(): string {
  return picture({
    title: "The way back: what ∂L/∂y is multiplied by to give ∂L/∂x",
    description: "The same five layers with the arrows from y down to x. D is 1 for the units " +
      "with u > 0 and 0 for the others. The gradient is multiplied, in a plain layer, by D·Wᵀ; " +
      "residual: D·Wᵀ + 1; highway: t·D·Wᵀ + 1−t + G, where G is the part that comes through " +
      "the gate; identity GReLU: g·D·Wᵀ + 1−g; linear GReLU: (g·D + 1−g)·Wᵀ. Residual, highway " +
      "and identity GReLU have a path that no weight matrix touches; the linear GReLU has none.",
    height: 424,
  }, [
    ...sideBySide(true),
    text([WIDTH / 2, 392], "D keeps the units with u > 0; G is what comes through the gate σ", {
      ink: "soft",
    }),
    text([WIDTH / 2, 409], "the coloured path passes no Wᵀ, except in linear-grelu", {
      ink: "soft",
    }),
  ]);
}

/** Every picture, by the name of its file. */
export const pictures: Readonly<Record<string, () => string>> = {
  "layer.svg": layerPicture,
  "growing.svg": growingPicture,
  "kinds.svg": kindsPicture,
  "gradient.svg": gradientPicture,
};
