/**
 * What lamina remembers of a container between two of its own runs: <root>/<id>/state.json. Only delete needs it whole:
 * everything that has to be undone is written down before it is done.
 */
import { RuntimeError } from "../base/errors.ts";
import { parseOwnJson } from "../base/own-json.ts";
import type { HostPath } from "../base/paths.ts";
import type { Hook } from "../spec/types.ts";
import { readTextIfThere, replaceFile } from "../sys/file.ts";
import type { ContainerId } from "./container-id.ts";
import { RECORD_FILE } from "./directory.ts";
import type { EndedRun } from "./ended-run.ts";

export const STATE_VERSION = 1;

export interface StateRecord {
  /** Of this file's form: a lamina that does not know it refuses to touch the container. */
  readonly version: typeof STATE_VERSION;
  readonly id: ContainerId;
  readonly ociVersion: string;
  readonly bundle: HostPath;
  readonly rootfs: HostPath;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the container's init, in the pid namespace of the runtime; 0 until it is ready. */
  readonly pid: number;
  /** Clock ticks between boot and the start of `pid` (proc_pid_stat(5), field 22): pids are used again, pairs are not. */
  readonly startTime: string;
  /** Its writable layer, which stays when it is deleted. */
  readonly upper?: HostPath;
  /** The last run on its writable layer before its own. */
  readonly previousRun?: EndedRun;
  /** Directories of its own, to be removed with it; by controller. */
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
  /** Where it has its root mounted on the host, and on which mount; absent if it has mounts of its own. */
  readonly hostRoot?: { readonly path: HostPath; readonly on: number };
  readonly hasOwnPidNamespace: boolean;
  /** Hooks that later commands run. Kept here, so that editing config.json does not change a container that exists. */
  readonly poststart: readonly Hook[];
  readonly poststop: readonly Hook[];
  /** What init does after `start`, by its place in the plan: `start` words failures with it. */
  readonly lastSteps: Readonly<Record<number, LastStep>>;
}

export interface LastStep {
  readonly op: "runHook" | "exec";
  readonly origin: string;
  readonly path: string;
}

/** Atomic: a reader sees the old record or the new one. */
export function writeRecord(directory: string, record: StateRecord): void {
  replaceFile(`${directory}/${RECORD_FILE}`, JSON.stringify(record), { mode: 0o600 });
}

/** undefined if there is no record (yet). Throws code "integrity" if it is not one of ours. */
export function readRecord(directory: string): StateRecord | undefined {
  const path = `${directory}/${RECORD_FILE}`;
  const text = readTextIfThere(path);
  if (text === undefined) return undefined;
  const value = parseOwnJson(text) as StateRecord | undefined; // written by writeRecord; the version says so
  if (value?.version === STATE_VERSION) return value;
  throw new RuntimeError("integrity", `cannot read the state of the container: ${path} was not written by this version of lamina`, {
    hint:
      value === undefined
        ? "the file is damaged: `lamina delete --force` removes the container"
        : "use the lamina that created the container",
  });
}
