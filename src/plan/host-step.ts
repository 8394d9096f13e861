/**
 * The vocabulary of the host side: everything that happens outside of the container, in the order of the list.
 *
 * A step is data. The pid of the container's init and the connection to it belong to the executor (src/host).
 */
import type { HostPath } from "../base/paths.ts";
import type { SyncPoint } from "./step.ts";

/** One of the runtime-spec's hooks that run outside of the container (config.md, POSIX-platform Hooks). */
export interface HookCall {
  readonly path: string;
  readonly args: readonly string[];
  /** Absent = that of the runtime. */
  readonly env?: readonly string[] | undefined;
  /** Seconds; 0 waits for ever. */
  readonly timeout: number;
}

export type HostHookKind = "prestart" | "createRuntime" | "poststart" | "poststop";

export type HostStep =
  // cgroups: directories first, then limits; init enters by itself, before it does anything that could be charged
  | { readonly op: "makeCgroup"; readonly path: HostPath }
  | { readonly op: "writeCgroup"; readonly file: HostPath; readonly text: string }
  /** Copies `file` of the nearest ancestor that has text in it, if this one is empty (cpuset.cpus and .mems on v1). */
  | { readonly op: "inheritCgroup"; readonly directory: HostPath; readonly file: string }
  /** cgroup v2: for the children of `directory`, those that it can give them. Which it can is seen only when asked. */
  | { readonly op: "enableControllers"; readonly directory: HostPath; readonly controllers: readonly string[] }
  /** cgroup v2: an eBPF program of type CGROUP_DEVICE, as 8-byte instructions. */
  | { readonly op: "attachDeviceProgram"; readonly path: HostPath; readonly program: readonly bigint[] }
  /** Writes down that this container uses a writable layer, unless another one does. */
  | { readonly op: "claimLayer"; readonly upper: HostPath }
  /** Makes what is missing of a writable layer for an overlay, its top directory with owner and mode of `like`. */
  | { readonly op: "makeUpper"; readonly upper: HostPath; readonly work: HostPath; readonly like: HostPath }
  /** A layer that the tree is made of; the top comes first. */
  | { readonly op: "openLayer"; readonly path: HostPath }
  /** Copies what the opened layers show, unless that was done before. `isVolatile`: a crash of the machine may take it away. */
  | {
      readonly op: "makeTree";
      readonly to: HostPath;
      readonly kind: "directory" | "subvolume" | "read-only subvolume";
      /** The layers' marks are user.overlay attributes. */
      readonly userXattr: boolean;
      readonly isVolatile: boolean;
    }
  /** Of a tree of the opened layers, unless that was done before. */
  | { readonly op: "snapshotTree"; readonly from: HostPath; readonly to: HostPath }
  /** cgroup v2: the directory and, of its files, those that /sys/kernel/cgroup/delegate names. cgroups(7), Delegation. */
  | { readonly op: "chownCgroup"; readonly path: HostPath; readonly uid: number }
  /** It runs on whatever processors its cgroup lets it: the caller's choice for itself ends here. */
  | { readonly op: "spawnInit" }
  // init stops at its sync points (native `sync` steps) until it is released
  | { readonly op: "await"; readonly point: SyncPoint }
  | { readonly op: "release"; readonly point: SyncPoint }
  | {
      readonly op: "writeIdMaps";
      /** Lines of `inside outside length`, as /proc/PID/uid_map takes them. */
      readonly uidMap: string;
      readonly gidMap: string;
      /** Written by newuidmap(1) and newgidmap(1), which may do what we may not. */
      readonly byHelper: boolean;
      readonly denySetgroups: boolean;
    }
  | { readonly op: "runHook"; readonly kind: HostHookKind; readonly index: number; readonly call: HookCall }
  /** To a stream socket of the caller's, as runc does it. */
  | { readonly op: "sendPidfd"; readonly socket: HostPath }
  | { readonly op: "saveState" }
  | { readonly op: "writePidFile"; readonly path: HostPath };
