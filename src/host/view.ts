/** Containers as `state` and `list` show them: the record, and what is true at this moment. */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { Resources } from "../spec/types.ts";
import { type ContainerId, requireContainerId } from "../state/container-id.ts";
import { listContainers, StateDirectory } from "../state/directory.ts";
import type { LastRun } from "../state/ended-run.ts";
import { lastRunOf } from "../state/last-run.ts";
import type { StateRecord } from "../state/record.ts";
import { readState, type State, type Status } from "../state/status.ts";
import { readTextIfThere, statIfThere } from "../sys/file/file.ts";
import { pause } from "../sys/process/poll.ts";
import type { HostContext } from "./context.ts";

export interface Container extends Pick<StateRecord, "id" | "ociVersion" | "bundle" | "rootfs" | "created"> {
  readonly pid: number;
  readonly status: Status;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner: string;
  /** What `update` has changed. */
  readonly resources?: Resources;
  /** As far as it is known: its own when it has stopped, before that the last one on its writable layer. */
  readonly lastRun?: LastRun;
}

export function viewContainer(id: string, { root }: HostContext): Container {
  const container = view(root, requireContainerId(id));
  if (container !== "creating") return container;
  throw new RuntimeError("state", `cannot show container ${id}: it is being created, and has no state yet`);
}

/** One that is being made, or is deleted while we look, is left out; one whose record cannot be read is a warning. */
export function viewContainers({ root, warn }: HostContext): Container[] {
  return listContainers(root).flatMap((id) => {
    try {
      const container = view(root, id);
      return container === "creating" ? [] : container;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      if (error.code !== "not-found") warn(`${id}: ${error.message}${error.detail.hint === undefined ? "" : ` (${error.detail.hint})`}`);
      return [];
    }
  });
}

/** Throws code "not-found" or "integrity". */
function view(root: HostPath, id: ContainerId): Container | "creating" {
  using directory = StateDirectory.open(root, id);
  const { record, status } = readLasting(directory);
  if (record === undefined && status === "creating") return "creating";
  if (record === undefined) throw lacksRecord(directory, id);
  const { ociVersion, bundle, rootfs, created, annotations, resources } = record;
  const lastRun = lastRunOf(directory, record, status);
  return {
    ociVersion,
    id,
    pid: status === "stopped" || status === "creating" ? 0 : record.pid,
    status,
    bundle,
    rootfs,
    created,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    owner: ownerOf(directory.path),
    ...(resources === undefined ? {} : { resources }),
    ...(lastRun === undefined ? {} : { lastRun }),
  };
}

const MOMENT = 20; // milliseconds

/** Who creates a container has its directory for a moment before its lock: without either it is looked at again. */
function readLasting(directory: StateDirectory): State {
  const state = readState(directory);
  if (state.record !== undefined || state.status === "creating") return state;
  pause(MOMENT);
  return readState(directory);
}

function lacksRecord(directory: StateDirectory, id: ContainerId): RuntimeError {
  if (!directory.hasOnlyOwnFiles()) return new RuntimeError("not-found", `container does not exist: ${id}`);
  return new RuntimeError("integrity", "cannot read the state of the container: its creator ended before it wrote any", {
    hint: `lamina delete --force ${id} removes the container`,
  });
}

/** The user whose state directory it is, by name if passwd(5) has one. */
export function ownerOf(path: string): string {
  const uid = String(statIfThere(path)?.uid ?? "");
  const line = (readTextIfThere("/etc/passwd") ?? "").split("\n").find((entry) => entry.split(":")[2] === uid);
  return line?.split(":")[0] ?? uid;
}
