/** What is made before CRIU begins: as for a new container up to its root, and nothing of its process. */
import { expect, test } from "bun:test";
import { hostPath } from "../../../src/base/paths.ts";
import { describeHostStep, describeStep } from "../../../src/plan/describe.ts";
import { planRestore } from "../../../src/plan/plan-restore.ts";
import type { Spec } from "../../../src/spec/types.ts";
import { FACTS } from "../../plan/facts.ts";

const PLACE = { id: "c1", root: hostPath("/run/lamina/c1") };

function plan(spec: Partial<Spec>, kind = "root on v2") {
  const facts = FACTS[kind];
  if (facts === undefined) throw new Error(`no facts are called ${kind}`);
  const { init, host, after } = planRestore(
    { ociVersion: "1.3.0", root: { path: "rootfs" }, linux: { namespaces: [{ type: "mount" }] }, ...spec },
    facts,
    PLACE,
  );
  return {
    init: init.map(({ step }) => describeStep(step)),
    ops: init.map(({ step }) => step.op),
    host: host.map(({ step }) => describeHostStep(step)),
    hostOps: host.map(({ step }) => step.op),
    after: after.map(({ step }) => describeHostStep(step)),
  };
}

const WHOLE: Partial<Spec> = {
  process: { cwd: "/work", args: ["x"], user: { uid: 7, gid: 7 }, rlimits: [{ type: "RLIMIT_CORE", soft: 1, hard: 1 }], terminal: true },
  hostname: "named",
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    { destination: "/data", type: "bind", source: "/srv", options: ["bind"] },
  ],
  hooks: { createRuntime: [{ path: "/h" }], createContainer: [{ path: "/h" }], startContainer: [{ path: "/h" }] },
  linux: {
    namespaces: [{ type: "mount" }, { type: "pid" }, { type: "network" }, { type: "uts" }],
    resources: { pids: { limit: 9 } },
    seccomp: { defaultAction: "SCMP_ACT_ALLOW" },
    rootfsPropagation: "shared",
  },
};

test("only a mount namespace, and no root, hooks, names or process", () => {
  const { ops, hostOps } = plan(WHOLE);
  for (const op of [
    "pivotRoot",
    "runHook",
    "sethostname",
    "loadFilter",
    "exec",
    "findExecutable",
    "openConsole",
    "waitStart",
    "setrlimit",
  ]) {
    expect(ops as string[]).not.toContain(op);
  }
  expect(hostOps as string[]).not.toContain("runHook");
  expect(hostOps as string[]).not.toContain("saveState");
});

test("mounts are made, and then the root is shown without them at a place of lamina's", () => {
  const { init, ops } = plan(WHOLE);
  expect(ops.filter((op) => op === "attachRoot")).toHaveLength(2);
  expect(ops.slice(-3)).toEqual(["openTree", "attachRoot", "sync"]);
  expect(init.at(-2)).toContain("/run/lamina/c1");
  expect(init.findIndex((text) => text.includes("/data"))).toBeLessThan(ops.lastIndexOf("attachRoot"));
});

test("nothing of it is shared with the host, whatever the container's own propagation is", () => {
  const [of] = plan(WHOLE).init.filter((text) => text.includes("propagation"));
  expect(plan(WHOLE).init).toEqual(plan({ ...WHOLE, linux: { ...WHOLE.linux, rootfsPropagation: "private" } }).init);
  expect(of).toBe(plan({}).init.find((text) => text.includes("propagation")));
});

test("a limit for processes comes last, for what has been restored", () => {
  const { host, after } = plan({ linux: { namespaces: [{ type: "mount" }], resources: { pids: { limit: 9 } } } });
  expect(after.some((text) => text.includes("pids.max"))).toBe(true);
  expect(host.some((text) => text.includes("pids.max"))).toBe(false);
});

test("a read-only root has a /tmp, by which CRIU leaves the host's", () => {
  const makes = (readonly: boolean): boolean => plan({ root: { path: "rootfs", readonly } }).init.some((text) => / \/tmp\b/.test(text));
  expect([makes(true), makes(false)]).toEqual([true, false]);
});

const MAPS = [{ containerID: 0, hostID: 100_000, size: 10 }];
const USER: Partial<Spec> = {
  mounts: [{ destination: "/data", type: "bind", source: "/srv", options: ["bind", "ro", "dev"] }],
  linux: {
    namespaces: [{ type: "mount" }, { type: "user" }, { type: "cgroup" }],
    uidMappings: MAPS,
    gidMappings: MAPS,
    maskedPaths: ["/proc/keys"],
  },
};

test("for a user namespace the host's devices are bound, also as masks; it is not entered, and the root is shown later", () => {
  const { init, ops } = plan(USER);
  expect(ops).not.toContain("mknod");
  expect(ops.filter((op) => op === "unshare")).toEqual([]);
  expect(init.some((text) => text.includes("/dev/null"))).toBe(true);
  expect(ops.filter((op) => op === "maskPath")).toHaveLength(1);
  expect(ops.filter((op) => op === "attachRoot")).toHaveLength(1);
});

test("for a user namespace devices have no flags that would be locked: those that they had come from the checkpoint", () => {
  const changed = (namespaces: readonly string[]): number =>
    plan({ linux: { ...USER.linux, namespaces: namespaces.map((type) => ({ type })) as never }, mounts: [] }).ops.filter(
      (op) => op === "mountAttributes",
    ).length;
  expect(changed(["mount", "user"])).toBe(0);
});

test("for a user namespace a source keeps what the host forbids there, as the kernel locks it", () => {
  const cleared = (spec: Partial<Spec>): string[] => plan(spec).init.filter((text) => text.includes("clear MOUNT_ATTR_"));
  expect(cleared(USER)).toEqual([]);
  expect(cleared({ ...USER, linux: { namespaces: [{ type: "mount" }] } })).not.toEqual([]);
});

test("a cgroup that the container may write to belongs to its user again", () => {
  const mounts = [{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw"] }];
  const owned = (spec: Partial<Spec>): string[] => plan(spec).host.filter((text) => text.includes("uid"));
  expect(owned({ ...USER, mounts })).toEqual([expect.stringContaining("100000")]);
  expect(owned({ linux: { namespaces: [{ type: "mount" }, { type: "cgroup" }] }, mounts })).toEqual([]);
});
