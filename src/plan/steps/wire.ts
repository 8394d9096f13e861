/**
 * The plan as bytes: the contract between src/plan and native/init/.
 *
 *   header   u32 wire id · u32 step count · u32 bytes that follow
 *   step     u32 opcode · u32 on failure (ON_FAILURE) · u32 bytes that follow · its fields in table order
 *   u32,u64  little endian; a boolean is a u32 of 0 or 1
 *   str      u32 length without the NUL · bytes · NUL
 *   strs     u32 count · that many str
 *   u32s     u32 count · that many u32
 *   bytes    u32 length · bytes
 *
 * `npm run generate` turns this table into native/init/wire.h.
 */
import type { InitOp, InitStep } from "./step.ts";

type Field<T> = T extends bigint
  ? "u64"
  : T extends boolean
    ? "bool"
    : T extends number
      ? "u32"
      : T extends string
        ? "str"
        : T extends readonly string[]
          ? "strs"
          : T extends readonly number[]
            ? "u32s"
            : T extends Uint8Array
              ? "bytes"
              : never;

export type FieldType = "u32" | "u64" | "bool" | "str" | "strs" | "u32s" | "bytes";

type Row<S extends InitStep> = {
  readonly code: number;
  readonly fields: { readonly [K in Exclude<keyof S, "op">]-?: Field<S[K]> };
};

export const WIRE = {
  openNamespace: { code: 1, fields: { slot: "u32", path: "str" } },
  joinNamespace: { code: 2, fields: { slot: "u32", type: "u32", keep: "bool" } },
  joinProcess: { code: 78, fields: { flags: "u32" } },
  joinRoot: { code: 79, fields: {} },
  setAffinity: { code: 82, fields: { processors: "u32s" } },
  unshare: { code: 3, fields: { flags: "u32" } },
  cloneChild: { code: 4, fields: { flags: "u32" } },
  openUserNamespace: { code: 5, fields: { slot: "u32", uidMap: "str", gidMap: "str" } },
  sync: { code: 6, fields: { point: "u32" } },
  waitHost: { code: 86, fields: { point: "u32" } },
  openProc: { code: 66, fields: { fresh: "bool" } },
  setDumpable: { code: 7, fields: { dumpable: "bool" } },
  writeProc: { code: 8, fields: { file: "str", text: "str" } },
  setPropagation: { code: 9, fields: { path: "str", flags: "u64" } },
  openTree: { code: 10, fields: { slot: "u32", source: "str", recursive: "bool" } },
  newFilesystem: { code: 11, fields: { slot: "u32", type: "str", source: "str", options: "strs", attributes: "u64" } },
  mountAttributes: { code: 12, fields: { slot: "u32", set: "u64", clear: "u64", propagation: "u64", recursive: "bool" } },
  idmapMount: { code: 13, fields: { slot: "u32", namespace: "u32", recursive: "bool" } },
  copyUp: { code: 14, fields: { slot: "u32", source: "str" } },
  attachRoot: { code: 15, fields: { slot: "u32", path: "str" } },
  attach: { code: 16, fields: { slot: "u32", target: "str", guard: "u32", keep: "bool" } },
  remount: { code: 17, fields: { target: "str", options: "strs", set: "u64", clear: "u64", superblock: "bool" } },
  targetAttributes: { code: 18, fields: { target: "str", set: "u64", clear: "u64", propagation: "u64", recursive: "bool" } },
  makeDirectory: { code: 19, fields: { path: "str", mode: "u32" } },
  symlink: { code: 20, fields: { target: "str", path: "str" } },
  mknod: { code: 21, fields: { path: "str", mode: "u32", major: "u32", minor: "u32", uid: "u32", gid: "u32" } },
  openNull: { code: 67, fields: { slot: "u32", ofHost: "bool" } },
  maskPath: { code: 22, fields: { path: "str", null: "u32", directory: "u32" } },
  readonlyPath: { code: 23, fields: { path: "str" } },
  pivotRoot: { code: 24, fields: {} },
  moveRoot: { code: 25, fields: {} },
  tellMount: { code: 88, fields: { slot: "u32" } },
  placeRoot: { code: 87, fields: { slot: "u32", namespace: "u32", on: "u32" } },
  chroot: { code: 26, fields: { path: "str" } },
  letGo: { code: 68, fields: {} },
  newProc: { code: 69, fields: { slot: "u32", namespace: "u32", source: "str", options: "strs", attributes: "u64" } },
  controlTerminal: { code: 80, fields: {} },
  sethostname: { code: 27, fields: { name: "str" } },
  setdomainname: { code: 28, fields: { name: "str" } },
  labelMount: { code: 81, fields: { slot: "u32", label: "str" } },
  newSessionKeyring: { code: 29, fields: {} },
  setsid: { code: 30, fields: {} },
  openConsole: { code: 31, fields: { height: "u32", width: "u32", uid: "u32", mount: "bool" } },
  setrlimit: { code: 32, fields: { resource: "u32", soft: "u64", hard: "u64" } },
  personality: { code: 33, fields: { domain: "u32" } },
  setScheduler: {
    code: 83,
    fields: { policy: "u32", flags: "u64", nice: "u32", priority: "u32", runtime: "u64", deadline: "u64", period: "u64" },
  },
  setIoPriority: { code: 84, fields: { priority: "u32" } },
  setMemoryPolicy: { code: 85, fields: { mode: "u32", nodes: "u32s" } },
  umask: { code: 34, fields: { mask: "u32" } },
  setgroups: { code: 35, fields: { gids: "u32s" } },
  setgid: { code: 36, fields: { gid: "u32" } },
  setuid: { code: 37, fields: { uid: "u32" } },
  keepCapabilities: { code: 38, fields: {} },
  dropBounding: { code: 39, fields: { keep: "u64" } },
  capset: { code: 40, fields: { effective: "u64", permitted: "u64", inheritable: "u64" } },
  raiseAmbient: { code: 41, fields: { set: "u64" } },
  noNewPrivileges: { code: 42, fields: {} },
  loadFilter: { code: 77, fields: { flags: "u32", byThread: "bool", program: "bytes" } },
  chdir: { code: 43, fields: { path: "str" } },
  defaultHome: { code: 44, fields: { uid: "u32" } },
  findExecutable: { code: 45, fields: { name: "str", searchPath: "str", magicLinks: "bool" } },
  closeOnExec: { code: 46, fields: { first: "u32" } },
  waitStart: { code: 47, fields: {} },
  runHook: {
    code: 48,
    fields: { path: "str", args: "strs", env: "strs", withHome: "bool", timeout: "u32", stateHead: "str", stateTail: "str" },
  },
  exec: { code: 49, fields: { args: "strs", env: "strs" } },
  chdirAs: { code: 51, fields: { path: "str", uid: "u32" } },
  unlink: { code: 57, fields: { path: "str" } },
  enterCgroup: { code: 54, fields: { file: "str" } },
  openCgroup: { code: 55, fields: { slot: "u32", path: "str" } },
  newOverlay: { code: 58, fields: { slot: "u32" } },
  addLayer: { code: 59, fields: { slot: "u32", key: "str", base: "u32", path: "str", byName: "bool" } },
  finishOverlay: { code: 60, fields: { slot: "u32", options: "strs" } },
  setFileIds: { code: 62, fields: { uid: "u32", gid: "u32" } },
  mountLayers: { code: 61, fields: { path: "str", parts: "strs" } },
  forkServer: { code: 63, fields: { slot: "u32", path: "str", args: "strs", lock: "str" } },
  mountFuse: { code: 64, fields: { slot: "u32", device: "u32", source: "str", options: "strs" } },
  startServer: { code: 65, fields: { slot: "u32", device: "u32", mount: "u32", joins: "bool" } },
  forkOpener: { code: 70, fields: { slot: "u32" } },
  leadOpener: { code: 71, fields: { slot: "u32" } },
  openAsHost: { code: 72, fields: { slot: "u32", opener: "u32", source: "str", recursive: "bool" } },
  idmapAsHost: { code: 73, fields: { slot: "u32", opener: "u32", namespace: "u32", recursive: "bool" } },
  endOpener: { code: 74, fields: { slot: "u32" } },
  mountFilesystem: {
    code: 75,
    fields: { slot: "u32", type: "str", source: "str", flags: "u64", data: "str", modeOf: "str" },
  },
  newTmpfs: { code: 76, fields: { slot: "u32", source: "str", options: "strs", attributes: "u64", modeOf: "str" } },
  cloneIntoCgroup: { code: 56, fields: { flags: "u32", slot: "u32" } },
  loopbackUp: { code: 52, fields: {} },
  reopenNull: { code: 53, fields: { ofHost: "bool" } },
  chownStdio: { code: 50, fields: { uid: "u32", anonymous: "bool" } },
} as const satisfies { readonly [Op in InitOp]: Row<Extract<InitStep, { op: Op }>> };

/** How many descriptors a plan can keep in slots at once. */
export const SLOTS = 1024;

/** In place of a slot number: no slot. */
export const NO_SLOT = 0xffffffff;

/** In place of the index of a step: what failed is not a step. */
export const NO_STEP = 0xffffffff;

/** The messages on the handshake socket: 12 bytes, three u32, drawn in host/init/handshake.ts. */
export const MESSAGE = { sync: 1, go: 2, pid: 3, failed: 4, warning: 5, supervised: 6, listener: 7, mount: 8 } as const;

/** The descriptors that init may be given, by their places from the first one on; which they are is said by a set of bits on its command line. */
export const GIVEN = {
  plan: 0,
  host: 1,
  start: 2,
  console: 3,
  stateDirectory: 4,
  otherDirectory: 5,
  signOfLife: 6,
  container: 7,
  containerRoot: 8,
  times: 9,
} as const;

/**
 * The memory for times, in units of 8 bytes. The host fills in how far the time of day is from its monotonic clock, in nanoseconds, and whether
 * reading a clock is certain to be no system call; init when it began, and from `first` on when each step ended, by the host's
 * monotonic clock, in nanoseconds: 0 = not written, an odd number = the step failed.
 */
export const TIMES = { distance: 0, silent: 1, begun: 2, first: 3 } as const;
