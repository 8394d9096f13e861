/** What can be done about steps of init that the kernel refuses, by errno. */
import { NO_NAMESPACE } from "../../plan/namespaces/namespace-words.ts";
import { RLIMITS } from "../../plan/process/rlimits.ts";
import type { InitStep, Planned } from "../../plan/steps/step.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { joinHint } from "./namespace-words.ts";
import { IO_PRIORITY_HINTS, MEMORY_POLICY_HINTS, SCHEDULER_HINTS } from "./scheduling-hints.ts";

const OVERLAY_HINTS: Readonly<Record<number, string>> = {
  [ERRNO.EINVAL]:
    'the writable layer needs a local file system with extended attributes, neither overlay nor NFS; "driver": "fuse-overlayfs" takes others',
  [ERRNO.ELOOP]: "a layer is listed twice, or lies within another one",
  [ERRNO.EPERM]: "a user may mount an overlay from Linux 5.11 on, if nothing forbids it",
  116: "the writable layer was used with other layers before: give the container a new one",
};

const OPEN_HINTS: Readonly<Record<number, string>> = {
  [ERRNO.ENOENT]: "the source of a bind mount must exist on the host",
  [ERRNO.EINVAL]:
    "in a user namespace a directory comes with the mounts that the host has put on it: use rbind; and an unbindable mount does not come at all",
};

const NEW_HINTS: Readonly<Record<number, string>> = {
  [ERRNO.ENODEV]: "this kernel does not have that type of file system (see /proc/filesystems)",
  [ERRNO.EPERM]: "who mounts it must own the namespace that it shows; add that namespace, or bind-mount the host's",
  [ERRNO.EINVAL]: "the file system does not know one of the options, or its value",
};

const IDMAP_HINTS: Readonly<Record<number, string>> = { [ERRNO.EINVAL]: "the file system there cannot have its ids mapped" };

const NO_ROOM =
  "the limit of processes leaves no room for the two that init is for a moment: raise linux.resources.pids.limit, as by lamina update --pids-limit";

export const LATE_HOOK_HINT = "raise its timeout, or find out what it waits for: it was killed";

const HINTS: { readonly [Op in InitStep["op"]]?: Readonly<Record<number, string>> } = {
  openNamespace: { [ERRNO.ENOENT]: NO_NAMESPACE },
  openTree: OPEN_HINTS,
  openAsHost: OPEN_HINTS,
  newFilesystem: NEW_HINTS,
  newTmpfs: NEW_HINTS,
  mountFilesystem: NEW_HINTS,
  mountAttributes: {
    [ERRNO.EPERM]: "the host has locked flags of the source: in a user namespace they cannot be taken away, nor its access times changed",
  },
  copyUp: { [ERRNO.EBUSY]: "in this image the path leads to the root itself, which cannot be copied into a part of it" },
  addLayer: {
    [ERRNO.ENOENT]: "a layer is a directory, absolute or relative to the bundle",
    [ERRNO.ENOTDIR]: "a layer is a directory, absolute or relative to the bundle",
  },
  startServer: {
    [ERRNO.EBUSY]: "another one still serves this writable layer: something keeps the mount namespace of a container that has ended",
  },
  newOverlay: { [ERRNO.ENODEV]: "this kernel does not have overlayfs (see /proc/filesystems)" },
  finishOverlay: OVERLAY_HINTS,
  mountLayers: OVERLAY_HINTS,
  idmapMount: IDMAP_HINTS,
  idmapAsHost: IDMAP_HINTS,
  attach: {
    [ERRNO.ELOOP]: "the path leads over a symbolic link, which is not followed for this type of mount",
    [ERRNO.ENOTDIR]: "a directory is mounted on a directory, a file on a file; another part of the path must be a directory",
    [ERRNO.EBUSY]: "in this image the path leads to the root itself",
    [ERRNO.EROFS]: "the mount point does not exist and the file system there is read-only: make it in the image",
    [ERRNO.EACCES]: "the mount point is missing, and the container's root may not make it",
    [ERRNO.EPERM]: "a file of procfs, which nothing may hide, or a mount that takes CAP_SYS_ADMIN",
  },
  writeProc: {
    [ERRNO.EINVAL]: "is it a value that this kernel, or the policy that is loaded, knows?",
  },
  findExecutable: {
    [ERRNO.ELOOP]: "the name is a circle of links, or leads through /proc/PID/fd, exe, cwd or root, which is not followed",
    [ERRNO.ENOENT]: "is it in the image, and in a directory of PATH? Scripts also need their interpreter",
    [ERRNO.EACCES]: "it must be a file with an execute bit for the container's user",
  },
  exec: {
    [ERRNO.ENOENT]: "the file exists, but its interpreter (#! line or dynamic linker) does not",
    8: "the file is for another architecture, or a script without #!",
  },
  joinProcess: {
    [ERRNO.EPERM]: "the container's init may be looked at by root, and, once its program runs, by the user who made its user namespace",
    [ERRNO.ESRCH]: "the container has ended meanwhile",
  },
  cloneChild: { 12: "the container has ended meanwhile: nothing more can start in its pid namespace", [ERRNO.EAGAIN]: NO_ROOM },
  cloneIntoCgroup: { [ERRNO.EAGAIN]: NO_ROOM },
  setScheduler: SCHEDULER_HINTS,
  setIoPriority: IO_PRIORITY_HINTS,
  setMemoryPolicy: MEMORY_POLICY_HINTS,
  setAffinity: { [ERRNO.EINVAL]: "none of these processors exists, or belongs to the container's cpuset" },
  moveRoot: {
    [ERRNO.EBUSY]: "a procfs or sysfs of the host is hidden below another mount, where a user namespace can neither unmount nor cover it",
  },
  loadFilter: {
    [ERRNO.EACCES]: "without CAP_SYS_ADMIN a filter takes process.noNewPrivileges",
    [ERRNO.EINVAL]: "this kernel does not know one of the flags: see lamina features",
    [ERRNO.EBUSY]: "a filter with a listener is loaded already: a process can have one",
  },
  mknod: { [ERRNO.EPERM]: "device nodes need CAP_MKNOD in the first user namespace; the devices cgroup may also forbid them" },
  newSessionKeyring: {
    [ERRNO.EDQUOT]: "its user has as many keys as /proc/sys/kernel/keys allows: raise maxkeys, or use --no-new-keyring",
    [ERRNO.EPERM]: "something forbids keyctl(2) here, such as a seccomp filter: with --no-new-keyring the container keeps the caller's",
  },
  runHook: { [ERRNO.ETIMEDOUT]: LATE_HOOK_HINT },
  setrlimit: { [ERRNO.EPERM]: "raising a hard limit needs CAP_SYS_RESOURCE" },
  placeRoot: { [ERRNO.EBUSY]: "something has been mounted over its root meanwhile: try once more" },
  pivotRoot: { [ERRNO.EINVAL]: "the root of an initramfs cannot be left by pivot_root: use --no-pivot" },
  openConsole: { [ERRNO.ENOENT]: "the terminal comes from the container's own devpts: mount one at /dev/pts" },
};

/** What the last of these steps failed for. Nothing for what explains itself. */
export function hintFor(steps: readonly Planned<InitStep>[], value: number): { readonly hint?: string } {
  const step = steps.at(-1)?.step;
  if (step === undefined) return {};
  const hint =
    value === ERRNO.EMFILE ? descriptorHint(steps) : step.op === "joinNamespace" ? joinHint(step, steps, value) : HINTS[step.op]?.[value];
  return hint === undefined ? {} : { hint };
}

/** The limit is set before the program is found, and counts for init as well. */
function descriptorHint(steps: readonly Planned<InitStep>[]): string {
  const limit = steps.findLast(({ step }) => step.op === "setrlimit" && step.resource === RLIMITS.RLIMIT_NOFILE)?.step;
  return limit?.op === "setrlimit"
    ? `a RLIMIT_NOFILE of ${limit.soft} (process.rlimits) leaves no descriptor to start a program with`
    : "the limit of open files is too low: see ulimit -n";
}
