/** Work beside us, on the engine that can fork: `worker-program endless`, or each outcome as a line of JSON. */
import { RuntimeError } from "../../src/base/errors.ts";
import { decodeText, encodeText } from "../../src/base/text.ts";
import { exit, programArguments } from "../../src/engine/process.ts";
import { writeAll } from "../../src/sys/call/fd.ts";
import { syscall } from "../../src/sys/call/libc.ts";
import { SYS } from "../../src/sys/call/numbers.ts";
import { ownPid } from "../../src/sys/call/own-ids.ts";
import { readDirectory, readText } from "../../src/sys/file/file.ts";
import { digestOfAll } from "../../src/sys/library/hash.ts";
import { goOnBeside, type Work, workBeside } from "../../src/sys/process/worker.ts";

export interface Outcome {
  readonly title: string;
  readonly got: unknown;
}

function print(outcome: Outcome): void {
  writeAll(1, encodeText(`${JSON.stringify(outcome)}\n`), "standard output");
}

const state = { pid: 0, steps: 0 };

function* everything(): Work<{ readonly steps: number; readonly isOther: boolean }> {
  for (const size of [0, 1, 100_000, 3_000_000]) {
    yield new Uint8Array(size).fill(size % 251);
    yield size;
    state.steps++;
  }
  return { steps: state.steps, isOther: ownPid() !== state.pid };
}

function* failing(make: () => Error): Work<void> {
  yield 1;
  throw make();
}

function* dying(signal: number): Work<void> {
  yield 1;
  if (signal === 0) exit(3);
  syscall(SYS.kill, ownPid(), signal);
}

function* endless(): Work<void> {
  for (;;) yield new Uint8Array(100_000);
}

/** What comes of work: sums of its pieces and numbers, and its result or error. */
function outcomeOf<R>(work: () => Work<R>): unknown {
  let [bytes, numbers] = [0, 0];
  const running = workBeside("do it", work);
  try {
    for (;;) {
      const { value, done } = running.next();
      if (done) return { bytes, numbers, result: value };
      if (typeof value === "number") numbers += value;
      else bytes += value.length;
    }
  } catch (error) {
    if (error instanceof RuntimeError) return { numbers, code: error.code, message: error.message, hint: error.detail.hint };
    return { numbers, bug: error instanceof Error ? String(error) : error, hasStack: (error as Error).stack?.includes("failing") };
  }
}

/** Who has made each piece, and its number, in memory that the next one has, too. */
function* makers(count: number): Generator<Uint8Array, void> {
  const piece = new Uint8Array(8);
  for (let i = 0; i < count; i++) {
    piece.set(encodeText(`${ownPid() === state.pid ? "us   " : "child"} ${i}`));
    yield piece.subarray(0, 7);
  }
}

function leftovers(): unknown {
  const ECHILD = -10;
  return { hasChild: syscall(SYS.wait4, -1, null, 1) !== ECHILD, descriptors: readDirectory("/proc/self/fd")?.length };
}

/** Stops after the first piece, by an error of whoever takes it. */
function stopEarly(): unknown {
  let said: unknown;
  try {
    for (const _ of workBeside("do it", endless)) throw new Error("enough");
  } catch (error) {
    said = error instanceof Error && error.message;
  }
  return said;
}

function* onlyBytes(work: Work<unknown>): Generator<Uint8Array> {
  for (const piece of work) if (typeof piece !== "number") yield piece;
}

export function main(): void {
  state.pid = ownPid();
  if (programArguments()[0] === "endless") {
    for (const _ of workBeside("do it", endless)) {
      const children = readText(`/proc/self/task/${ownPid()}/children`);
      writeAll(1, encodeText(`${children.trim()}\n`), "standard output");
      syscall(SYS.ppoll, null, 0, null, null, 0);
    }
  }
  const before = leftovers();
  print({ title: "everything", got: outcomeOf(everything) });
  print({ title: "the same bytes", got: digestOfAll(onlyBytes(workBeside("do it", everything))) === digestOfAll(onlyBytes(everything())) });
  print({ title: "an error", got: outcomeOf(() => failing(() => new RuntimeError("integrity", "cannot read it: no", { hint: "look" }))) });
  print({ title: "a bug", got: outcomeOf(() => failing(() => new TypeError("a bug"))) });
  print({ title: "killed", got: outcomeOf(() => dying(9)) });
  print({ title: "crashed", got: outcomeOf(() => dying(11)) });
  print({ title: "exited", got: outcomeOf(() => dying(0)) });
  print({ title: "stopped", got: stopEarly() });
  const goingOn = (count: number): string[] => Array.from(goOnBeside("do it", makers(count)), (piece) => decodeText(piece));
  print({ title: "going on", got: [0, 1, 2, 4].map(goingOn) });
  print({ title: "leftovers", got: JSON.stringify(before) === JSON.stringify(leftovers()) });
}
