/** linux.seccomp: what a container's processes may call, and what its start still can. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { canFilter, forbids, number, recipe, shows, type Wish } from "../support/filtered.ts";
import type { JsonObject } from "../support/json.ts";
import { podmanProfile } from "../support/podman-profile.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { inComparableEnvironment, peer, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { fieldsOf } from "../support/supervisor.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [GETUID, GETPID, SYNC] = [number("getuid"), number("getpid"), number("sync")];

describe("each action is what a program meets:", () => {
  test.if(canFilter).each([
    ["SCMP_ACT_ERRNO", {}, ["call", String(SYNC)], `call ${SYNC} EPERM\n`],
    ["SCMP_ACT_ERRNO", { errnoRet: 28 }, ["call", String(SYNC)], `call ${SYNC} ENOSPC\n`],
    ["SCMP_ACT_KILL", {}, ["call-in-child", String(SYNC)], "child killed by SYS\n"],
    ["SCMP_ACT_KILL_THREAD", {}, ["call-in-thread", String(SYNC)], "the process went on\n"],
    ["SCMP_ACT_TRAP", {}, ["trap", String(SYNC)], `trapped call ${SYNC}\n`],
    ["SCMP_ACT_TRACE", {}, ["call", String(SYNC)], `call ${SYNC} ENOSYS\n`],
    ["SCMP_ACT_LOG", {}, ["call", String(SYNC)], `call ${SYNC} made\n`],
    ["SCMP_ACT_ALLOW", {}, ["call", String(SYNC)], `call ${SYNC} made\n`],
  ] as const)("%s with %j", async (action, more, args, expected) => {
    expect(await shows({ args, seccomp: forbids("sync", action, more) })).toBe(expected);
  });

  test.if(canFilter)("SCMP_ACT_KILL_PROCESS takes all threads", async () => {
    const words = { args: ["call-in-thread", String(SYNC)], seccomp: forbids("sync", "SCMP_ACT_KILL_PROCESS") };
    expect(await shows(words)).toBe("exit 159\n");
  });

  test.if(canFilter)("[C111] the default, with its errno", async () => {
    const seccomp = { defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 13, syscalls: [allowing(["sync", "getuid"]), ALLOWED] };
    const calls = [SYNC, GETUID, GETPID].map(String);
    expect(await shows({ args: ["calls", ...calls], seccomp })).toBe(`call ${SYNC} made\ncall ${GETUID} made\ncall ${GETPID} EACCES\n`);
  });
});

test.if(canFilter)("[C112] a condition on an argument decides", async () => {
  const seccomp = forbids("umask", "SCMP_ACT_ERRNO", { args: [{ index: 0, value: 7, op: "SCMP_CMP_GE" }] });
  const umask = String(number("umask"));
  expect(await shows({ args: ["call-with", umask, "6", "call-with", umask, "7"], seccomp })).toBe(
    `call ${umask} made\ncall ${umask} EPERM\n`,
  );
});

/** Of umask(6) and umask(7), which one the condition holds for. */
test.if(canFilter).each([
  ["SCMP_CMP_NE", { value: 6 }, "7"],
  ["SCMP_CMP_LT", { value: 7 }, "6"],
  ["SCMP_CMP_LE", { value: 6 }, "6"],
  ["SCMP_CMP_EQ", { value: 7 }, "7"],
  ["SCMP_CMP_GE", { value: 7 }, "7"],
  ["SCMP_CMP_GT", { value: 6 }, "7"],
  ["SCMP_CMP_MASKED_EQ", { value: 1, valueTwo: 1 }, "7"],
] as const)("[C112] [C126] the operator %s with %j", async (op, values, forbidden) => {
  const umask = String(number("umask"));
  const seccomp = forbids("umask", "SCMP_ACT_ERRNO", { args: [{ index: 0, op, ...values }] });
  const answer = (mask: string): string => `call ${umask} ${mask === forbidden ? "EPERM" : "made"}\n`;
  expect(await shows({ args: ["call-with", umask, "6", "call-with", umask, "7"], seccomp })).toBe(answer("6") + answer("7"));
});

/** All that the probe itself needs to say something. */
const NEEDED = [
  "execve",
  "write",
  "writev",
  "exit",
  "exit_group",
  "ioctl",
  "brk",
  "mmap",
  "munmap",
  "mprotect",
  "arch_prctl",
  "fstat",
  "newfstatat",
];
const ALLOWED = allowing([
  ...[...NEEDED, "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlinkat", "readlink", "getrandom", "uname", "fcntl"],
  "mremap",
]);

function allowing(names: readonly string[]): JsonObject {
  return { names: [...names], action: "SCMP_ACT_ALLOW" };
}

test.if(canFilter)("a call newer than the profile is ENOSYS, one that it merely does not name EPERM", async () => {
  const seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [ALLOWED, allowing(["pidfd_open"])] };
  const newer = String(number("pidfd_open") + 1);
  expect(await shows({ args: ["calls", newer, "4000", String(SYNC)], seccomp })).toBe(
    `call ${newer} ENOSYS\ncall 4000 ENOSYS\ncall ${SYNC} EPERM\n`,
  );
});

describe("a profile that allows what the program needs also lets it be started:", () => {
  const seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [ALLOWED, allowing(["getuid"])] };
  const args = ["call", String(GETUID)];

  test.if(canFilter)("without new privileges, nothing else is needed", async () => {
    expect(await shows({ args, seccomp, process: { noNewPrivileges: true } })).toBe(`call ${GETUID} made\n`);
  });

  test.if(canFilter)("with them, what gives up capabilities and talks to the runtime", async () => {
    const more = { ...seccomp, syscalls: [...seccomp.syscalls, allowing(["capset", "sendto", "recvfrom", "close", "accept4"])] };
    const user = { uid: 1000, gid: 1000 };
    expect(await shows({ args, seccomp: more, process: { noNewPrivileges: false, user } })).toBe(`call ${GETUID} made\n`);
  });

  test.if(canFilter)("one that does not allow execve is an error of execve", async () => {
    const without = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["execve"], action: "SCMP_ACT_ERRNO" }] };
    const outcome = await runContainer(recipe({ args, seccomp: without, process: { noNewPrivileges: true } }));
    expect(outcome.stderr).toStartWith("exec /probe: operation not permitted\n");
    expect(outcome.exitCode).toBe(1);
  });
});

describe("the filter is loaded", () => {
  const waiting = (noNewPrivileges: boolean, more: JsonObject = {}): Wish => ({
    args: ["sleep-until-signal"],
    seccomp: forbids("sync", "SCMP_ACT_ERRNO"),
    process: { noNewPrivileges, ...more },
  });
  const modeOf = async (box: Sandbox): Promise<string> => {
    const status = await Bun.file(`/proc/${(await box.state()).pid}/status`).text();
    return /^Seccomp:\t(\d)$/m.exec(status)?.[1] ?? "none";
  };
  const ADMIN = ["CAP_SYS_ADMIN"];

  test.if(canFilter).each([
    ["after start, without new privileges", waiting(true), ["0", "2"]],
    ["before, if that takes a capability that the program does not get", waiting(false), ["2", "2"]],
    [
      "after start, if the program gets it",
      waiting(false, { capabilities: { bounding: ADMIN, permitted: ADMIN, effective: ADMIN } }),
      ["0", "2"],
    ],
  ] as const)("%s", async (_, wish, expected) => {
    await using box = await sandbox(recipe(wish));
    await box.create();
    const before = await modeOf(box);
    await box.must(["start", box.id]);
    await until("the program runs", async () => (await box.status()) === "running");
    expect([before, await modeOf(box)]).toEqual([...expected]);
  });

  test.if(canFilter)("and gives the program no capability for it", async () => {
    const process = { noNewPrivileges: false, user: { uid: 1000, gid: 1000 } };
    const [without, withFilter] = await Promise.all(
      [null, forbids("sync", "SCMP_ACT_ERRNO")].map(async (seccomp) => {
        const config = { process, linux: { seccomp } } as JsonObject;
        return (await runContainer({ args: ["/probe", "status"], config })).stdout;
      }),
    );
    expect(withFilter?.replace("Seccomp 2", "Seccomp 0")).toBe(without ?? "");
    expect(withFilter).toContain("Seccomp 2\n");
  });

  test.if(canFilter)("before startContainer hooks, which may be the image's", async () => {
    const hook = { path: "/probe", args: ["probe", "call", String(SYNC)] };
    const wish = { ...waiting(true), seccomp: forbids("sync", "SCMP_ACT_KILL_PROCESS"), config: { hooks: { startContainer: [hook] } } };
    const { stderr } = await runContainer(recipe(wish));
    expect(stderr).toContain("error running startContainer hook #0: /probe: signal: SIGSYS");
  });
});

test.if(canFilter && requires("user-namespace"))("in a user namespace of its own", async () => {
  const map = [{ containerID: 0, hostID: 100000, size: 65536 }];
  const linux = { uidMappings: map, gidMappings: map, seccomp: forbids("sync", "SCMP_ACT_ERRNO") };
  const namespaces = ["pid", "network", "ipc", "uts", "mount", "user"].map((type) => ({ type }));
  const config: JsonObject = { process: { noNewPrivileges: false, user: { uid: 7, gid: 7 } }, linux: { ...linux, namespaces } };
  expect((await runContainer({ args: ["/probe", "call", String(SYNC)], config })).stdout).toBe(`call ${SYNC} EPERM\n`);
});

test.if(canFilter && requires("proc-of-namespace"))("in a pid namespace of others, that is entered last", async () => {
  await using first = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  await first.must(["run", "--detach", "--bundle", first.path, first.id]);
  const namespaces = [
    { type: "mount" },
    { type: "uts" },
    { type: "ipc" },
    { type: "network" },
    { type: "pid", path: `/proc/${(await first.state()).pid}/ns/pid` },
  ];
  const syscalls = [
    { names: ["sync"], action: "SCMP_ACT_KILL_PROCESS" },
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38 },
  ];
  const config = { process: { noNewPrivileges: false }, linux: { namespaces, seccomp: { defaultAction: "SCMP_ACT_ALLOW", syscalls } } };
  const { stdout, stderr } = await runContainer({ args: ["/probe", "call-in-child", String(SYNC)], config });
  expect([stdout, stderr]).toEqual(["child killed by SYS\n", ""]);
});

const PEERS = (["runc", "crun"] as const).filter((name) => requires(name));

test.if(canFilter && requires("podman-profile") && PEERS.length > 0)(
  "the profile that engines use answers as it does with runc and crun",
  async () => {
    const profile = podmanProfile();
    const denied = await callsDenied(profile);
    const wish = { args: ["calls", ...denied.map(String)], seccomp: profile as unknown as JsonObject };
    for (const noNewPrivileges of [true, false]) {
      const process = { noNewPrivileges };
      const ours = await runContainer(recipe({ ...wish, process }), { runtime: inComparableEnvironment(runtimeUnderTest()) });
      expect(ours.stdout.split("\n").length).toBeGreaterThan(40);
      expect(ours.stdout).toContain("call 3000 ENOSYS\n");
      expect(ours.stdout).not.toContain(" made\n");
      for (const name of PEERS) {
        const runtime = peer(name);
        if (runtime === undefined) throw new Error(`${name} is not installed`);
        const theirs = await runContainer(recipe({ ...wish, process }), { runtime: inComparableEnvironment(runtime) });
        expect([name, theirs.stdout]).toEqual([name, ours.stdout]);
      }
    }
  },
);

/** uretprobe(2) and uprobe(2) are for the kernel's own trampolines, and no filter sees them. */
const UNFILTERED = process.arch === "x64" ? [335, 336] : [];

/** The calls of this machine that a profile answers by an errno, so that making them does nothing. */
async function callsDenied(profile: ReturnType<typeof podmanProfile>): Promise<number[]> {
  const { compileFilter } = await import("../../src/host/facts/filter-compiler.ts");
  const { runFilter } = await import("../support/filter-program.ts");
  const program = compileFilter(profile);
  const arch = process.arch === "arm64" ? 0xc00000b7 : 0xc000003e;
  const all = [...Array.from({ length: 600 }, (_, call) => call), 3000];
  return all.filter((call) => !UNFILTERED.includes(call) && runFilter(program, { arch, number: call }) >>> 16 === 5);
}

describe("a filter that forbids the start of the program is named, although init can say nothing:", () => {
  const ALLOWED_CALLS = ["read", "write", "exit_group"];
  const only = (names: readonly string[]): JsonObject => ({
    defaultAction: "SCMP_ACT_ERRNO",
    syscalls: names.length === 0 ? [] : [{ names, action: "SCMP_ACT_ALLOW" }],
  });
  const process = { noNewPrivileges: true };
  const WORDS = [
    "container init was killed or ended before its program began",
    " /linux/seccomp\n",
    "the filter may forbid what init calls last: execve(2)",
  ];

  for (const names of [ALLOWED_CALLS, []]) {
    test.if(canFilter)(
      `run, with ${names.length === 0 ? "nothing, the end of a process neither," : names.join(", ")} allowed`,
      async () => {
        const { exitCode, stdout, stderr } = await runContainer(recipe({ args: ["true"], seccomp: only(names), process }));
        expect([exitCode, stdout]).toEqual([1, ""]);
        for (const words of WORDS) expect(stderr).toContain(words);
      },
    );

    test.if(canFilter)(
      `start, with ${names.length === 0 ? "nothing, the end of a process neither," : names.join(", ")} allowed`,
      async () => {
        await using box = await sandbox(recipe({ args: ["true"], seccomp: only(names), process }));
        const prefix = [join(box.host, "probe"), "shim", join(box.host, "out"), join(box.host, "err")];
        const shim = await box.start(["create", "--bundle", box.path, box.id], { prefix });
        await shim.shows("runtime exited 0\n");
        shim.kill("SIGSTOP"); // it reaps init as soon as that ends, and then there would be nothing to be seen
        await until("the shim has stopped", () => fieldsOf(shim.pid).state === "T");
        const { exitCode, stderr } = await box.call(["start", box.id]);
        shim.kill("SIGCONT");
        await shim.ended;
        expect(exitCode).toBe(1);
        for (const words of WORDS) expect(stderr).toContain(words);
        expect(await box.status()).toBe("stopped");
      },
    );
  }

  test.if(canFilter)("create, if it is loaded so early that init does not get ready", async () => {
    await using box = await sandbox(recipe({ args: ["true"], seccomp: only(ALLOWED_CALLS), process: { noNewPrivileges: false } }));
    const { exitCode, stderr } = await box.call(["create", "--bundle", box.path, box.id]);
    expect(exitCode).toBe(1);
    for (const words of ["before it was ready", ...WORDS.slice(1)]) expect(stderr).toContain(words);
  });
});
