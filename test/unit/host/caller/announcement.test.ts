/** What a manager of services hears, and for how long it is waited for. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { decodeText } from "../../../../src/base/text.ts";
import { Announcement } from "../../../../src/host/caller/announcement.ts";
import { ERRNO } from "../../../../src/sys/call/errno.ts";
import { receiveAt, receiveWith } from "../../../../src/sys/process/socket.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const LINES = ["READY=1", "MAINPID=7"];

function begin(address: string, milliseconds: number): Announcement {
  const begun = Announcement.begin(address, LINES, milliseconds);
  if (typeof begun === "number") throw new Error(`errno ${-begun}`);
  return begun;
}

test("it is over when the manager has let go of the barrier", async () => {
  await using directory = await tempDir({});
  const address = join(directory.path, "manager");
  using manager = receiveAt(address);
  using announcement = begin(address, 30_000);
  expect(announcement.proceed()).toBeUndefined();
  const [ready, main, barrier] = [1, 2, 3].map(() => receiveWith(manager, 100, "hear"));
  expect([ready, main, barrier].map((got) => decodeText(got?.data ?? new Uint8Array()))).toEqual(["READY=1\n", "MAINPID=7\n", "BARRIER=1"]);
  expect(announcement.proceed()).toBeUndefined();
  barrier?.descriptor?.close();
  expect(announcement.proceed()).toBe(0);
});

test("a manager that does not read is given up when the time is over, be there room for the messages or not", async () => {
  await using directory = await tempDir({});
  const address = join(directory.path, "manager");
  using _manager = receiveAt(address);
  const outcomes = Array.from({ length: 500 }, () => {
    using announcement = begin(address, 0);
    return announcement.proceed();
  });
  expect([...new Set(outcomes)]).toEqual([-ERRNO.ETIMEDOUT]);
});

test("a manager that is not there is told apart", async () => {
  await using directory = await tempDir({});
  expect(Announcement.begin(join(directory.path, "nobody"), LINES, 0)).toBe(-ERRNO.ENOENT);
  const address = join(directory.path, "gone");
  const manager = receiveAt(address);
  using announcement = begin(address, 30_000);
  manager.close();
  expect(announcement.proceed()).toBe(-ERRNO.ECONNREFUSED);
});
