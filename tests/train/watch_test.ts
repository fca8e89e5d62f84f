/** A training that goes wrong says so at the next measurement, once, in plain words. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { startBackend } from "gradnets";
import { constant } from "gradnets/train/schedules.ts";
import { values } from "../helpers/close.ts";
import { assign } from "../helpers/fused.ts";
import { type TrainerChoices, withTrainer } from "../helpers/trainer.ts";

await startBackend();

const kinds = ["fused", "reference"] as const;

/** Warnings of a trainer whose net `spoil` has been at, and what was said. */
function look(
  options: TrainerChoices,
  spoil: (variables: Readonly<Record<string, tf.Variable>>) => void = () => {},
) {
  const said: string[] = [], warn = (text: string) => void said.push(text);
  return withTrainer({ g: constant(0.5), ...options, warn }, (trainer) => {
    trainer.step();
    spoil(trainer.net.variables);
    trainer.measure();
    trainer.step();
    trainer.measure(); // says nothing twice
    const { warnings } = trainer;
    assertEquals(said, warnings.map(({ iter, why }) => `Warning at iteration ${iter}: ${why}`));
    return warnings.map(({ kind, iter, why }) => ({ kind, iter, why }));
  });
}

const scale = (variable: tf.Variable | undefined, factor: number) =>
  variable && assign(variable, values(variable).map((w) => w * factor));

for (const kernels of kinds) {
  Deno.test(`a healthy training on ${kernels} kernels has no warnings`, () => {
    assertEquals(look({ kernels }), []);
  });

  Deno.test(`an overflow is told before it comes, on ${kernels} kernels`, () => {
    const found = look({ kernels, l1: 0 }, ({ lastW }) => scale(lastW, 1e18));
    const [first, second] = found;
    assertEquals(found.map(({ kind, iter }) => [kind, iter]), [["overflow", 1], ["dead", 1]]);
    assertMatch(
      first?.why ?? "",
      /^the logits reached \d\S+, .* is about to become NaN or Infinity/,
    );
    assertMatch(second?.why ?? "", /is exactly 0 at g = 0.5: the outputs reach .* exactly 0 and 1/);
  });

  Deno.test(`denormal parameters and gradients are told on ${kernels} kernels`, () => {
    const still = { kernels, l1: 0, learningRate: 1e-45 };
    const small = look(still, ({ firstW }) => scale(firstW, 1e-39));
    const told = small.find(({ kind }) => kind === "underflow");
    assertMatch(told?.why ?? "", /^\d+ of the \d+ values of firstW are too small for float32/);
    const [only, ...others] = look(still, ({ firstW, lastW }) => {
      for (const variable of [firstW, lastW]) scale(variable, 1e-20);
    });
    assertEquals([only?.kind, others.filter(({ kind }) => kind !== "dead")], ["underflow", []]);
    assertMatch(
      only?.why ?? "",
      /^the gradients of the hidden weights, \d\S+e-4\d on average, are too/,
    );
  });

  Deno.test(`a layer whose units are all dead is told on ${kernels} kernels`, () => {
    const net = { layer: "plain" } as const;
    const dead = look(
      { kernels, net },
      ({ hiddenB }) => hiddenB && assign(hiddenB, values(hiddenB).map(() => -99)),
    );
    assertEquals(dead.map(({ kind, iter }) => [kind, iter]), [["dead", 1]]);
    assertMatch(
      dead[0]?.why ?? "",
      /^the outputs are the same for every image of the batch: all units/,
    );
  });

  Deno.test(`a gradient of exactly 0 is told on ${kernels} kernels, unless g is 0`, () => {
    const spoil = (variables: Readonly<Record<string, tf.Variable>>) => {
      const { hiddenB } = variables;
      if (hiddenB) assign(hiddenB, values(hiddenB).map(() => -99));
    };
    const [told, ...others] = look({ kernels }, spoil); // identity-grelu: x goes through
    assertEquals([told?.kind, others], ["dead", []]);
    assertMatch(told?.why ?? "", /^the gradient of the hidden weights is exactly 0 at g = 0\.5/);
    assertEquals(look({ kernels, g: constant(0) }, spoil), []);
  });

  Deno.test(`an epoch at chance is told on ${kernels} kernels`, () => {
    const said: string[] = [], warn = (text: string) => void said.push(text);
    const options = { kernels, net: { bias: -99, layer: "plain" }, warn } as const;
    withTrainer({ ...options, learningRate: 1e-9 }, (trainer) => {
      while (trainer.epoch < 1.5) {
        if (trainer.iter % 10 === 0) trainer.measure();
        assertEquals(trainer.warnings.some(({ kind }) => kind === "chance"), trainer.epoch >= 1);
        trainer.step();
      }
    });
    assertEquals(said.length, 2); // dead, then chance
    assert(
      /^Warning at iteration 50: for an epoch, .*0\.\d+, that of answering/.test(said[1] ?? ""),
    );
  });

  Deno.test(`what was found after a checkpoint is forgotten with it, on ${kernels} kernels`, () => {
    const said: string[] = [], warn = (text: string) => void said.push(text);
    withTrainer({ kernels, g: constant(0.5), l1: 0, warn }, (trainer) => {
      const mark = trainer.checkpoint();
      trainer.step();
      scale(trainer.net.variables.lastW, 1e18);
      trainer.measure();
      assertEquals(trainer.warnings.map(({ kind }) => kind), ["overflow", "dead"]);
      trainer.rewind(mark);
      trainer.measure();
      assertEquals([trainer.warnings, said.length], [[], 2]);
    });
  });

  Deno.test(`looking changes no number, on ${kernels} kernels`, () => {
    const losses = (measured: boolean) =>
      withTrainer({ kernels }, (trainer) => {
        for (let i = 0; i < 20; i++) {
          if (measured) trainer.measure();
          trainer.step();
        }
        return trainer.steps;
      });
    assertEquals(losses(true), losses(false));
  });
}
