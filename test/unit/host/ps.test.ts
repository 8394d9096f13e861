import { expect, test } from "bun:test";
import { filterTable } from "../../../src/host/ps.ts";

const TABLE = "UID   PID  PPID CMD\nroot   10     1 init\nroot    7     1 cat 10\n";

test("the heading stays, and the lines of those pids", () => {
  expect(filterTable(TABLE, new Set([10]))).toBe("UID   PID  PPID CMD\nroot   10     1 init\n");
  expect(filterTable(TABLE, new Set())).toBe("UID   PID  PPID CMD\n");
});

test("a table without PID is refused in runc's words", () => {
  expect(() => filterTable("CMD\ncat\n", new Set([1]))).toThrow("couldn't find PID field in ps output");
});

test("a table whose columns shift is refused", () => {
  expect(() => filterTable("CMD      PID\ncat file 7\n", new Set([7]))).toThrow(
    'unable to parse pid: no number in the PID column of "cat file 7"',
  );
});
