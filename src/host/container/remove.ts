/** Takes a container away whole: processes, cgroups, mounts on the host, state directory; then its poststop hooks. Idempotent. */
import { RuntimeError } from "../../base/errors.ts";
import { hookCall } from "../../plan/process/hooks.ts";
import { stateText } from "../../plan/process/state-document.ts";
import type { StateDirectory } from "../../state/directory.ts";
import { settleRun } from "../../state/last-run.ts";
import type { StateRecord } from "../../state/record.ts";
import { awaitEmptyCgroups, removeCgroups } from "../cgroup/cgroup.ts";
import { removeResctrlGroups } from "../cgroup/resctrl.ts";
import type { HostContext } from "../context.ts";
import { runHook } from "../init/hooks.ts";
import { stopUnit } from "../systemd.ts";
import { removeHostRoot } from "./host-root.ts";
import { killAndWait } from "./kill.ts";
import { removePlacedRoot } from "./placed-root.ts";

/** `record` is undefined for a directory whose creator died before it wrote one. No process may be left in the container. */
export function removeContainer(directory: StateDirectory, record: StateRecord | undefined, context: HostContext): void {
  settleRun(directory); // what comes later finds the directory gone
  if (record !== undefined) removeContainerCgroups(record, context);
  if (record?.resctrl !== undefined) removeResctrlGroups(record.resctrl);
  if (record?.hostRoot !== undefined) removeHostRoot(record.hostRoot);
  if (record?.placedRoot !== undefined) removePlacedRoot(record.placedRoot);
  directory.remove();
  if (record !== undefined) runPoststop(record, context);
}

/** The unit goes when no process is left in it, so that none of another container can be hit. Without systemd the cgroups go all the same. */
export function removeContainerCgroups({ unit, cgroupPaths }: Partial<StateRecord>, { warn }: Pick<HostContext, "warn">): void {
  if (cgroupPaths === undefined) return;
  if (unit !== undefined && awaitEmptyCgroups(cgroupPaths)) {
    try {
      stopUnit(unit);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      warn(error.message);
    }
  }
  removeCgroups(cgroupPaths);
}

/** After a failure, which is what counts: whatever cannot be taken away then is a warning, and `delete --force` tries again. */
export function removeFailed(directory: StateDirectory, record: StateRecord | undefined, context: HostContext): void {
  try {
    if (record !== undefined) killAndWait(record);
    removeContainer(directory, record, context);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    context.warn(error.message);
  }
}

/** A failing one is a warning, and the next is run all the same (runtime-spec, runtime.md, Lifecycle, step 13). */
function runPoststop(record: StateRecord, { warn }: HostContext): void {
  if (record.poststop.length === 0) return;
  const state = stateText(record, record, record.id, "stopped", 0);
  for (const [index, hook] of record.poststop.entries()) {
    try {
      runHook({ kind: "poststop", index, call: hookCall(hook), directory: record.bundle, state });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      warn(error.message);
    }
  }
}
