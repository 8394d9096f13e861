/**
 * Steps in words: `lamina explain` prints them, and errors use them to say what was being done. Pure.
 *
 * Each text is a verb, its object and details, so that it can also follow "cannot". A kind of step without words is a
 * type error. `#3` is slot 3: a descriptor that an earlier step left there.
 */

import type { BusData } from "../base/bus-value.ts";
import { FILTER_FLAGS, NEW_LISTENER } from "./filter/filter-words.ts";
import { capabilityNames } from "./process/capabilities.ts";
import { memoryPolicyWords } from "./process/memory-policy.ts";
import { personalityName } from "./process/personality.ts";
import { rlimitName, UNLIMITED } from "./process/rlimits.ts";
import { ioPriorityWords, schedulerWords } from "./process/scheduling.ts";
import type { HostStep } from "./steps/host-step.ts";
import { ATIME_MASK, CLONE_FLAGS, flagNames, MOUNT_ATTRIBUTES, MOUNT_FLAGS, PROPAGATION } from "./steps/kernel-flags.ts";
import { GUARD, type InitOp, type InitStep, SYNC_POINTS } from "./steps/step.ts";
import { INFINITY, type UnitProperty } from "./steps/unit-property.ts";
import { NO_SLOT } from "./steps/wire.ts";

type InitMembers = { readonly [Op in InitOp]: Extract<InitStep, { readonly op: Op }> };
type InitMember<Op extends InitOp = InitOp> = { [K in Op]: { readonly op: K } & InitMembers[K] }[Op];

type HostOp = HostStep["op"];
type HostMembers = { readonly [Op in HostOp]: Extract<HostStep, { readonly op: Op }> };
type HostMember<Op extends HostOp = HostOp> = { [K in Op]: { readonly op: K } & HostMembers[K] }[Op];

export function describeStep(step: InitStep): string {
  return initWords(step);
}

export function describeHostStep(step: HostStep): string {
  return hostWords(step);
}

function initWords<Op extends InitOp>(step: InitMember<Op>): string {
  return INIT_WORDS[step.op](step);
}

function hostWords<Op extends HostOp>(step: HostMember<Op>): string {
  return HOST_WORDS[step.op](step);
}

const INIT_WORDS: { readonly [Op in InitOp]: (step: InitMember<Op>) => string } = {
  openNamespace: ({ slot, path }) => `open namespace ${path} as #${slot}`,
  joinNamespace: ({ slot, type }) => `join namespace #${slot} (${cloneFlags(type)})`,
  joinProcess: ({ flags }) => `join the namespaces of the container's init: ${cloneFlags(flags)}`,
  joinRoot: () => `make the root of the container's init "/"`,
  unshare: ({ flags }) => `make new namespaces: ${cloneFlags(flags)}`,
  enterCgroup: ({ file }) => `enter the cgroup of ${file}`,
  openCgroup: ({ slot, path }) => `open cgroup ${path} as #${slot}`,
  cloneIntoCgroup: ({ slot, flags }) =>
    `start the next init in cgroup #${slot}${flags === 0 ? "" : ` and new namespaces: ${cloneFlags(flags)}`}`,
  cloneChild: ({ flags }) =>
    flags === 0 ? "start init's next stage" : `start the container's init in new namespaces: ${cloneFlags(flags)}`,
  openUserNamespace: ({ slot, uidMap, gidMap }) =>
    `make a user namespace for id-mapped mounts as #${slot}, uids ${mapWords(uidMap)}, gids ${mapWords(gidMap)}`,
  sync: waitWords,
  waitHost: waitWords,
  openProc: ({ fresh }) => `open ${fresh ? "a procfs" : "a clone of /proc"} that the container cannot reach`,
  setDumpable: ({ dumpable }) => (dumpable ? "let this user inspect init" : "let nobody inspect init"),
  writeProc: ({ file, text }) => `write ${quote(text)} to /proc/${file}`,
  setPropagation: ({ path, flags }) => `set propagation of ${path} to ${flagNames(PROPAGATION, flags)}`,
  openTree: ({ slot, source, recursive }) => `clone the mount at ${source}${recursive ? " and those below it" : ""} as #${slot}`,
  newFilesystem: ({ slot, type, source, options, attributes }) =>
    `make ${type} file system ${quote(source)} as #${slot}${optionWords(options)}${attributeWords(attributes, 0n)}`,
  newTmpfs: ({ slot, source, options, attributes, modeOf }) =>
    `make tmpfs file system ${quote(source)} as #${slot}${modeWords(modeOf)}${optionWords(options)}${attributeWords(attributes, 0n)}`,
  mountFilesystem: ({ slot, type, source, flags, data, modeOf }) =>
    `mount ${type} file system ${quote(source)} as #${slot} in one call${modeWords(modeOf)}${flags === 0n ? "" : `, ${flagNames(MOUNT_FLAGS, flags)}`}${optionWords(data === "" ? [] : [data])}`,
  forkOpener: ({ slot }) => `make process #${slot}, which opens mounts with the host's rights`,
  leadOpener: ({ slot }) => `show process #${slot} the container's mounts`,
  openAsHost: ({ slot, opener, source, recursive }) =>
    `let process #${opener} clone the mount at ${source}${recursive ? " and those below it" : ""} as #${slot}`,
  idmapAsHost: ({ slot, opener, namespace, recursive }) =>
    `let process #${opener} map the ids of mount #${slot}${below(recursive)} as user namespace #${namespace} does`,
  endOpener: ({ slot }) => `end process #${slot}`,
  newProc: ({ slot, namespace, source, options, attributes }) =>
    `make proc file system ${quote(source)} of pid namespace #${namespace} as #${slot}${optionWords(options)}${attributeWords(attributes, 0n)}`,
  mountAttributes: ({ slot, ...rest }) => `change mount #${slot}${changeWords(rest)}`,
  idmapMount: ({ slot, namespace, recursive }) => `map the ids of mount #${slot}${below(recursive)} as user namespace #${namespace} does`,
  newOverlay: ({ slot }) => `begin an overlay as #${slot}`,
  addLayer: ({ slot, key, base, path, byName }) =>
    `add ${LAYER_KINDS[key]} ${path}${base === NO_SLOT ? "" : ` of #${base}`} to overlay #${slot}${byName ? " by name" : ""}`,
  finishOverlay: ({ slot, options }) => `mount overlay #${slot}${optionWords(options)}`,
  forkServer: ({ slot, path, args, lock }) =>
    `make process #${slot}, which will be ${path} ${args.slice(1).join(" ")}${lock === "" ? "" : ` with ${lock} locked`}`,
  mountFuse: ({ slot, device, source, options }) => `mount ${source} by /dev/fuse (#${device}) as #${slot}${optionWords(options)}`,
  startServer: ({ slot, device, mount, joins }) =>
    `give /dev/fuse (#${device}) to process #${slot}${joins ? ", in this user namespace," : ""} and wait until it serves mount #${mount}`,
  setFileIds: ({ uid, gid }) => `create files as uid ${uid} and gid ${gid}`,
  mountLayers: ({ path, parts }) => `mount an overlay at ${path}: ${parts.join("")}`,
  copyUp: ({ slot, source }) => `copy what is in ${source} to #${slot}`,
  attachRoot: ({ slot, path }) => `attach mount #${slot} at ${path}, the container's root`,
  attach: ({ slot, target, guard, keep }) => `attach mount #${slot} at ${target}${guardWords(guard)}${keep ? ", and keep it open" : ""}`,
  remount: ({ target, options, set, clear, superblock }) =>
    `remount ${target}${superblock ? " with its file system" : ""}${optionWords(options)}${attributeWords(set, clear)}`,
  targetAttributes: ({ target, ...rest }) => `change the mount at ${target}${changeWords(rest)}`,
  makeDirectory: ({ path, mode }) => `make directory ${path} (mode ${octal(mode)})`,
  unlink: ({ path }) => `remove ${path}, if it is there`,
  symlink: ({ target, path }) => `link ${path} to ${target}`,
  mknod: ({ path, mode, major, minor, uid, gid }) =>
    `make ${nodeKind(mode)} ${path} (${major}:${minor}, mode ${octal(mode & 0o7777)}, owner ${uid}:${gid})`,
  openNull: ({ slot, ofHost }) => `open the ${ofHost ? "host" : "container"}'s null device as #${slot}`,
  maskPath: ({ path }) => `hide ${path}`,
  readonlyPath: ({ path }) => `make ${path} read-only`,
  pivotRoot: () => `make the container's root "/" and leave the old one`,
  moveRoot: () => `move the container's root to "/" without pivot_root, and unmount or cover procfs and sysfs outside of it`,
  tellMount: ({ slot }) => `tell the host the id of mount #${slot}`,
  placeRoot: ({ slot, namespace }) => `put mount #${slot} and those below it over the root of namespace #${namespace}, and live there`,
  chroot: ({ path }) => `make ${path} "/"`,
  letGo: () => "close all host descriptors",
  sethostname: ({ name }) => `set the hostname to ${quote(name)}`,
  setdomainname: ({ name }) => `set the domainname to ${quote(name)}`,
  labelMount: ({ slot, label }) => `label the root of mount #${slot} ${quote(label)}`,
  newSessionKeyring: () => "make a session keyring",
  setsid: () => "start a new session",
  chownStdio: ({ uid, anonymous }) => `give the standard streams${anonymous ? " that are pipes or sockets" : ""} to uid ${uid}`,
  openConsole: ({ height, width, uid, mount }) =>
    `open a terminal${mount ? " at /dev/console" : ""}${height || width ? ` of ${width}x${height}` : ""} for uid ${uid}`,
  controlTerminal: () => "make the terminal the session's controlling one",
  setrlimit: ({ resource, soft, hard }) => `limit ${rlimitName(resource)} to ${limitWords(soft)}, at most ${limitWords(hard)}`,
  setAffinity: ({ processors }) => `use no other processors than ${processors.join(", ")}`,
  personality: ({ domain }) => `set the personality to ${personalityName(domain)}`,
  setScheduler: (step) => `schedule the program ${schedulerWords(step)}`,
  setIoPriority: (step) => `set the program's I/O priority to ${ioPriorityWords(step)}`,
  setMemoryPolicy: (step) => `set the memory policy to ${memoryPolicyWords(step)}`,
  umask: ({ mask }) => `set the umask to ${octal(mask)}`,
  setgroups: ({ gids }) => (gids.length === 0 ? "drop all additional groups" : `set the additional groups to ${gids.join(", ")}`),
  setgid: ({ gid }) => `become gid ${gid}`,
  setuid: ({ uid }) => `become uid ${uid}`,
  keepCapabilities: () => "keep the permitted capabilities when the uid changes",
  dropBounding: ({ keep }) => `limit the bounding capabilities to: ${capabilityNames(keep)}`,
  capset: ({ effective, permitted, inheritable }) => `set the capabilities${capabilitySets(effective, permitted, inheritable)}`,
  raiseAmbient: ({ set }) => `set the ambient capabilities to: ${capabilityNames(set)}`,
  noNewPrivileges: () => "give up gaining privileges through execve",
  loadFilter: ({ flags, byThread, program }) =>
    `load a system call filter of ${program.length / 8} instructions${filterFlagWords(flags)}${listenerWords(flags, byThread)}`,
  chdir: ({ path }) => `enter directory ${path}`,
  chdirAs: ({ path, uid }) => `enter directory ${path} as uid ${uid}`,
  loopbackUp: () => "bring up the loopback device",
  reopenNull: ({ ofHost }) =>
    ofHost
      ? "reopen standard streams that are the host's /dev/null so that it cannot be changed"
      : "replace standard streams that are the host's /dev/null by the container's",
  defaultHome: ({ uid }) => `set HOME from the container's passwd entry of uid ${uid}`,
  findExecutable: ({ name, searchPath }) => `find program ${quote(name)}${name.includes("/") ? "" : ` in ${searchPath}`}`,
  closeOnExec: ({ first }) => `keep descriptors from ${first} on out of the program`,
  waitStart: () => "wait for start",
  runHook: ({ path, args, timeout }) => `run hook ${commandLine(path, args)}${timeoutWords(timeout)}`,
  exec: ({ args }) => `execute ${args.map(quote).join(" ")}`,
};

const HOST_WORDS: { readonly [Op in HostOp]: (step: HostMember<Op>) => string } = {
  makeCgroup: ({ path }) => `make cgroup ${path}`,
  writeCgroup: ({ file, text }) => `write ${quote(text)} to ${file}`,
  inheritCgroup: ({ directory, file }) => `copy ${file} to cgroup ${directory} from the nearest one above that has it, if it is empty`,
  passRealtime: ({ directory, period, runtime }) =>
    `give cgroup ${directory} ${runtime} µs of realtime${period === "" ? "" : ` in ${period} µs`}, if it has none`,
  enableControllers: ({ directory, controllers }) => `enable ${controllers.join(", ")} below cgroup ${directory}, as far as it has them`,
  chownCgroup: ({ path, uid }) => `give cgroup ${path} to uid ${uid}, with its files that may be delegated`,
  startUnit: ({ manager, unit, properties }) =>
    `have ${MANAGERS[manager]} make ${unit}, with init in it: ${properties.map(propertyWords).join(" ")}`,
  setUnitProperties: ({ manager, unit, properties }) =>
    `have ${MANAGERS[manager]} set of ${unit}: ${properties.map(propertyWords).join(" ")}`,
  attachToUnit: ({ manager, unit, below }) => `have ${MANAGERS[manager]} move init to ${unit}${below}`,
  attachDeviceProgram: ({ path, program }) => `attach a device filter of ${program.length} instructions to cgroup ${path}`,
  claimLayer: ({ upper }) => `claim writable layer ${upper}`,
  makeUpper: ({ upper, work }) => `make writable layer ${upper} (${work} is for the kernel), as far as it is missing`,
  openLayer: ({ path }) => `open layer ${path}`,
  makeTree: ({ to, kind }) => `copy the layers to ${kind} ${to}, unless that was done before`,
  snapshotTree: ({ from, to }) => `make a snapshot of ${from} at ${to}, unless that was done before`,
  makeResctrlGroup: ({ group }) => `make resctrl group ${group}`,
  writeSchemata: ({ group, line }) => `write ${quote(line)} to the schemata of resctrl group ${group}`,
  enterResctrl: ({ group }) => `put init into resctrl group ${group}`,
  moveNetDevice: ({ device, name }) => `move network device ${device} to the container${name === device ? "" : `, as ${name}`}`,
  spawnInit: () => "start init, on every processor that its cgroup has",
  await: ({ point }) => `wait for init at "${point}"`,
  release: ({ point }) => `let init go on from "${point}"`,
  writeIdMaps: ({ uidMap, gidMap, byHelper, denySetgroups }) =>
    `map uids ${mapWords(uidMap)} and gids ${mapWords(gidMap)}${byHelper ? " by newuidmap and newgidmap" : ""}${denySetgroups ? ", without setgroups" : ""}`,
  runHook: ({ kind, index, call }) => `run ${kind} hook ${index}: ${commandLine(call.path, call.args)}${timeoutWords(call.timeout)}`,
  sendPidfd: ({ socket }) => `send a descriptor of init's process to ${socket}`,
  sendListener: ({ socket, metadata }) =>
    `send the listener of the system call filter to ${socket}${metadata === "" ? "" : `, with ${quote(metadata)}`}`,
  saveState: () => "save the state",
  moveToCgroup: ({ file }) => `move init to the cgroup of ${file}`,
  setScheduler: (step) => `schedule the program ${schedulerWords(step)}`,
  setIoPriority: (step) => `set the program's I/O priority to ${ioPriorityWords(step)}`,
  takeTerminal: () => "take the terminal's master end from init",
  awaitExec: () => "wait until the program has taken init's place",
  writePidFile: ({ path }) => `write the pid to ${path}`,
};

const MANAGERS = { system: "systemd", user: "the user's systemd" } as const;

/** Much as systemctl(1) shows it. */
function propertyWords({ name, signature, value }: UnitProperty): string {
  return `${name}=${signature === "t" && value === INFINITY ? "infinity" : dataWords(value)}`;
}

function dataWords(value: BusData): string {
  if (typeof value === "object") return "signature" in value ? dataWords(value.value) : `[${value.map(dataWords).join(",")}]`;
  return typeof value === "string" && !/^[\w.*:/-]+$/.test(value) ? quote(value) : String(value);
}

const LAYER_KINDS = { "lowerdir+": "layer", upperdir: "writable layer", workdir: "work directory" } as const;

function quote(text: string): string {
  return JSON.stringify(text);
}

function octal(mode: number): string {
  return mode === 0 ? "0" : `0${mode.toString(8)}`;
}

function below(recursive: boolean): string {
  return recursive ? " and all below it" : "";
}

function cloneFlags(flags: number): string {
  return flagNames(CLONE_FLAGS, BigInt(flags >>> 0));
}

function waitWords({ point }: InitMember<"sync" | "waitHost">): string {
  return `wait for the host at "${Object.entries(SYNC_POINTS).find(([, number]) => number === point)?.[0] ?? point}"`;
}

/** `0→1000, 1→100000 (65536)`: inside → outside, with the length if it is more than one. */
function mapWords(lines: string): string {
  const one = (line: string): string => line.replace(/^(\d+) (\d+) (\d+)$/, (_, a, b, n) => `${a}→${b}${n === "1" ? "" : ` (${n})`}`);
  return lines.trimEnd().split("\n").map(one).join(", ");
}

function modeWords(path: string): string {
  return path === "" ? "" : `, with the mode of what is at ${path}`;
}

function optionWords(options: readonly string[]): string {
  return options.length === 0 ? "" : `, options ${options.join(",")}`;
}

/** Attributes by name; an access time mode among the cleared ones only makes room for the new mode. */
function attributeWords(set: bigint, clear: bigint): string {
  const mode = (clear & ATIME_MASK) === ATIME_MASK && (set & ATIME_MASK) === 0n ? ", set MOUNT_ATTR_RELATIME" : "";
  const cleared = clear & ~ATIME_MASK;
  return `${set === 0n ? "" : `, set ${flagNames(MOUNT_ATTRIBUTES, set)}`}${mode}${cleared === 0n ? "" : `, clear ${flagNames(MOUNT_ATTRIBUTES, cleared)}`}`;
}

function changeWords({ set, clear, propagation, recursive }: Omit<InitMember<"mountAttributes">, "op" | "slot">): string {
  return `${below(recursive)}${attributeWords(set, clear)}${propagation === 0n ? "" : `, propagation ${flagNames(PROPAGATION, propagation)}`}`;
}

function guardWords(guard: number): string {
  const words = [
    (guard & GUARD.noSymlinks) !== 0 ? "reached without symbolic links" : "",
    (guard & GUARD.allowProc) !== 0 ? "even on procfs" : "",
    (guard & GUARD.noCreate) !== 0 ? "which must exist" : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? "" : `, ${words.join(", ")}`;
}

/** S_IFMT, and the file types that a config may list. */
const FILE_TYPE = 0o170000;
const NODE_KINDS: ReadonlyMap<number, string> = new Map([
  [0o010000, "fifo"],
  [0o020000, "character device"],
  [0o060000, "block device"],
]);

function nodeKind(mode: number): string {
  return NODE_KINDS.get(mode & FILE_TYPE) ?? "file";
}

function limitWords(limit: bigint): string {
  return limit === UNLIMITED ? "unlimited" : String(limit);
}

function capabilitySets(effective: bigint, permitted: bigint, inheritable: bigint): string {
  if (effective === permitted && inheritable === 0n) return `, effective and permitted, to: ${capabilityNames(permitted)}`;
  return `: effective ${capabilityNames(effective)}; permitted ${capabilityNames(permitted)}; inheritable ${capabilityNames(inheritable)}`;
}

/** A hook's args start with its name, like argv. */
function commandLine(path: string, args: readonly string[]): string {
  return [path, ...args.slice(1).map(quote)].join(" ");
}

function filterFlagWords(flags: number): string {
  const names = Object.entries(FILTER_FLAGS).filter(([, bit]) => (flags & bit) !== 0);
  return names.length === 0 ? "" : ` with ${names.map(([name]) => name).join(", ")}`;
}

function listenerWords(flags: number, byThread: boolean): string {
  return (flags & NEW_LISTENER) === 0 ? "" : byThread ? ", whose listener a thread sends" : ", and send its listener";
}

function timeoutWords(seconds: number): string {
  return seconds === 0 ? "" : `, for at most ${seconds} s`;
}
