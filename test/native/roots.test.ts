/** The ways to make a directory the root, and mounts that are changed before or after they are attached. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { guestPath, hostPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");
const PROC: InitStep[] = [
  { op: "newFilesystem", slot: 1, type: "proc", source: "proc", options: [], attributes: 0n },
  { op: "attach", slot: 1, target: guestPath("/proc"), guard: 3 },
];

test.if(possible)("after pivoting, no mount but the container's is left", async () => {
  await using trial = await makeTrial();
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    ...PROC,
    { op: "pivotRoot" },
    ...shell("busybox cut -d ' ' -f 5 /proc/self/mountinfo; busybox pwd"),
  ]);
  expect(output).toBe("/\n/proc\n/\nexit 0\n");
});

test.if(possible)("a moved root leaves no procfs or sysfs of the host behind", async () => {
  await using trial = await makeTrial();
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    ...PROC,
    { op: "moveRoot" },
    ...shell("busybox ls /; busybox grep -cE ' - (proc|sysfs) ' /proc/self/mountinfo; echo .. ../../*"),
  ]);
  expect(output).toBe("bin\nproc\n1\n.. ../../bin ../../proc\nexit 0\n");
});

test.if(possible)("after chroot, paths of the plan lie below the new root", async () => {
  await using trial = await makeTrial();
  const output = await trial.run([
    { op: "chroot", path: trial.rootfs },
    { op: "makeDirectory", path: guestPath("/made/here"), mode: 0o755 },
    ...shell("busybox ls / /made"),
  ]);
  expect(output).toBe("/:\nbin\nmade\n\n/made:\nhere\nexit 0\n");
});

test.if(possible)("a mount at / replaces the root for the following steps", async () => {
  await using trial = await makeTrial();
  const other = await makeTrial({ other: "" });
  await using _ = other;
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    { op: "openTree", slot: 1, source: other.rootfs, recursive: false },
    { op: "attach", slot: 1, target: guestPath("/"), guard: 0 },
    { op: "makeDirectory", path: guestPath("/made"), mode: 0o755 },
    { op: "pivotRoot" },
    ...shell("busybox ls /"),
  ]);
  expect(output).toBe("bin\nmade\nother\nexit 0\n");
});

test.if(possible)("an id-mapped mount shows the ids of its user namespace", async () => {
  await using trial = await makeTrial({ "data/file": "" });
  const output = await trial.run([
    { op: "openUserNamespace", slot: 2, uidMap: "0 5000 10\n", gidMap: "0 6000 10\n" },
    ...inRoot(trial.rootfs),
    { op: "openTree", slot: 1, source: hostPath(`${trial.rootfs}/data`), recursive: false },
    { op: "idmapMount", slot: 1, namespace: 2, recursive: false },
    { op: "attach", slot: 1, target: guestPath("/mapped"), guard: 0 },
    { op: "pivotRoot" },
    ...shell("busybox stat -c %u:%g /mapped/file"),
  ]);
  expect(output).toBe("5000:6000\nexit 0\n");
});

test.if(possible)("a user namespace whose maps the kernel refuses fails the step and leaves no process", async () => {
  await using trial = await makeTrial();
  expect(await trial.run([{ op: "openUserNamespace", slot: 2, uidMap: "0 0 0\n", gidMap: "0 0 1\n" }])).toBe(
    "failed step 0: EINVAL\nexit 1\n",
  );
});

test.if(possible)("a superblock is remounted with its options, a mount with its attributes", async () => {
  await using trial = await makeTrial();
  const tmpfs = (slot: number, path: string): InitStep[] => [
    { op: "newFilesystem", slot, type: "tmpfs", source: "source", options: ["size=64k", "mode=700"], attributes: 2n },
    { op: "attach", slot, target: guestPath(path), guard: 0 },
  ];
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    ...PROC,
    ...tmpfs(2, "/a"),
    ...tmpfs(3, "/b"),
    { op: "remount", target: guestPath("/a"), options: ["size=128k"], set: 8n, clear: 2n, superblock: true },
    { op: "targetAttributes", target: guestPath("/b"), set: 1n, clear: 0n, propagation: 0x100000n, recursive: false },
    { op: "pivotRoot" },
    ...shell("busybox grep source /proc/self/mountinfo | busybox cut -d ' ' -f 5-"),
  ]);
  expect(output.replaceAll(/ shared:\d+/g, " shared")).toBe(
    "/a rw,noexec,relatime - tmpfs source rw,size=128k,mode=700\n/b ro,nosuid,relatime shared - tmpfs source rw,size=64k,mode=700\nexit 0\n",
  );
});

test.if(possible)("a namespace is joined by the path of its file", async () => {
  await using trial = await makeTrial();
  const steps: Attempt[] = [
    { op: "openNamespace", slot: 0, path: hostPath(`/proc/${process.pid}/ns/uts`) },
    { op: "unshare", flags: 0x04000000 },
    { op: "sethostname", name: "elsewhere" },
    { op: "joinNamespace", slot: 0, type: 0x04000000, keep: false },
    { op: "chroot", path: trial.rootfs },
    ...shell("busybox hostname"),
  ];
  expect(await trial.run(steps)).toBe(`${Bun.spawnSync(["uname", "-n"]).stdout.toString()}exit 0\n`);
});

test.if(possible)("a root is put over that of a namespace only where that is the mount that was found before", async () => {
  await using trial = await makeTrial();
  const steps: Attempt[] = [
    ...inRoot(trial.rootfs).slice(0, 2), // not the machine's own, whatever comes
    { op: "openNamespace", slot: 3, path: hostPath("/proc/self/ns/mnt") },
    ...inRoot(trial.rootfs),
    { op: "pivotRoot" },
    { op: "openTree", slot: 1, source: hostPath("/"), recursive: true },
    { op: "placeRoot", slot: 1, namespace: 3, on: 0xffffffff },
  ];
  expect(await trial.run(steps)).toBe(`failed step ${steps.length - 1}: EBUSY\nexit 1\n`);
});
