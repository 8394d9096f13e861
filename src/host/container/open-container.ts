/** A container by its id, for commands that look at it or change it. */
import { RuntimeError } from "../../base/errors.ts";
import { requireContainerId } from "../../state/container-id.ts";
import { StateDirectory } from "../../state/directory.ts";
import type { StateRecord } from "../../state/record.ts";
import { readState, type Status } from "../../state/status.ts";
import type { HostContext } from "../context.ts";

export interface Found {
  readonly record: StateRecord;
  readonly status: Status;
}

export interface Locked extends Found, Disposable {
  /** Where its record is. */
  readonly directory: StateDirectory;
}

/** As it is now; another command may change it at any time. Throws code "not-found" if there is none. */
export function findContainer(id: string, { root }: HostContext): Found {
  using directory = StateDirectory.open(root, requireContainerId(id));
  return requireRecord(directory, id);
}

/** The same, locked, so that no other command changes or deletes it meanwhile. */
export function lockContainer(id: string, { root }: HostContext): Locked {
  const directory = StateDirectory.open(root, requireContainerId(id));
  try {
    directory.lock();
    return { ...requireRecord(directory, id), directory, [Symbol.dispose]: () => directory[Symbol.dispose]() };
  } catch (error) {
    directory[Symbol.dispose]();
    throw error;
  }
}

function requireRecord(directory: StateDirectory, id: string): Found {
  const { record, status } = readState(directory);
  if (record === undefined) throw new RuntimeError("not-found", `container does not exist: ${id}`);
  return { record, status };
}
