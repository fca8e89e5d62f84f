/** Schedules that can be taken over by hand while a training goes on, and given back. */

import type { Progress } from "../engine/progress.ts";
import type { G } from "../model/g.ts";
import { refusal } from "../validate.ts";
import type { Schedules } from "./scheduled.ts";
import { aSchedule } from "./schedules.ts";

/** A schedule that can be set by hand; see {@linkcode manual}. */
export type Manual<V extends G = number> = ((progress: Progress) => V | number) & Hand;

/** What takes a schedule over. */
export interface Hand {
  /** The number set by hand; undefined while the schedule is in force. */
  readonly value: number | undefined;
  /**
   * Takes over from the next iteration on, for all layers.
   *
   * @throws {RangeError} if it is not a number in the range of what it is the schedule of
   */
  set(value: number): void;
  /** Gives back to the schedule, which is where it would be without the hand. */
  auto(): void;
}

/** Ranges of what a hand sets, as far as a trainer said what that is. */
const ranges = new WeakMap<Hand, Range>();

/** What a hand may set. */
interface Range {
  readonly name: string;
  readonly isRight: (value: unknown) => boolean;
  readonly expected: string;
}

const anyNumber: Range = { name: "it", isRight: Number.isFinite, expected: "a number" };

/**
 * value, if one was set by hand, else schedule: g, the learning rate or keep can be taken over while
 * a training goes on. Steps and points record what was in force, and checkpoints what was set.
 *
 * Give it to the trainer as it is, not within another schedule: `manual(reversed(s))`, not
 * `reversed(manual(s))`, or checkpoints do not see it.
 *
 * @throws {RangeError} if `schedule` is no function
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, Architecture, drawnDataset, FusedEngine, manual, Trainer } from "gradnets/core";
 *
 * const g = manual(anneal({ epochs: 10 }));
 * const net = new Architecture({ width: 8, depth: 5 });
 * const data = drawnDataset({ train: 100, validation: 10, test: 50 }); // 2 batches an epoch
 * const trainer = new Trainer({ net, data, g, engine: (options) => new FusedEngine(options) });
 * trainer.step();
 * g.set(0.3);
 * trainer.step();
 * g.auto();
 * trainer.step();
 * assertEquals(trainer.steps.map((step) => step.g), [0, 0.3, 0.1]);
 * trainer.dispose();
 * ```
 *
 * By a slider under a cell, while another cell trains:
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anneal, manual } from "gradnets/core";
 * import { button, row, slider } from "gradnets/kernel/widgets";
 *
 * const schedule = manual(anneal({ epochs: 10 })); // the trainer's g
 * const g = slider({ min: 0, max: 1, label: "g" });
 * g.onChange((value) => schedule.set(value));
 * const auto = button({ label: "give back" });
 * auto.onClick(() => schedule.auto());
 * row(g, auto); // as a cell's last value, it is shown
 *
 * g.value = 0.3; // what moving it does
 * assertEquals(schedule.value, 0.3);
 * auto.click();
 * assertEquals(schedule.value, undefined);
 * ```
 */
export function manual<V extends G>(schedule: (progress: Progress) => V): Manual<V> {
  aSchedule(schedule, "Cannot set by hand: schedule");
  let byHand: number | undefined;
  const hand: Hand = {
    get value() {
      return byHand;
    },
    set(value) {
      const { name, isRight, expected } = ranges.get(found) ?? anyNumber;
      if (!isRight(value)) {
        throw refusal(`Cannot set ${name} by hand: it`, expected, value);
      }
      byHand = value;
    },
    auto() {
      byHand = undefined;
    },
  };
  const either = (progress: Progress) => byHand ?? schedule(progress);
  // defined, not assigned: `value` must stay a getter
  const found = Object.defineProperties(either, Object.getOwnPropertyDescriptors(hand)) as Manual<
    V
  >;
  return found;
}

/** Whether a schedule can be set by hand. */
export function isManual<S extends object>(schedule: S): schedule is S & Hand {
  return "set" in schedule && "auto" in schedule;
}

/** Says what a schedule is the schedule of, if it can be set by hand. */
export function limit(schedule: Schedules["g"], range: Range): void {
  if (isManual(schedule)) ranges.set(schedule, range);
}

/** What is set by hand, by the names of the schedules. */
export type ByHand = Readonly<Record<string, number>>;

type Named = Readonly<Record<string, Schedules["g"]>>;

/** What is set by hand now. */
export function byHand(schedules: Named): ByHand {
  const set = Object.entries(schedules).flatMap(([name, schedule]) =>
    isManual(schedule) && schedule.value !== undefined ? [[name, schedule.value] as const] : []
  );
  return Object.fromEntries(set);
}

/**
 * Refuses what cannot be set by hand here.
 *
 * @throws {RangeError} with the name of the schedule
 */
export function refuseUnset(schedules: Named, set: ByHand): void {
  for (const [name, value] of Object.entries(set)) {
    const schedule = schedules[name];
    if (schedule && isManual(schedule)) continue;
    throw new RangeError(
      `Cannot go on from this checkpoint: its ${name} was set to ${value} by hand, and this trainer's ` +
        `cannot be: give it manual(schedule) as its ${name}`,
    );
  }
}

/** Sets all by hand as they were, and gives the others back. */
export function setByHand(schedules: Named, set: ByHand): void {
  for (const [name, schedule] of Object.entries(schedules)) {
    const value = set[name];
    if (!isManual(schedule)) continue;
    if (value === undefined) schedule.auto();
    else schedule.set(value);
  }
}
