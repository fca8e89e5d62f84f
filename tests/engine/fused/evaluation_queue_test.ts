/** Who of two threads does which chunk of an evaluation. */

import { assertEquals } from "@std/assert";
import { type Evaluation, EvaluationQueue } from "gradnets/engine/fused/evaluation_queue.ts";

Deno.test("EvaluationQueue gives every chunk to one thread, and takes back what comes too late", () => {
  const queue = new EvaluationQueue(450, 200), other = new EvaluationQueue(450, 200, queue.shared);
  assertEquals([0, 1, 200, 201, 450].map((images) => queue.chunks(images)), [0, 1, 1, 2, 3]);
  let late: Evaluation | undefined;
  const here: number[] = [], there: number[] = [];
  queue.share(450, (chunk) => {
    here.push(chunk);
    if (chunk > 0) return;
    late = other.next(0);
    assertEquals(late, { number: 1, images: 450 });
    assertEquals(other.takeLast(late!), 2);
    other.finish(late!, 2);
    assertEquals(other.takeLast(late!), 1); // and keeps it
    assertEquals(other.takeLast(late!), -1);
  }, (chunk) => there.push(chunk));
  assertEquals([here, there], [[0, 1], [2]]);
  queue.share(450, (chunk) => {
    other.finish(late!, 1); // far too late: this is another evaluation
    assertEquals(other.takeLast(late!), -1);
    here.push(chunk);
  }, (chunk) => there.push(chunk));
  assertEquals([here, there], [[0, 1, 0, 1, 2], [2]]);
  queue.stop();
  assertEquals(other.next(2), undefined);
});

Deno.test("EvaluationQueue tells the other thread how many images there are this time", () => {
  const queue = new EvaluationQueue(1000, 200),
    other = new EvaluationQueue(1000, 200, queue.shared);
  for (const [number, images] of [[1, 1000], [2, 401], [3, 200], [4, 999]] as const) {
    let seen: Evaluation | undefined;
    const here: number[] = [], there: number[] = [], chunks = Math.ceil(images / 200);
    queue.share(images, (chunk) => {
      here.push(chunk);
      if (chunk > 0) return;
      seen = other.next(number - 1);
      const last = other.takeLast(seen!);
      if (last >= 0) other.finish(seen!, last);
    }, (chunk) => there.push(chunk));
    assertEquals(seen, { number, images });
    assertEquals([...here, ...there], Array.from({ length: chunks }, (_, i) => i));
    assertEquals(there, chunks > 1 ? [chunks - 1] : []);
  }
});
