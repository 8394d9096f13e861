import { expect, test } from "bun:test";
import { RuntimeError } from "../../../../src/base/errors.ts";
import { completeProcess, type ProcessOptions, processOf } from "../../../../src/plan/process/exec-process.ts";
import type { Process } from "../../../../src/spec/types.ts";
import { GIVEN } from "../../../support/exec-options.ts";

const CONTAINER: Process = {
  cwd: "/srv",
  env: ["PATH=/bin", "A=0"],
  user: { uid: 5, gid: 6, additionalGids: [7], umask: 0o77 },
  capabilities: { bounding: ["CAP_KILL"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"] },
  noNewPrivileges: false,
  terminal: true,
  oomScoreAdj: 3,
};

function given(options: Partial<ProcessOptions>): Process {
  return processOf(CONTAINER, { ...GIVEN, command: ["sh"], ...options });
}

test("without options the process is the container's, but for its program and terminal", () => {
  expect(given({})).toEqual({ ...CONTAINER, args: ["sh"], terminal: false });
});

test("options change it", () => {
  const changed = given({
    cwd: "/",
    env: ["B=1"],
    tty: true,
    noNewPrivs: true,
    processLabel: "l",
    apparmor: "p",
    user: "1:2",
    additionalGids: ["8", "9,10"],
  });
  expect(changed).toEqual({
    ...CONTAINER,
    args: ["sh"],
    cwd: "/",
    env: ["PATH=/bin", "A=0", "B=1"],
    terminal: true,
    noNewPrivileges: true,
    selinuxLabel: "l",
    apparmorProfile: "p",
    user: { uid: 1, gid: 2, additionalGids: [7, 8, 9, 10], umask: 0o77 },
  });
});

test("a user without a group keeps the container's group", () => {
  expect(given({ user: "1" }).user).toMatchObject({ uid: 1, gid: 6 });
});

test("[CVE-2022-29162] a capability that is added is neither inheritable nor ambient", () => {
  expect(given({ cap: ["CAP_CHOWN"] }).capabilities).toEqual({
    bounding: ["CAP_KILL", "CAP_CHOWN"],
    effective: ["CAP_CHOWN"],
    permitted: ["CAP_CHOWN"],
    inheritable: ["CAP_KILL"],
    ambient: ["CAP_KILL"],
  });
});

test.each([
  "root",
  "",
  "-1",
  "1:",
  ":1",
  "1:2:3",
  "4294967295",
  "4294967296",
  "18446744073709551616",
  "0x0",
  " 1",
  "1 ",
  "1e3",
  "1.0",
  "٣",
])("[CVE-2016-3697] the user %j is no number, and no other user", (user) => {
  expect(() => given({ user })).toThrow(RuntimeError);
});

test("numbers that only look different are the same user", () => {
  expect(["01", "4294967294"].map((user) => given({ user }).user?.uid)).toEqual([1, 4294967294]);
});

test.each<[Partial<ProcessOptions>, string]>([
  [{ command: [] }, "process args cannot be empty"],
  [{ cwd: "srv" }, "Cwd must be an absolute path"],
  [{ env: ["A=1", "B"] }, 'invalid environment variable: "B"'],
  [{ env: ["=1"] }, 'invalid environment variable: "=1"'],
  [{ additionalGids: ["-5"] }, "additional-gids must be a positive number -5"],
  [{ additionalGids: ["5,x"] }, "additional-gids must be a positive number x"],
])("%j is refused in runc's words", (options, message) => {
  expect(() => given(options)).toThrow(message);
});

test("a process.json has what confines the container, unless it says something else, and nothing more of it", () => {
  const process: Process = { cwd: "/", args: ["a"] };
  const capabilities = { bounding: ["CAP_CHOWN"] };
  const confined: Process = { ...CONTAINER, apparmorProfile: "a", selinuxLabel: "s", rlimits: [{ type: "RLIMIT_CORE", soft: 0, hard: 0 }] };
  expect([
    completeProcess(process, confined),
    completeProcess({ ...process, capabilities, apparmorProfile: "b", oomScoreAdj: 0 }, confined),
  ]).toEqual([
    { ...process, capabilities: CONTAINER.capabilities ?? {}, oomScoreAdj: 3, apparmorProfile: "a", selinuxLabel: "s" },
    { ...process, capabilities, oomScoreAdj: 0, apparmorProfile: "b", selinuxLabel: "s" },
  ]);
});
