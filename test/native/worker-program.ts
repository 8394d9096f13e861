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
import { SLOT } from "../../src/sys/process/slots.ts";
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

/** Pieces around the sizes at which they go another way (slots.ts), of which no two stretches are alike. */
function* varied(): Work<void> {
  for (const size of [4095, 4096, SLOT - 1, SLOT, SLOT + 1, 5 * SLOT + 4097]) {
    const piece = new Uint32Array(Math.ceil(size / 4));
    for (let i = 0; i < piece.length; i++) piece[i] = i * 2654435761 + size;
    yield new Uint8Array(piece.buffer, 0, size);
  }
}

const PIECES = 9;

function* numbered(): Work<void> {
  for (let i = 0; i < PIECES; i++) yield new Uint8Array(5000).fill(i);
}

/** Looks at each piece when the child has come as far as it can without that being given back. */
function keepEach(): unknown {
  const seen: string[] = [];
  for (const piece of onlyBytes(workBeside("do it", numbered))) {
    const child = readText(`/proc/self/task/${ownPid()}/children`).trim();
    while (!/\) [SZ] /.test(readText(`/proc/${child}/stat`)));
    seen.push([...new Set(piece)].join());
  }
  return seen.join(" ");
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
  print({ title: "the same bytes", got: digestOfAll(onlyBytes(workBeside("do it", varied))) === digestOfAll(onlyBytes(varied())) });
  print({ title: "kept", got: keepEach() });
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
