/** `delete`: removes a container that has stopped or was never started; with force, any. */
import { RuntimeError } from "../base/errors.ts";
import { requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import { readRecord } from "../state/record-file.ts";
import { readState } from "../state/status.ts";
import { usable } from "./cgroup/usual-cgroups.ts";
import { killAndWait } from "./container/kill.ts";
import { removeContainer } from "./container/remove.ts";
import type { HostContext } from "./context.ts";

export interface DeleteRequest {
  readonly id: string;
  readonly force: boolean;
}

/** With force, an id that does not exist is no error: engines clean up by it. Throws code "integrity" if the record cannot be read. */
export function deleteContainer({ id, force }: DeleteRequest, context: HostContext): void {
  const ours = requireContainerId(id);
  using directory = force ? StateDirectory.openToRemove(context.root, ours) : StateDirectory.open(context.root, ours);
  if (directory === undefined) return;
  directory.lock();
  if (force) {
    removeByForce(directory, context);
    return;
  }
  const { record, status } = readState(directory);
  if (status !== "stopped" && status !== "created") {
    throw new RuntimeError("state", `cannot delete container ${id} that is not stopped: ${status}`, {
      hint: `stop it with: lamina kill ${id} KILL, or use delete --force`,
    });
  }
  if (record !== undefined) killAndWait(record);
  removeContainer(directory, record, context);
}

/** Cgroups of which the record tells nonsense are no reason to keep the container. */
function removeByForce(directory: StateDirectory, context: HostContext): void {
  const read = readRecord(directory.path);
  const record = read && { ...read, cgroupPaths: usable(read.cgroupPaths, context.warn) };
  if (record !== undefined) killAndWait(record);
  removeContainer(directory, record, context);
}
