import { expect, test } from "bun:test";
import { guestPath, hostPath } from "../../../src/base/paths.ts";
import { describeHostStep, describeStep } from "../../../src/plan/describe.ts";
import { callOf, hostCallOf } from "../../../src/plan/describe-call.ts";
import type { HostStep } from "../../../src/plan/steps/host-step.ts";
import { GUARD, type InitStep, SYNC_POINTS } from "../../../src/plan/steps/step.ts";
import { WIRE } from "../../../src/plan/steps/wire.ts";

const INIT: readonly (readonly [InitStep, string])[] = [
  [{ op: "unshare", flags: 0x10000000 }, "make new namespaces: CLONE_NEWUSER"],
  [
    { op: "cloneChild", flags: 0x6c020000 },
    "start the container's init in new namespaces: CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET",
  ],
  [{ op: "joinNamespace", slot: 2, type: 0x40000000, keep: false }, "join namespace #2 (CLONE_NEWNET)"],
  [{ op: "sync", point: SYNC_POINTS["id-maps"] }, 'wait for the host at "id-maps"'],
  [{ op: "setPropagation", path: hostPath("/"), flags: 0x44000n }, "set propagation of / to MS_REC|MS_PRIVATE"],
  [
    { op: "newFilesystem", slot: 3, type: "tmpfs", source: "tmpfs", options: ["mode=755", "size=64k"], attributes: 0xan },
    'make tmpfs file system "tmpfs" as #3, options mode=755,size=64k, set MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC',
  ],
  [
    { op: "mountAttributes", slot: 3, set: 0x11n, clear: 0x72n, propagation: 0x80000n, recursive: true },
    "change mount #3 and all below it, set MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOATIME, clear MOUNT_ATTR_NOSUID, propagation MS_SLAVE",
  ],
  [
    { op: "targetAttributes", target: guestPath("/a"), set: 0n, clear: 0x70n, propagation: 0n, recursive: false },
    "change the mount at /a, set MOUNT_ATTR_RELATIME",
  ],
  [
    { op: "attach", slot: 1, target: guestPath("/proc"), guard: GUARD.noSymlinks },
    "attach mount #1 at /proc, reached without symbolic links",
  ],
  [
    { op: "mknod", path: guestPath("/dev/null"), mode: 0o020666, major: 1, minor: 3, uid: 0, gid: 0 },
    "make character device /dev/null (1:3, mode 0666, owner 0:0)",
  ],
  [{ op: "setrlimit", resource: 7, soft: 1024n, hard: 2n ** 64n - 1n }, "limit RLIMIT_NOFILE to 1024, at most unlimited"],
  [{ op: "capset", effective: 0x20n, permitted: 0x20n, inheritable: 0n }, "set the capabilities, effective and permitted, to: CAP_KILL"],
  [
    { op: "capset", effective: 0n, permitted: 0x20n, inheritable: 1n },
    "set the capabilities: effective none; permitted CAP_KILL; inheritable CAP_CHOWN",
  ],
  [{ op: "dropBounding", keep: 0n }, "limit the bounding capabilities to: none"],
  [{ op: "setgroups", gids: [] }, "drop all additional groups"],
  [{ op: "findExecutable", name: "sh", searchPath: "/bin:/usr/bin", magicLinks: false }, 'find program "sh" in /bin:/usr/bin'],
  [{ op: "exec", args: ["/bin/sh", "-c", "a b"], env: ["SECRET=1"] }, 'execute "/bin/sh" "-c" "a b"'],
  [
    { op: "runHook", path: "/h", args: ["h", "x"], env: [], withHome: false, timeout: 5, stateHead: "", stateTail: "" },
    'run hook /h "x", for at most 5 s',
  ],
];

test.each(INIT.map(([step, words]) => [words, step] as const))("init is to %s", (words, step) => {
  expect(describeStep(step)).toBe(words);
});

const HOST: readonly (readonly [HostStep, string])[] = [
  [{ op: "writeCgroup", file: hostPath("/sys/fs/cgroup/pids/c/pids.max"), text: "5" }, 'write "5" to /sys/fs/cgroup/pids/c/pids.max'],
  [
    { op: "writeIdMaps", uidMap: "0 1000 1\n1 100000 65536\n", gidMap: "0 5 1\n", byHelper: true, denySetgroups: false },
    "map uids 0→1000, 1→100000 (65536) and gids 0→5 by newuidmap and newgidmap",
  ],
  [{ op: "runHook", kind: "prestart", index: 1, call: { path: "/h", args: ["h"], env: [], timeout: 0 } }, "run prestart hook 1: /h"],
];

test.each(HOST.map(([step, words]) => [words, step] as const))("the host is to %s", (words, step) => {
  expect(describeHostStep(step)).toBe(words);
});

test("every step names a man page", () => {
  const ops = Object.keys(WIRE) as InitStep["op"][];
  for (const op of ops) expect(callOf({ op } as InitStep)).toMatch(/^[a-z0-9_]+\([23]\)$/);
  expect(hostCallOf({ op: "spawnInit" })).toMatch(/^[a-z_]+\([23]\)$/);
});
