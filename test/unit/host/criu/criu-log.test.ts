/** What of CRIU's log says why it gave up. */
import { expect, test } from "bun:test";
import { errorsIn } from "../../../../src/host/criu/criu-log.ts";

const LOG = `(00.112832) Error (criu/util.c:1534): rlimit: Can't setup RLIMIT_NOFILE for self: Operation not permitted
(00.278023) 24538 fdinfo 1: pos: 0
(00.278034) Error (criu/files-reg.c:1790): Can't lookup mount=27 for fd=1 path=/out
(00.278045) Error (criu/cr-dump.c:1545): Dump files (pid: 24538) failed with -1
(00.278100)      1: Error (criu/mount.c:9): one of the container's own
(00.341474) Error (criu/cr-dump.c:1975): Dumping FAILED.
`;

test("errors, without those that tell nothing", () => {
  expect(errorsIn(LOG)).toEqual(["Can't lookup mount=27 for fd=1 path=/out", "one of the container's own"]);
});

test("not more than anybody reads", () => {
  expect(errorsIn("(0.1) Error (a.c:1): x\n".repeat(100))).toHaveLength(3);
});

test("nothing in a log without errors", () => {
  expect(errorsIn("(0.1) all is well\nError: not CRIU's form\n")).toEqual([]);
});
