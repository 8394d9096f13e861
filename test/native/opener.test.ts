/** The process that opens mounts with the host's rights: what it reaches, what the kernel keeps locked, and that it ends. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { guestPath, hostPath } from "../../src/base/paths.ts";
import { NAMESPACE_FLAGS } from "../../src/plan/namespaces/namespaces.ts";
import { MOUNT_ATTRIBUTES as ATTR } from "../../src/plan/steps/kernel-flags.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { type Attempt, inRoot, makeTrial, shell, type Told, type Trial, toldIn } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox", "user-namespace");
const [OPENER, OWN, MAP, HOST, DATA] = [10, 1, 2, 3, 4];
const MAPS = { uidMap: "0 100000 1000\n", gidMap: "0 100000 1000\n" };
const CHANGE = { op: "mountAttributes", slot: DATA, set: 0n, clear: 0n, propagation: 0n, recursive: false } as const;

/** A rootfs owned by the ids of MAPS, a host directory that only root may enter, and a file in it. */
async function secluded(): Promise<{ trial: Trial; source: ReturnType<typeof hostPath> }> {
  const trial = await makeTrial({ "data/covered": "", "mnt/covered": "" });
  await chmod(dirname(trial.rootfs), 0o755);
  await mkdir(join(trial.outside, "closed/data/sub"), { recursive: true });
  await writeFile(join(trial.outside, "closed/data/file"), "");
  await chmod(join(trial.outside, "closed"), 0o700);
  return { trial, source: hostPath(join(trial.outside, "closed/data")) };
}

/** Into a user namespace with a mount namespace of its own, in which the host's mount of the directory is read-only and noexec. */
function enter({ rootfs }: Trial, source: ReturnType<typeof hostPath>): InitStep[] {
  const [newMounts, ...root] = inRoot(rootfs);
  if (newMounts === undefined || root[0] === undefined) throw new Error("no steps");
  return [
    { op: "forkOpener", slot: OPENER },
    { op: "cloneChild", flags: 0 }, // as in every plan: the parent of both ends, so that nobody but host.c hears of the opener's end
    newMounts,
    root[0],
    { op: "openTree", slot: HOST, source, recursive: false },
    { ...CHANGE, slot: HOST, set: ATTR.MOUNT_ATTR_RDONLY | ATTR.MOUNT_ATTR_NOEXEC },
    { op: "attachRoot", slot: HOST, path: source },
    { op: "openUserNamespace", slot: OWN, ...MAPS },
    { op: "openUserNamespace", slot: MAP, uidMap: "0 100007 1\n", gidMap: "0 100008 1\n" },
    { op: "joinNamespace", slot: OWN, type: NAMESPACE_FLAGS.user, keep: false },
    { op: "setgid", gid: 0 },
    { op: "setuid", uid: 0 },
    newMounts,
    ...root,
    { op: "leadOpener", slot: OPENER },
  ];
}

const OPEN = (source: ReturnType<typeof hostPath>): InitStep => ({
  op: "openAsHost",
  slot: DATA,
  opener: OPENER,
  source,
  recursive: false,
});
const ATTACH: InitStep = { op: "attach", slot: DATA, target: guestPath("/data"), guard: 0 };
const END: InitStep[] = [{ op: "endOpener", slot: OPENER }, { op: "pivotRoot" }];

/** The exits are those of first stage, opener and init: host.c adopts the opener. */
const outcomeOf = async (trial: Trial, steps: readonly Attempt[]): Promise<Told> => toldIn(await trial.run(steps));
const ENDED_WELL = ["exit 0", "exit 0", "exit 0"];
const FAILED = ["exit 0", "exit 0", "exit 1"];

test.if(possible)("the opener clones what init cannot reach in its user namespace, with the host's flags locked", async () => {
  const { trial, source } = await secluded();
  await using _ = trial;
  const attempts: Attempt[] = [
    ...enter(trial, source),
    ["warn", { op: "openTree", slot: DATA, source, recursive: false }],
    OPEN(source),
    ["warn", { ...CHANGE, clear: ATTR.MOUNT_ATTR_RDONLY }],
    ["warn", { ...CHANGE, clear: ATTR.MOUNT_ATTR_NOEXEC }],
    { ...CHANGE, set: ATTR.MOUNT_ATTR_NOSUID },
    ATTACH,
    ...END,
  ];
  expect(await outcomeOf(trial, [...attempts, ...shell("busybox ls /data; : >/data/new")])).toEqual({
    steps: ["warning: EACCES", "warning: EPERM", "warning: EPERM"],
    printed: ["file", "sub", "sh: can't create /data/new: Read-only file system"],
    ends: FAILED,
  });
});

test.if(possible)("it sees what init has mounted, and maps ids that init may not map", async () => {
  const { trial, source } = await secluded();
  await using _ = trial;
  const mounted: InitStep[] = [
    { op: "newFilesystem", slot: 5, type: "tmpfs", source: "tmpfs", options: ["mode=755"], attributes: 0n },
    { op: "attach", slot: 5, target: guestPath("/mnt"), guard: 0 },
    { op: "makeDirectory", path: guestPath("/mnt/inner"), mode: 0o755 },
  ];
  const outcome = await outcomeOf(trial, [
    ...enter(trial, source),
    ...mounted,
    OPEN(hostPath(join(trial.rootfs, "mnt/inner"))),
    ["warn", { op: "idmapMount", slot: DATA, namespace: MAP, recursive: false }],
    { op: "idmapAsHost", slot: DATA, opener: OPENER, namespace: MAP, recursive: false },
    ATTACH,
    ...END,
    ...shell("busybox stat -c %u:%g /mnt/inner /data"),
  ]);
  expect(outcome).toEqual({ steps: ["warning: EPERM"], printed: ["0:0", "7:8"], ends: ENDED_WELL });
});

test.if(possible)("its paths start at init's root, even if that is not the root of the namespace", async () => {
  const { trial } = await secluded();
  await using _ = trial;
  const [newMounts, makePrivate] = inRoot(trial.rootfs);
  if (newMounts === undefined || makePrivate === undefined) throw new Error("no steps");
  const outcome = await outcomeOf(trial, [
    { op: "forkOpener", slot: OPENER },
    { op: "cloneChild", flags: 0 },
    newMounts,
    makePrivate,
    { op: "chroot", path: trial.rootfs },
    { op: "leadOpener", slot: OPENER },
    OPEN(hostPath("/data")),
    { op: "attach", slot: DATA, target: guestPath("/other"), guard: 0 },
    { op: "endOpener", slot: OPENER },
    ...shell("busybox ls /other"),
  ]);
  expect(outcome).toEqual({ steps: [], printed: ["covered"], ends: ENDED_WELL });
});

test.if(possible)("what it cannot do fails as it would for init", async () => {
  const { trial, source } = await secluded();
  await using _ = trial;
  const outcome = await outcomeOf(trial, [
    ...enter(trial, source),
    ["warn", OPEN(hostPath(join(source, "none")))],
    ["warn", { op: "idmapAsHost", slot: DATA, opener: OPENER, namespace: MAP, recursive: false }],
    ["warn", { op: "openAsHost", slot: DATA, opener: 11, source, recursive: false }],
    ["warn", OPEN(hostPath(`/${"a".repeat(5000)}`))],
    OPEN(source),
    ATTACH,
    ...END,
    ...shell("busybox ls /data"),
  ]);
  expect(outcome).toEqual({
    steps: ["ENOENT", "EBADF", "EBADF", "ENAMETOOLONG"].map((errno) => `warning: ${errno}`),
    printed: ["file", "sub"],
    ends: ENDED_WELL,
  });
});

test.if(possible)("it ends with init, wherever that fails", async () => {
  const { trial, source } = await secluded();
  await using _ = trial;
  const expected: Told = { steps: ["failed: ENOENT"], printed: [], ends: FAILED };
  expect(await outcomeOf(trial, [...enter(trial, source), OPEN(hostPath("/none"))])).toEqual(expected);
  const early: InitStep[] = [
    { op: "forkOpener", slot: OPENER },
    { op: "cloneChild", flags: 0 },
    { op: "chdir", path: hostPath("/none") },
  ];
  expect(await outcomeOf(trial, early)).toEqual(expected);
});
