import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { openPid, spawn, waitChild } from "../../../src/sys/process/process.ts";

test("a process has a descriptor, and what has ended or is only a thread has none", () => {
  using own = openPid(process.pid);
  expect(own).toBeDefined();
  const pid = spawn({ file: "/bin/true", args: ["true"], env: [], descriptors: [] });
  expect(waitChild(pid)).toBe(0);
  const threads = readdirSync("/proc/self/task").map(Number);
  const others = [pid, ...threads.filter((thread) => thread !== process.pid)];
  expect(others.length).toBeGreaterThan(1);
  for (const other of others) expect(openPid(other)).toBeUndefined();
});
