/**
 * Work that a child process does beside us: a copy of this one by fork(2), so it has all that the work needs. What comes
 * out of the work is passed on through a pipe, and large pieces through memory that both have (slots.ts):
 *
 *   frame    u32 kind · u32 size · `size` bytes
 *   bytes    a piece of what the work yields
 *   slot     such a piece, of which the pipe has no bytes: it is in the next slot
 *   number   a number that it yields, in JSON
 *   result   what it returns, in JSON; the last frame
 *   failure  what it throws, in JSON; the last frame
 */
import { put32, u32 } from "../../base/bytes.ts";
import { type ErrorCode, type ErrorDetail, firstFailure, RuntimeError } from "../../base/errors.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { exit, fork } from "../../engine/process.ts";
import { O_CLOEXEC } from "../call/at-flags.ts";
import { Fd, readInto, writeAll } from "../call/fd.ts";
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { ownPid, parentPid } from "../call/own-ids.ts";
import { endOf, keepChildren, waitChild } from "./process.ts";
import { SLOT, Slots } from "./slots.ts";

/** Bytes, valid until the work goes on, and numbers. What it returns is JSON. */
export type Work<R> = Generator<Uint8Array | number, R>;

const HEADER = 8;
const BYTES = 1;
const NUMBER = 2;
const RESULT = 3;
const FAILURE = 4;
const SLOTTED = 5;

/** Fewer bytes go through the pipe, with their header. */
const LARGE = 4096;

const SIGKILL = 9;
const PR_SET_PDEATHSIG = 1;

/**
 * The same as `work()`, but a child does it, which is gone when this generator ends, however it ends. Where there can be no
 * child, the work is done here. `what` is for the error that is thrown when the child dies: `cannot <what>: …`.
 */
export function* workBeside<R>(what: string, work: () => Work<R>): Work<R> {
  const [from, to] = openPipe();
  using reading = from;
  using writing = to;
  using slots = new Slots();
  keepChildren();
  const parent = ownPid();
  const pid = fork();
  if (pid === 0) serve({ pipe: writing.number, slots }, parent, work);
  if (pid < 0) return yield* work();
  writing.close();
  slots.keepOurs();
  const child = { pid, what, isOver: false };
  try {
    return yield* receive<R>({ pipe: reading.number, slots }, child);
  } finally {
    if (!child.isOver) end(child);
  }
}

/** The same pieces as `stream` has. If there are more than two, a child makes the others: what is short is over before a process begins. */
export function* goOnBeside(what: string, stream: Generator<Uint8Array, void>): Generator<Uint8Array, void> {
  try {
    const first = stream.next();
    if (first.done) return;
    const kept = first.value.slice(); // it is valid until the next one
    const second = stream.next();
    yield kept;
    if (second.done) return;
    yield second.value;
    const others = workBeside(what, function* (): Work<null> {
      yield* stream;
      return null;
    });
    for (const piece of others) if (typeof piece !== "number") yield piece;
  } finally {
    stream.return();
  }
}

/** What there is between us and a child. */
interface Channel {
  readonly pipe: number;
  readonly slots: Slots;
}

interface Child {
  readonly pid: number;
  readonly what: string;
  /** Nothing is left of it. */
  isOver: boolean;
}

function openPipe(): [Fd, Fd] {
  const ends = new Int32Array(2);
  check(syscall(SYS.pipe2, ends, O_CLOEXEC), "pipe2(2)", "make a pipe");
  const [from = -1, to = -1] = ends;
  return [new Fd(from), new Fd(to)];
}

function* receive<R>({ pipe, slots }: Channel, child: Child): Work<R> {
  const header = new Uint8Array(HEADER);
  let buffer = new Uint8Array(0);
  for (;;) {
    if (readInto(pipe, header, "what a child does") < HEADER) throw died(child);
    const kind = u32(header, 0);
    const size = u32(header, 4);
    if (kind === SLOTTED) {
      yield slots.take(size);
      slots.giveBack();
      continue;
    }
    if (size > buffer.length) buffer = new Uint8Array(size);
    const bytes = buffer.subarray(0, size);
    if (readInto(pipe, bytes, "what a child does") < size) throw died(child);
    if (kind === BYTES) yield bytes;
    else if (kind === NUMBER) yield Number(decodeText(bytes));
    else if (kind === RESULT) return JSON.parse(decodeText(bytes)) as R;
    else throw parseFailure(decodeText(bytes));
  }
}

/** It is not reaped yet, so its number is no other process's. */
function end(child: Child): number {
  syscall(SYS.kill, child.pid, SIGKILL);
  child.isOver = true;
  return waitChild(child.pid);
}

function died(child: Child): RuntimeError {
  child.isOver = true;
  const how = endOf(waitChild(child.pid));
  const reason = "killed" in how ? `was killed by signal ${how.killed}` : `ended with status ${how.exited}`;
  const hint = "killed" in how && how.killed === SIGKILL ? { hint: "there may have been too little memory" } : {};
  return new RuntimeError("kernel", `cannot ${child.what}: the process that did it ${reason}`, hint);
}

/** In the child: never returns. */
function serve<R>({ pipe, slots }: Channel, parent: number, work: () => Work<R>): never {
  syscall(SYS.prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (parentPid() !== parent) exit(1);
  slots.keepChilds();
  try {
    const running = work();
    for (;;) {
      const { value, done } = running.next();
      if (done) {
        send(pipe, RESULT, encodeText(JSON.stringify(value ?? null)));
        exit(0);
      }
      if (typeof value === "number") send(pipe, NUMBER, encodeText(String(value)));
      else if (value.length < LARGE) send(pipe, BYTES, value);
      else sendLarge({ pipe, slots }, value);
    }
  } catch (error) {
    send(pipe, FAILURE, encodeText(describeFailure(firstFailure(error))));
  } finally {
    exit(1); // whatever is thrown, what our caller has in hand is our parent's to clean up
  }
}

function send(pipe: number, kind: number, bytes: Uint8Array): void {
  write(pipe, headerOf(kind, bytes.length));
  write(pipe, bytes);
}

function sendLarge({ pipe, slots }: Channel, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += SLOT) {
    const piece = bytes.subarray(at, at + SLOT);
    if (!slots.put(piece)) exit(1);
    write(pipe, headerOf(SLOTTED, piece.length));
  }
}

function headerOf(kind: number, size: number): Uint8Array {
  const header = new Uint8Array(HEADER);
  put32(header, 0, kind);
  put32(header, 4, size);
  return header;
}

/** If nobody listens any more, the child has nothing left to do. */
function write(pipe: number, bytes: Uint8Array): void {
  try {
    writeAll(pipe, bytes, "to our parent");
  } catch {
    exit(1);
  }
}

interface Failure {
  /** Absent = a bug, or no memory. */
  readonly code?: ErrorCode;
  /** Of what is no RuntimeError. */
  readonly name?: string;
  readonly message: string;
  readonly detail?: ErrorDetail;
  readonly stack?: string | undefined;
}

function describeFailure(error: unknown): string {
  const failure: Failure =
    error instanceof RuntimeError
      ? { code: error.code, message: error.message, detail: { ...error.detail, cause: undefined } }
      : error instanceof Error
        ? { name: error.name, message: error.message, stack: error.stack }
        : { message: String(error) };
  return JSON.stringify(failure);
}

function parseFailure(text: string): Error {
  const { code, name, message, detail, stack } = JSON.parse(text) as Failure;
  if (code !== undefined) return new RuntimeError(code, message, detail);
  const error = new Error(message);
  if (name !== undefined) error.name = name;
  if (stack !== undefined) error.stack = `${message}\n${stack}`;
  return error;
}
