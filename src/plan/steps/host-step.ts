/**
 * The vocabulary of the host side: everything that happens outside the container, in the order of the list.
 *
 * A step is data. The pid of the container's init and the connection to it belong to the executor (src/host).
 */

import type { HostPath } from "../../base/paths.ts";
import type { SchedulingStep } from "./scheduling-step.ts";
import type { SyncPoint } from "./step.ts";
import type { UnitProperty } from "./unit-property.ts";

/** A runtime-spec hook that runs outside the container (config.md, POSIX-platform Hooks). */
export interface HookCall {
  readonly path: string;
  readonly args: readonly string[];
  /** Absent = the runtime's environment. */
  readonly env?: readonly string[] | undefined;
  /** In seconds; 0 = no limit. */
  readonly timeout: number;
}

export interface UnitStep {
  /** The machine's systemd, or that of this user's session. */
  readonly manager: "system" | "user";
  readonly unit: string;
  readonly properties: readonly UnitProperty[];
}

export type HostHookKind = "prestart" | "createRuntime" | "poststart" | "poststop";

export type HostStep =
  // cgroups: directories first, then limits; init enters by itself, before it does anything that could be charged
  | { readonly op: "makeCgroup"; readonly path: HostPath }
  | { readonly op: "writeCgroup"; readonly file: HostPath; readonly text: string }
  /** Copies `file` from the nearest ancestor where it is not empty, if it is empty here (cpuset.cpus and .mems on v1). */
  | { readonly op: "inheritCgroup"; readonly directory: HostPath; readonly file: string }
  /** cgroup v1: a cgroup above the container's gets the same realtime, if it has none: a child never has more than its parent. */
  | { readonly op: "passRealtime"; readonly directory: HostPath; readonly period: string; readonly runtime: string }
  /** cgroup v2: enables for the children of `directory` those that it can pass on, which only trying shows. */
  | { readonly op: "enableControllers"; readonly directory: HostPath; readonly controllers: readonly string[] }
  /** cgroup v2: an eBPF program of type CGROUP_DEVICE, as 8-byte instructions. */
  | { readonly op: "attachDeviceProgram"; readonly path: HostPath; readonly program: readonly bigint[] }
  /**
   * Has systemd make a scope with init in it, and waits until it is there. `directory` is where its cgroup must be then; undefined if none
   * of the hierarchies that systemd itself uses is mounted. org.freedesktop.systemd1(5)
   */
  | ({ readonly op: "startUnit"; readonly directory: HostPath | undefined } & UnitStep)
  /** Until the unit ends: nothing of it is written to disk. */
  | ({ readonly op: "setUnitProperties" } & UnitStep)
  /** Has systemd move init into the unit's cgroup, or into the one at the path below it; "" = itself. */
  | { readonly op: "attachToUnit"; readonly manager: UnitStep["manager"]; readonly unit: string; readonly below: string }
  /** Records that this container uses a writable layer; fails if another one does. */
  | { readonly op: "claimLayer"; readonly upper: HostPath }
  /** Makes whatever is missing of a writable layer for an overlay, its top directory with the owner and mode of `like`. */
  | { readonly op: "makeUpper"; readonly upper: HostPath; readonly work: HostPath; readonly like: HostPath }
  /** A layer that the tree is made of; the top one comes first. */
  | { readonly op: "openLayer"; readonly path: HostPath }
  /** Copies what the opened layers show, unless already done. `isVolatile`: it may be lost if the machine crashes. */
  | {
      readonly op: "makeTree";
      readonly to: HostPath;
      readonly kind: "directory" | "subvolume" | "read-only subvolume";
      /** The layers' whiteouts and opaque marks are user.overlay attributes. */
      readonly userXattr: boolean;
      readonly isVolatile: boolean;
    }
  /** A snapshot of a tree of the opened layers, unless already done. */
  | { readonly op: "snapshotTree"; readonly from: HostPath; readonly to: HostPath }
  /** cgroup v2: the directory, and those of its files that /sys/kernel/cgroup/delegate names. cgroups(7), Delegation. */
  | { readonly op: "chownCgroup"; readonly path: HostPath; readonly uid: number }
  /** Init may run on every processor that its cgroup allows: the caller's own affinity is not inherited. */
  | { readonly op: "spawnInit" }
  // resctrl: `root` is where it is mounted, and where it says why it has refused something
  | { readonly op: "makeResctrlGroup"; readonly root: HostPath; readonly group: HostPath }
  /** `isNew`: the group was just made, and goes again if it cannot be what it is to be. */
  | { readonly op: "writeSchemata"; readonly root: HostPath; readonly group: HostPath; readonly line: string; readonly isNew: boolean }
  /** Init's last stage. */
  | { readonly op: "enterResctrl"; readonly root: HostPath; readonly group: HostPath }
  /** From the host's network namespace to that of init, with its addresses, and brought up there; `name` may hold %d for a number. */
  /** `isShared`: others may live in the container's network namespace, and have done what they like with the device since. */
  | { readonly op: "moveNetDevice"; readonly device: string; readonly name: string; readonly isShared: boolean }
  // init stops at its sync points (native `sync` steps) until it is released, which may be before it gets there
  | { readonly op: "await"; readonly point: SyncPoint }
  | { readonly op: "release"; readonly point: SyncPoint }
  | {
      readonly op: "writeIdMaps";
      /** Lines of `inside outside length`, in the format of /proc/PID/uid_map. */
      readonly uidMap: string;
      readonly gidMap: string;
      /** Written by newuidmap(1) and newgidmap(1), which have rights that we lack. */
      readonly byHelper: boolean;
      readonly denySetgroups: boolean;
    }
  | { readonly op: "runHook"; readonly kind: HostHookKind; readonly index: number; readonly call: HookCall }
  /** To a stream socket of the caller's, with the name by which runc tells a container's first process from others. */
  | { readonly op: "sendPidfd"; readonly socket: HostPath; readonly name: "standard" | "setns" }
  /** Waits for the listener of init's filter, and sends it to a stream socket with the state of its process (runtime-spec, config-linux.md, Seccomp). */
  | { readonly op: "sendListener"; readonly socket: HostPath; readonly metadata: string }
  /** Init's last stage enters the cgroup, by its `cgroup.procs`: which takes the kernel some milliseconds, but no room for another process. */
  | { readonly op: "moveToCgroup"; readonly file: HostPath }
  /** How init's last stage, and so the program, is scheduled. */
  | Extract<SchedulingStep, { readonly op: "setScheduler" | "setIoPriority" }>
  /** The caller's terminal is connected to the process's. */
  | { readonly op: "takeTerminal" }
  /** Fails if the program cannot be executed. */
  | { readonly op: "awaitExec" }
  | { readonly op: "saveState" }
  | { readonly op: "writePidFile"; readonly path: HostPath };
