/** `delete`: removes a container that has stopped or was never started; with force, any. */
import { RuntimeError } from "../base/errors.ts";
import { requireContainerId } from "../state/container-id.ts";
import { StateDirectory } from "../state/directory.ts";
import { readState, type State } from "../state/status.ts";
import type { HostContext } from "./context.ts";
import { killAndWait } from "./kill.ts";
import { removeContainer } from "./remove.ts";

/** With force, an id that does not exist is no error: engines clean up by it. */
export function deleteContainer({ id, force }: { readonly id: string; readonly force: boolean }, context: HostContext): void {
  const ours = requireContainerId(id);
  using directory = force ? StateDirectory.openIfThere(context.root, ours) : StateDirectory.open(context.root, ours);
  if (directory === undefined) return;
  directory.lock();
  const { record, status } = readSound(directory, force, context);
  if (!force && status !== "stopped" && status !== "created") {
    throw new RuntimeError("state", `cannot delete container ${id} that is not stopped: ${status}`, {
      hint: `stop it with: lamina kill ${id} KILL, or use delete --force`,
    });
  }
  if (record !== undefined) killAndWait(record);
  removeContainer(directory, record, context);
}

/** A record that cannot be read leaves the directory to be removed by force; what else there was is then unknown. */
function readSound(directory: StateDirectory, force: boolean, { warn }: HostContext): State {
  try {
    return readState(directory);
  } catch (error) {
    if (!force || !(error instanceof RuntimeError)) throw error;
    warn(`${error.message}; its cgroups, if any, are left`);
    return { record: undefined, status: "stopped" };
  }
}
