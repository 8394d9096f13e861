/**
 * `delete --force` of a container whose record cannot be read: ends and removes what the record still tells of, or else what is in the
 * place that a container of that id has its cgroups in.
 */
import { RuntimeError } from "../base/errors.ts";
import { requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import { settleRun } from "../state/last-run.ts";
import type { StateRecord } from "../state/record.ts";
import { salvageRecord } from "../state/record-file.ts";
import { removeResctrlGroups } from "./cgroup/resctrl.ts";
import { findUsualCgroups, type UsualCgroups, usable } from "./cgroup/usual-cgroups.ts";
import { removeHostRoot } from "./container/host-root.ts";
import { killAndWait, type Lifeline } from "./container/kill.ts";
import { removePlacedRoot } from "./container/placed-root.ts";
import { removeContainerCgroups } from "./container/remove.ts";
import type { HostContext } from "./context.ts";
import type { DeleteRequest } from "./delete.ts";

/** After an error of `deleteContainer`, which is thrown again unless it is a damaged record's and force is to be used. */
export function deleteDespite(error: unknown, { id, force }: DeleteRequest, context: HostContext): void {
  if (!force || !isDamage(error)) throw error;
  const ours = requireContainerId(id);
  using directory = StateDirectory.openToRemove(context.root, ours);
  if (directory === undefined) return;
  directory.lock();
  directory.requireOwnFiles(); // or this may be no container at all
  const left = salvageRecord(directory.path);
  const { paths, strangers, unit }: UsualCgroups =
    left.cgroupPaths === undefined ? findUsualCgroups(ours, directory.path, context) : known(left.cgroupPaths, context);
  killAndWait(lifelineOf(left, paths));
  settleRun(directory);
  const ofSystemd = left.unit ?? unit;
  removeContainerCgroups({ ...(ofSystemd === undefined ? {} : { unit: ofSystemd }), cgroupPaths: paths }, context);
  if (left.resctrl !== undefined) removeResctrlGroups(left.resctrl);
  if (left.hostRoot !== undefined) removeHostRoot(left.hostRoot);
  if (left.placedRoot !== undefined) removePlacedRoot(left.placedRoot);
  directory.remove();
  context.warn(`${error.message}; it is removed all the same, without its poststop hooks: ${foundWords(paths, strangers)}`);
}

function known(paths: Lifeline["cgroupPaths"], { warn }: HostContext): UsualCgroups {
  return { paths: usable(paths, warn), strangers: 0 };
}

function foundWords(paths: Lifeline["cgroupPaths"], strangers: number): string {
  if (strangers > 0)
    return `there may be processes of it in the cgroup that its id stands for, ${strangers} in number, or they are somebody else's`;
  const cgroups = [...new Set(Object.values(paths))];
  return cgroups.length === 0 ? "no cgroup of it was found" : `with it went what was in ${cgroups.join(", ")}`;
}

export function isDamage(error: unknown): error is RuntimeError {
  return error instanceof RuntimeError && error.code === "integrity";
}

/** Whoever is in its cgroups goes, whether it has a pid namespace or not. */
function lifelineOf({ pid, startTime }: Partial<StateRecord>, cgroupPaths: Lifeline["cgroupPaths"]): Lifeline {
  const isKnown = pid !== undefined && startTime !== undefined;
  return { pid: isKnown ? pid : 0, startTime: isKnown ? startTime : "", cgroupPaths, hasOwnPidNamespace: false };
}
