/** linux.seccomp: what a container's processes may call, and what its start still can. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { callNumber } from "../../src/sys/libseccomp.ts";
import type { Recipe } from "../support/bundle.ts";
import { type Json, type JsonObject, parseObject } from "../support/json.ts";
import { podmanProfile } from "../support/podman-profile.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { inComparableEnvironment, peer, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type Running, spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root", "seccomp", "libseccomp");

function number(name: string): number {
  const found = root ? callNumber(name) : 0;
  if (found === undefined) throw new Error(`libseccomp does not know ${name}`);
  return found;
}

const [GETPID, GETUID, SYNC] = [number("getpid"), number("getuid"), number("sync")];

interface Wish {
  readonly args: readonly string[];
  readonly seccomp: JsonObject;
  readonly process?: JsonObject;
  readonly config?: JsonObject;
}

function recipe({ args, seccomp, process = {}, config = {} }: Wish): Recipe {
  return { args: ["/probe", ...args], config: { ...config, process, linux: { seccomp } } };
}

async function shows(wish: Wish): Promise<string> {
  const { stdout, stderr, exitCode } = await runContainer(recipe(wish));
  return [stdout, stderr, ...(exitCode === 0 ? [] : [`exit ${exitCode}\n`])].join("");
}

function forbids(name: string, action: string, more: JsonObject = {}): JsonObject {
  return { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: [name], action, ...more }] };
}

describe("each action is what a program meets:", () => {
  test.if(root).each([
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

  test.if(root)("SCMP_ACT_KILL_PROCESS takes all threads", async () => {
    const words = { args: ["call-in-thread", String(SYNC)], seccomp: forbids("sync", "SCMP_ACT_KILL_PROCESS") };
    expect(await shows(words)).toBe("exit 159\n");
  });

  test.if(root)("the default, with its errno", async () => {
    const seccomp = { defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 13, syscalls: [allowing(["sync", "getuid"]), ALLOWED] };
    const calls = [SYNC, GETUID, GETPID].map(String);
    expect(await shows({ args: ["calls", ...calls], seccomp })).toBe(`call ${SYNC} made\ncall ${GETUID} made\ncall ${GETPID} EACCES\n`);
  });
});

test.if(root)("a condition on an argument decides", async () => {
  const seccomp = forbids("umask", "SCMP_ACT_ERRNO", { args: [{ index: 0, value: 7, op: "SCMP_CMP_GE" }] });
  const umask = String(number("umask"));
  expect(await shows({ args: ["call-with", umask, "6", "call-with", umask, "7"], seccomp })).toBe(
    `call ${umask} made\ncall ${umask} EPERM\n`,
  );
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

test.if(root)("a call newer than the profile is ENOSYS, one that it merely does not name EPERM", async () => {
  const seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [ALLOWED, allowing(["pidfd_open"])] };
  const newer = String(number("pidfd_open") + 1);
  expect(await shows({ args: ["calls", newer, "4000", String(SYNC)], seccomp })).toBe(
    `call ${newer} ENOSYS\ncall 4000 ENOSYS\ncall ${SYNC} EPERM\n`,
  );
});

describe("a profile that allows what the program needs also lets it be started:", () => {
  const seccomp = { defaultAction: "SCMP_ACT_ERRNO", syscalls: [ALLOWED, allowing(["getuid"])] };
  const args = ["call", String(GETUID)];

  test.if(root)("without new privileges, nothing else is needed", async () => {
    expect(await shows({ args, seccomp, process: { noNewPrivileges: true } })).toBe(`call ${GETUID} made\n`);
  });

  test.if(root)("with them, what gives up capabilities and talks to the runtime", async () => {
    const more = { ...seccomp, syscalls: [...seccomp.syscalls, allowing(["capset", "sendto", "recvfrom", "close", "accept4"])] };
    const user = { uid: 1000, gid: 1000 };
    expect(await shows({ args, seccomp: more, process: { noNewPrivileges: false, user } })).toBe(`call ${GETUID} made\n`);
  });

  test.if(root)("one that does not allow execve is an error of execve", async () => {
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

  test.if(root).each([
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

  test.if(root)("and gives the program no capability for it", async () => {
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

  test.if(root)("before startContainer hooks, which may be the image's", async () => {
    const hook = { path: "/probe", args: ["probe", "call", String(SYNC)] };
    const wish = { ...waiting(true), seccomp: forbids("sync", "SCMP_ACT_KILL_PROCESS"), config: { hooks: { startContainer: [hook] } } };
    const { stderr } = await runContainer(recipe(wish));
    expect(stderr).toContain("error running startContainer hook #0: /probe: signal: SIGSYS");
  });
});

test.if(root && requires("user-namespace"))("in a user namespace of its own", async () => {
  const map = [{ containerID: 0, hostID: 100000, size: 65536 }];
  const linux = { uidMappings: map, gidMappings: map, seccomp: forbids("sync", "SCMP_ACT_ERRNO") };
  const namespaces = ["pid", "network", "ipc", "uts", "mount", "user"].map((type) => ({ type }));
  const config: JsonObject = { process: { noNewPrivileges: false, user: { uid: 7, gid: 7 } }, linux: { ...linux, namespaces } };
  expect((await runContainer({ args: ["/probe", "call", String(SYNC)], config })).stdout).toBe(`call ${SYNC} EPERM\n`);
});

test.if(root && requires("proc-of-namespace"))("in a pid namespace of others, that is entered last", async () => {
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

test.if(root && requires("podman-profile") && PEERS.length > 0)(
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
  const { compileFilter } = await import("../../src/host/filter-compiler.ts");
  const { runFilter } = await import("../support/filter-program.ts");
  const program = compileFilter(profile);
  const arch = process.arch === "arm64" ? 0xc00000b7 : 0xc000003e;
  const all = [...Array.from({ length: 600 }, (_, call) => call), 3000];
  return all.filter((call) => !UNFILTERED.includes(call) && runFilter(program, { arch, number: call }) >>> 16 === 5);
}

describe("a listener", () => {
  const AGENT = "@HOST@/agent.sock";
  const MKDIR = number("mkdirat");
  const asking = (names: readonly string[]): JsonObject => ({
    defaultAction: "SCMP_ACT_ALLOW",
    listenerPath: AGENT,
    listenerMetadata: 'for "the agent"',
    syscalls: [{ names: [...names], action: "SCMP_ACT_NOTIFY" }],
  });
  const agentFor = async (box: Sandbox): Promise<Running> => {
    const agent = await spawn(join(box.directory, "calls"), [
      join(box.host, "probe"),
      "filter-agent",
      join(box.host, "agent.sock"),
      String(MKDIR),
    ]);
    await agent.shows("listening");
    return agent;
  };
  const told = (stdout: string): { state: JsonObject; rest: string[] } => {
    const [, state = "", ...rest] = stdout.trimEnd().split("\n");
    return { state: parseObject(state.replace(/^state /, "")), rest };
  };

  test.if(root).each([true, false])("gets the descriptor and the state, and answers (noNewPrivileges: %p)", async (noNewPrivileges) => {
    await using box = await sandbox({
      ...recipe({ args: ["call", String(MKDIR)], seccomp: asking(["mkdirat"]), process: { noNewPrivileges } }),
    });
    const agent = await agentFor(box);
    const config = parseObject(await Bun.file(join(box.path, "config.json")).text());
    const { stdout } = await box.must(["run", "--pid-file", join(box.host, "pid"), "--bundle", box.path, box.id]);
    expect(stdout).toBe(`call ${MKDIR} EEXIST\n`);
    const { state, rest } = told((await agent.ended).stdout);
    const pid = Number(await box.hostFile("pid"));
    const ociVersion: Json = config.ociVersion ?? "";
    expect(state).toEqual({
      ociVersion,
      fds: ["seccompFd"],
      pid,
      metadata: 'for "the agent"',
      state: { ociVersion, id: box.id, status: "creating", pid, bundle: box.path },
    });
    expect(rest).toEqual(["and no more", `asked ${MKDIR}`, "ended"]);
  });

  test.if(root)("is asked even about the calls that init itself still makes", async () => {
    const names = ["mkdirat", "sendto", "sendmsg", "recvfrom", "accept4", "capset", "close", "execve"];
    await using box = await sandbox(recipe({ args: ["call", String(MKDIR)], seccomp: asking(names), process: { noNewPrivileges: false } }));
    const agent = await agentFor(box);
    await box.create();
    await box.must(["start", box.id]);
    const { rest } = told((await agent.ended).stdout);
    expect(rest).toContain(`asked ${number("execve")}`);
    expect(rest.slice(-2)).toEqual([`asked ${MKDIR}`, "ended"]);
  });

  test.if(root)("that does not listen is an error, and nothing is left", async () => {
    const { exitCode, stderr } = await runContainer(recipe({ args: ["true"], seccomp: asking(["mkdirat"]) }));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot connect to the seccomp listener .*\/host\/agent\.sock: no such file or directory/);
    expect(stderr).toContain("config.json:");
  });

  test.if(root)("is ignored if there is nothing to ask it", async () => {
    const seccomp = { ...forbids("sync", "SCMP_ACT_ERRNO"), listenerPath: AGENT };
    expect(await shows({ args: ["call", String(SYNC)], seccomp })).toBe(`call ${SYNC} EPERM\n`);
  });
});

describe("what was compiled", () => {
  const wish = (args: readonly string[]): Recipe => recipe({ args, seccomp: forbids("sync", "SCMP_ACT_ERRNO") });
  const explained = async (box: Sandbox): Promise<string> => {
    const { stdout } = await box.must(["explain", "--bundle", box.path]);
    return (
      /default SCMP_ACT_ALLOW, 1 rule for 1\s+system call,\s+(compiled now|from the cache)/.exec(stdout.replace(/\n +/g, " "))?.[1] ??
      stdout
    );
  };

  test.if(root)("is kept for the next container, and explain says which it is", async () => {
    await using box = await sandbox(wish(["call", String(SYNC)]));
    expect(await explained(box)).toBe("compiled now");
    expect(await explained(box)).toBe("compiled now"); // it only looks
    for (let run = 0; run < 2; run++) {
      expect((await box.must(["run", "--bundle", box.path, box.id])).stdout).toBe(`call ${SYNC} EPERM\n`);
      expect(await explained(box)).toBe("from the cache");
    }
    expect((await box.must(["list", "--quiet"])).stdout).toBe("");
  });

  /** In a mount namespace without a usable libseccomp. */
  const HIDDEN = [
    "unshare",
    "--mount",
    "sh",
    "-c",
    'for f in $(ldconfig -p | sed -n "s/.*=> //;/libseccomp.so.2$/p"); do mount --bind /dev/null $f; done; exec "$@"',
    "sh",
  ];

  test.if(root)("takes libseccomp: without it there is one clear error, and containers without a filter run", async () => {
    await using box = await sandbox(wish(["true"]));
    const { exitCode, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix: HIDDEN });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^cannot compile the system call filter: .*libseccomp\.so\.2: .*\n {2}hint: install the package libseccomp2 \(Debian, Ubuntu\)/,
    );
    await using free = await sandbox({ args: ["/probe", "say", "hello"] });
    expect((await free.must(["run", "--bundle", free.path, free.id], { prefix: HIDDEN })).stdout).toBe("hello\n");
  });
});
