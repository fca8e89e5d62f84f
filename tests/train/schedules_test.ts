/** Schedules against values computed by hand. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { anneal, constant, decay, ramp, type Schedule } from "gradnets/train/schedules.ts";
import {
  capped,
  everySecond,
  frozen,
  gradualKeep,
  perLayer,
  warmup,
} from "gradnets/train/shaped.ts";
import { assertClose } from "../helpers/close.ts";

const PER_EPOCH = 1100;
const at = (epoch: number) => ({ iter: Math.round(epoch * PER_EPOCH), epoch });
const along = (schedule: Schedule, epochs: readonly number[]) => epochs.map((t) => schedule(at(t)));

Deno.test("anneal() leaves 0 at its start and takes τ epochs from there", () => {
  const g = anneal({ epochs: 4, start: 2 });
  assertEquals(along(g, [0, 1.9, 2, 3, 4, 6, 20]), [0, 0, 0, 0.25, 0.5, 1, 1]);
  const whole = anneal({ epochs: 4, start: 2, whole: true });
  assertEquals(along(whole, [2.9, 3, 3.9, 6]), [0, 0.25, 0.25, 1]);
});

Deno.test("ramp() counts in shares of the training, by default its first fifth", () => {
  assertEquals(along(ramp({ epochs: 10 }), [0, 0.5, 1, 2, 10]), [0, 0.25, 0.5, 1, 1]);
  const late = ramp({ epochs: 20, start: 0.5, end: 0.75 });
  assertEquals(along(late, [0, 10, 12.5, 15, 20]), [0, 0, 0.5, 1, 1]);
});

Deno.test("capped() climbs to its value and stays, frozen() stays from its epoch on", () => {
  const g = anneal({ epochs: 10 });
  assertEquals(along(capped(g, 0.75), [0, 5, 7.5, 8, 20]), [0, 0.5, 0.75, 0.75, 0.75]);
  assertEquals(along(capped(g, 0), [0, 20]), [0, 0]);
  assertEquals(along(frozen(g, { epoch: 2.5 }), [0, 1, 2.5, 3, 20]), [0, 0.1, 0.25, 0.25, 0.25]);
  assertEquals(frozen(g, { epoch: 0 })(at(3)), 0);
  // a schedule by iterations stops, too
  assertEquals(frozen(({ iter }) => iter, { epoch: 2 })(at(5)), 2 * PER_EPOCH);
});

Deno.test("everySecond() moves the second, fourth, … layer, and leaves the others at 1", () => {
  const schedule: Schedule = ({ epoch }) => epoch / 10;
  assertEquals(everySecond({ schedule, hidden: 4 })(at(3)), [1, 0.3, 1, 0.3]);
  assertEquals(everySecond({ schedule, hidden: 1 })(at(3)), [1]);
  assertThrows(
    () => everySecond({ schedule, hidden: 0 }),
    RangeError,
    "hidden must be a whole number from 1 to 1000000",
  );
});

Deno.test("perLayer() has deeper layers follow later, or sooner where the lag is below 0", () => {
  const schedule = anneal({ epochs: 10 });
  const later = perLayer({ schedule, hidden: 5, lag: 4 });
  assertClose(later(at(5)), [0.5, 0.4, 0.3, 0.2, 0.1], { rel: 1e-12 });
  assertEquals(later(at(0)), [0, 0, 0, 0, 0]);
  assertEquals(later(at(14)), [1, 1, 1, 1, 1]);
  const sooner = perLayer({ schedule, hidden: 5, lag: -4 });
  assertClose(sooner(at(5)), [0.1, 0.2, 0.3, 0.4, 0.5], { rel: 1e-12 });
  assertEquals(perLayer({ schedule, hidden: 1, lag: 4 })(at(5)), [0.5]);
  const byIterations = perLayer({ schedule: ({ iter }) => iter, hidden: 2, lag: 1 });
  assertEquals(byIterations(at(3)), [3 * PER_EPOCH, 2 * PER_EPOCH]);
});

Deno.test("warmup() climbs by iterations and then leaves its schedule alone", () => {
  const rate = warmup(({ iter }) => iter < 3 ? 0.8 : 0.4, { iterations: 4 });
  const found = [0, 1, 2, 3, 100].map((iter) => rate({ iter, epoch: 0 }));
  assertClose(found, [0.2, 0.4, 0.6, 0.4, 0.4], { rel: 1e-12 });
  assertEquals(warmup(constant(0.3), { iterations: 0 })(at(0)), 0.3);
});

Deno.test("gradualKeep() takes away g·rate", () => {
  assertEquals(along(gradualKeep({ rate: 0.5, g: anneal({ epochs: 2 }) }), [0, 1, 9]), [
    1,
    0.75,
    0.5,
  ]);
});

Deno.test("schedules refuse what cannot be, by name and value", () => {
  const g = anneal({ epochs: 1 });
  const refused = (make: () => unknown, part: string) => assertThrows(make, RangeError, part);
  refused(() => anneal({ epochs: 1, start: -1 }), "start must be a number from 0 up, but is -1");
  refused(() => ramp({ epochs: 0 }), "epochs must be a number above 0, but is 0");
  refused(() => ramp({ epochs: 9, start: 0.5, end: 0.5 }), "0 ≤ start < end, but are 0.5 and 0.5");
  refused(() => ramp({ epochs: 9, start: NaN }), "NaN");
  refused(() => capped(g, 1.5), "value must be a number from 0 to 1, but is 1.5");
  refused(() => frozen(g, { epoch: -1 }), "epoch must be a number from 0 up, but is -1");
  refused(() => perLayer({ schedule: g, hidden: 0, lag: 1 }), "hidden");
  refused(() => perLayer({ schedule: g, hidden: 2, lag: NaN }), "lag must be a number, but is NaN");
  refused(() => warmup(g, { iterations: -1 }), "iterations");
  refused(() => gradualKeep({ rate: 1, g }), "rate must be a number in [0, 1), but is 1");
});

Deno.test("anneal() is min(t/τ, 1), at the original's log points", () => {
  const g = anneal({ epochs: 10 });
  const printed = [0, 100, 200, 800].map((iter) => g({ iter, epoch: iter / 1100 }));
  assertClose(printed, [0, 0.00909091, 0.0181818, 0.0727273], { rel: 1e-5 });
  assertEquals(g({ iter: 11_000, epoch: 10 }), 1);
  assertEquals(g({ iter: 21_900, epoch: 21_900 / 1100 }), 1);
});

Deno.test("anneal() by whole epochs stays within one", () => {
  const g = anneal({ epochs: 4, whole: true });
  assertEquals([0, 0.99, 1, 3.5, 4, 9].map((epoch) => g({ iter: 0, epoch })), [
    0,
    0,
    0.25,
    0.75,
    1,
    1,
  ]);
});

Deno.test("decay() is the original's, from global_step 10", () => {
  const rate = decay();
  assertAlmostEquals(rate({ iter: 0, epoch: 0 }), 1e-3 * Math.pow(0.8, 0.01));
  assertAlmostEquals(rate({ iter: 21_999, epoch: 20 }), 1e-3 * Math.exp(22.009 * Math.log(0.8)));
});

Deno.test("schedules refuse epochs, rates and factors that cannot be", () => {
  assertThrows(
    () => anneal({ epochs: 0 }),
    RangeError,
    "epochs must be a number above 0, but is 0",
  );
  assertThrows(() => decay({ rate: -1 }), RangeError, "rate");
  assertThrows(() => decay({ factor: NaN }), RangeError, "factor");
  assertThrows(() => decay({ steps: 0 }), RangeError, "steps");
  assertEquals(constant(0.3)({ iter: 5, epoch: 1 }), 0.3);
});
