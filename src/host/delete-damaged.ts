/**
 * `delete --force` of a container whose record cannot be read: ends and removes what the record still tells of, or else what is in the
 * place that a container of that id has its cgroups in.
 */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import { defaultCgroupPaths } from "../plan/cgroup.ts";
import { type ContainerId, requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import type { StateRecord } from "../state/record.ts";
import { salvageRecord } from "../state/record-file.ts";
import { statIfThere } from "../sys/file.ts";
import { isRootless } from "../sys/process.ts";
import { removeCgroups } from "./cgroup.ts";
import { readCgroupFacts } from "./cgroup-facts.ts";
import type { HostContext } from "./context.ts";
import type { DeleteRequest } from "./delete.ts";
import { settleRun } from "./ended-run.ts";
import { removeHostRoot } from "./host-root.ts";
import { killAndWait, type Lifeline } from "./kill.ts";

/** After an error of `deleteContainer`, which is thrown again unless it is a damaged record's and force is to be used. */
export function deleteDespite(error: unknown, { id, force }: DeleteRequest, context: HostContext): void {
  if (!force || !isDamage(error)) throw error;
  const ours = requireContainerId(id);
  using directory = StateDirectory.openToRemove(context.root, ours);
  if (directory === undefined) return;
  directory.lock();
  directory.requireOwnFiles(); // or this may be no container at all
  const left = salvageRecord(directory.path);
  const lifeline = lifelineOf(ours, left, context);
  killAndWait(lifeline);
  settleRun(directory);
  removeCgroups(lifeline.cgroupPaths);
  if (left.hostRoot !== undefined) removeHostRoot(left.hostRoot);
  directory.remove();
  const cgroups = [...new Set(Object.values(lifeline.cgroupPaths))];
  const found = cgroups.length === 0 ? "no cgroup of it was found" : `with it went what was in ${cgroups.join(", ")}`;
  context.warn(`${error.message}; it is removed all the same, without its poststop hooks: ${found}`);
}

export function isDamage(error: unknown): error is RuntimeError {
  return error instanceof RuntimeError && error.code === "integrity";
}

/** Without a place for its cgroups the record may have been of a container that asked for none of its own: the usual one is looked at. */
function lifelineOf(id: ContainerId, left: Partial<StateRecord>, { rootless }: HostContext): Lifeline {
  const isWhole = left.pid !== undefined && left.startTime !== undefined;
  const usual = (): Lifeline["cgroupPaths"] => defaultCgroupPaths(id, readCgroupFacts(rootless === "auto" ? isRootless() : rootless));
  return {
    pid: isWhole ? left.pid : 0,
    startTime: isWhole ? left.startTime : "",
    cgroupPaths: existing(left.cgroupPaths ?? usual()),
    hasOwnPidNamespace: false, // whoever is in its cgroups goes
  };
}

function existing(paths: Lifeline["cgroupPaths"]): Record<string, HostPath> {
  return Object.fromEntries(Object.entries(paths).filter(([, path]) => statIfThere(path)?.kind === "directory"));
}
