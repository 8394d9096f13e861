/** Where no child can be made, as on Bun, the work is done here. test/native/worker.test.ts has the child. */
import { expect, test } from "bun:test";
import { goOnBeside, type Work, workBeside } from "../../../src/sys/process/worker.ts";

test("without a child the work is done here, to its end or as far as anybody wants it", () => {
  const done: string[] = [];
  function* work(): Work<string> {
    try {
      yield 1;
      yield new Uint8Array([2]);
      done.push("all");
      return "result";
    } finally {
      done.push("closed");
    }
  }
  const running = workBeside("do it", work);
  expect([running.next(), running.next(), running.next()]).toEqual([
    { value: 1, done: false },
    { value: new Uint8Array([2]), done: false },
    { value: "result", done: true },
  ]);
  const stopped = workBeside("do it", work);
  stopped.next();
  stopped.return("");
  expect(done).toEqual(["all", "closed", "closed"]);
});

test("a stream goes on here without a child, and is closed when nobody wants the rest", () => {
  const done: string[] = [];
  function* stream(): Generator<Uint8Array, void> {
    try {
      for (const byte of [1, 2, 3]) yield new Uint8Array([byte]);
    } finally {
      done.push("closed");
    }
  }
  expect([...goOnBeside("do it", stream())].flatMap((piece) => [...piece])).toEqual([1, 2, 3]);
  for (const _ of goOnBeside("do it", stream())) break;
  expect(done).toEqual(["closed", "closed"]);
});
