/**
 * A container that runs, held by descriptors of its init: whatever becomes of the container, they lead to it or to nothing. Its init is
 * hostile; what is read of it here is looked up by the host, and only decides how to join.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { ContainerFacts, FilterFacts } from "../../plan/facts.ts";
import { hasListener } from "../../plan/filter/filter.ts";
import { requireContainerId } from "../../state/container-id.ts";
import { StateDirectory } from "../../state/directory.ts";
import type { ExecDefaults } from "../../state/exec-defaults.ts";
import type { StateRecord } from "../../state/record.ts";
import { isAlive, readState } from "../../state/status.ts";
import { Fd } from "../../sys/call/fd.ts";
import { OPEN, openFile, readLink, readTextIfThere, tryOpen } from "../../sys/file/file.ts";
import { openPid } from "../../sys/process/process.ts";
import type { HostContext } from "../context.ts";
import { mountIdOf } from "../facts/mount-table.ts";
import { openMountNamespace, readMountsOf } from "../facts/named-mounts.ts";
import type { ContainerInit } from "../init/launch.ts";
import { readContainerFilter } from "./container-filter.ts";
import { hasTracer } from "./tracers.ts";

export interface RunningContainer extends Disposable {
  readonly record: StateRecord;
  readonly defaults: ExecDefaults;
  readonly init: ContainerInit;
  readonly facts: ContainerFacts;
  readonly filter: FilterFacts | undefined;
}

interface OpenRequest {
  readonly id: string;
  readonly ignorePaused: boolean;
}

/** Throws code "not-found", or "state" for one that does not run. The container is not locked: it may end, or be deleted, at any time. */
export function openRunningContainer({ id, ignorePaused }: OpenRequest, { root }: HostContext): RunningContainer {
  using directory = StateDirectory.open(root, requireContainerId(id));
  const { record, status } = readState(directory);
  if (status === "paused" && !ignorePaused) {
    throw new RuntimeError("state", "cannot exec in a paused container (use --ignore-paused to override)", {
      hint: "with it the process starts when the container is resumed",
    });
  }
  if (record === undefined || status === "stopped" || status === "creating") throw notRunning(id, status);
  const defaults = requireDefaults(record);
  const { seccomp } = defaults;
  const filter = seccomp === undefined ? undefined : readContainerFilter(directory.path, hasListener(seccomp));
  return holdInit({ record, defaults, filter });
}

function notRunning(id: string, status: string): RuntimeError {
  const article = status === "stopped" ? "a stopped container" : "a container that is being created";
  return new RuntimeError("state", `cannot exec in ${article}`, { hint: `see: lamina state ${id}` });
}

function requireDefaults({ exec }: StateRecord): ExecDefaults {
  if (exec !== undefined) return exec;
  throw new RuntimeError("state", "cannot exec in a container that an earlier version of lamina made", {
    hint: "that version did not write down what a process of the container is given: create the container anew",
  });
}

/** Everything is opened by the pid, and belonged to the recorded process if that is still the one of that pid afterwards. */
function holdInit({ record, defaults, filter }: Pick<RunningContainer, "record" | "defaults" | "filter">): RunningContainer {
  using stack = new DisposableStack();
  const process = openPid(record.pid);
  if (process === undefined) throw notRunning(record.id, "stopped");
  stack.use(process);
  const root = openRoot(record, defaults);
  if (root !== undefined) stack.use(root);
  const facts = { ...readContainerFacts(record, defaults), isRootOpen: root !== undefined };
  if (!isAlive(record)) throw notRunning(record.id, "stopped");
  const held = stack.move();
  return { record, defaults, filter, init: { process, root }, facts, [Symbol.dispose]: () => held.dispose() };
}

/**
 * Its root is that of its mount namespace, unless it has none of its own, or another container's root has been put over it: undefined if it is.
 * A chroot(2) of its init below that is no other. In its own namespace it can do without, should we have no right to see it.
 */
function openRoot({ pid }: StateRecord, { namespaces }: ExecDefaults): Fd | undefined {
  const [path, flags] = [`/proc/${pid}/root`, OPEN.path | OPEN.directory];
  if (!namespaces.includes("mount")) return openFile(path, flags);
  const opened = tryOpen(path, flags);
  if (opened < 0) return undefined;
  const root = new Fd(opened);
  if (readLink(path) === "/" || !isReachable(root, pid)) return root;
  root.close();
  return undefined;
}

/** From the root of its mount namespace. Where we may not look nobody could put another's root either. */
function isReachable(root: Fd, pid: number): boolean {
  using namespace = openMountNamespace(`/proc/${pid}/ns/mnt`);
  if (namespace === undefined) return true;
  try {
    return readMountsOf(namespace).some(({ id }) => id === mountIdOf(root));
  } catch (error) {
    if (error instanceof RuntimeError) return true;
    throw error;
  }
}

/** Without a namespace of its kind the container has ours, but for mounts, where ours may be another than the one that created it. */
function readContainerFacts({ pid, cgroupPaths }: StateRecord, { namespaces, seccomp }: ExecDefaults): Omit<ContainerFacts, "isRootOpen"> {
  const hasUser = namespaces.includes("user");
  const crowded = isCrowded(cgroupPaths.pids ?? cgroupPaths.unified);
  return {
    sharesUserNamespace: !hasUser || sharesNamespace(pid, "user"),
    sharesMountNamespace: !namespaces.includes("mount") && sharesNamespace(pid, "mnt"),
    setgroupsDenied: hasUser && readTextIfThere(`/proc/${pid}/setgroups`)?.trim() === "deny",
    isCrowded: crowded,
    hasTracer: (crowded || hasListener(seccomp)) && hasTracer(pid),
    initCgroup: findInitCgroup(pid, cgroupPaths.unified),
  };
}

/** False if we may not look: it is somebody else's then. */
function sharesNamespace(pid: number, name: "user" | "mnt"): boolean {
  const link = readLink(`/proc/${pid}/ns/${name}`);
  return link !== undefined && link === readLink(`/proc/self/ns/${name}`);
}

function isCrowded(cgroup: HostPath | undefined): boolean {
  const most = cgroup === undefined ? "max" : (readTextIfThere(`${cgroup}/pids.max`)?.trim() ?? "max");
  return most !== "max" && Number(most) - Number(readTextIfThere(`${cgroup}/pids.current`) ?? 0) < 2;
}

/**
 * Only of a cgroup that has been divided, which can have no processes of its own. The path in procfs is relative to our own cgroup
 * namespace: of its ends the one below the container's directory that has the process is the right one.
 */
function findInitCgroup(pid: number, unified: HostPath | undefined): HostPath | undefined {
  if (unified === undefined || !readTextIfThere(`${unified}/cgroup.subtree_control`)?.trim()) return undefined;
  const line = (readTextIfThere(`/proc/${pid}/cgroup`) ?? "").split("\n").find((one) => one.startsWith("0::/"));
  const names = (line ?? "").slice("0::/".length).split("/").filter(Boolean);
  for (let first = names.length - 1; first >= 0; first--) {
    const candidate = hostPath(`${unified}/${names.slice(first).join("/")}`);
    if (readTextIfThere(`${candidate}/cgroup.procs`)?.split("\n").includes(String(pid))) return candidate;
  }
  return undefined;
}
