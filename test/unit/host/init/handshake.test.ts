import { expect, test } from "bun:test";
import { put32 } from "../../../../src/base/bytes.ts";
import { Handshake, InitLost, StepFailure } from "../../../../src/host/init/handshake.ts";
import { SYNC_POINTS } from "../../../../src/plan/steps/step.ts";
import { MESSAGE } from "../../../../src/plan/steps/wire.ts";
import type { Fd } from "../../../../src/sys/call/fd.ts";
import { receiveWith, socketPair, trySend } from "../../../../src/sys/process/socket.ts";

const ENOENT = 2;

/** A conversation, and init's end of it. */
function converse(mount = (_: number): void => {}): { handshake: Handshake; init: Fd } {
  const [ours, init] = socketPair();
  const listener = { warn: () => {}, next: () => {}, supervised: () => {}, mount };
  return { handshake: new Handshake(ours, { steps: 4, isSupervised: false }, listener), init };
}

function say(init: Fd, kind: keyof typeof MESSAGE, value: number): void {
  const message = new Uint8Array(12);
  put32(message, 0, MESSAGE[kind]);
  put32(message, 8, value);
  expect(trySend(init, message)).toBe(0);
}

function hear(init: Fd): number | undefined {
  return receiveWith(init, 12, "hear").data[0];
}

test("init that is released ahead passes the point without being waited for", () => {
  const { handshake, init } = converse();
  handshake.release("cgroup");
  say(init, "sync", SYNC_POINTS.cgroup);
  expect(hear(init)).toBe(MESSAGE.go);
  say(init, "sync", SYNC_POINTS["id-maps"]);
  handshake.await("id-maps");
  handshake.release("id-maps");
  say(init, "sync", SYNC_POINTS.ready);
  handshake.await("ready");
  handshake[Symbol.dispose]();
  init.close();
});

test.each([
  ["that it was not released from", []],
  ["that it was released from where it waited", ["cgroup"]],
] as const)("init that is at another point than the one awaited, %s, is not believed", (_, awaited) => {
  const { handshake, init } = converse();
  for (const point of awaited) {
    say(init, "sync", SYNC_POINTS[point]);
    handshake.await(point);
    handshake.release(point);
  }
  say(init, "sync", SYNC_POINTS.cgroup);
  expect(() => handshake.await("ready")).toThrow(InitLost);
  handshake[Symbol.dispose]();
  init.close();
});

test("init that is released ahead is so once", () => {
  const { handshake, init } = converse();
  handshake.release("cgroup");
  say(init, "sync", SYNC_POINTS.cgroup);
  say(init, "sync", SYNC_POINTS.cgroup);
  expect(() => handshake.await("ready")).toThrow(InitLost);
  handshake[Symbol.dispose]();
  init.close();
});

test("a failure before the point that init is released from ahead is heard, although init has left that unread", () => {
  const { handshake, init } = converse();
  handshake.release("cgroup");
  say(init, "warning", ENOENT);
  say(init, "failed", ENOENT);
  init.close();
  expect(() => handshake.await("ready")).toThrow(StepFailure);
  handshake[Symbol.dispose]();
});

test("init that is gone without a word is lost, whether it was released ahead before or after", () => {
  for (const isBefore of [true, false]) {
    const { handshake, init } = converse();
    if (isBefore) handshake.release("cgroup");
    init.close();
    if (!isBefore) handshake.release("cgroup");
    expect(() => handshake.await("ready")).toThrow(InitLost);
    handshake[Symbol.dispose]();
  }
});

test("init that is ready names no root any more", () => {
  const named: number[] = [];
  const { handshake, init } = converse((id) => named.push(id));
  say(init, "mount", 7);
  say(init, "sync", SYNC_POINTS.root);
  handshake.await("root");
  handshake.release("root");
  say(init, "sync", SYNC_POINTS.ready);
  handshake.await("ready");
  say(init, "mount", 8);
  expect(() => handshake.awaitExec()).toThrow(InitLost);
  expect(named).toEqual([7]);
  handshake[Symbol.dispose]();
  init.close();
});
