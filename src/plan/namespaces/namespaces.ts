/** config.json `linux.namespaces`, id mappings and time offsets → the steps of init's first stage. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { NamespaceType, Spec } from "../../spec/types.ts";
import type { Facts, HostFacts } from "../facts.ts";
import { CAPABILITIES } from "../process/capabilities.ts";
import { SLOT } from "../steps/slots.ts";
import { type InitStep, type Planned, SYNC_POINTS } from "../steps/step.ts";
import { firstMapped } from "./id-maps.ts";

/** clone(2) flag of each namespace type. */
export const NAMESPACE_FLAGS: Readonly<Record<NamespaceType, number>> = {
  time: 0x80,
  mount: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  network: 0x40000000,
};

/** Name of each namespace type below /proc/PID/ns. */
export const NAMESPACE_FILES: Readonly<Record<NamespaceType, string>> = {
  time: "time",
  mount: "mnt",
  cgroup: "cgroup",
  uts: "uts",
  ipc: "ipc",
  user: "user",
  pid: "pid",
  network: "net",
};

/** Namespaces of the container's own (`created`), and those it joins. */
export interface Namespaces {
  readonly created: ReadonlySet<NamespaceType>;
  readonly joined: readonly { readonly type: NamespaceType; readonly path: string; readonly origin: string }[];
  readonly originOf: (type: NamespaceType) => string;
}

export function parseNamespaces(spec: Spec): Namespaces {
  const all = (spec.linux?.namespaces ?? []).map(({ type, path }, i) => ({ type, path: path ?? "", origin: `/linux/namespaces/${i}` }));
  return {
    created: new Set(all.filter(({ path }) => path === "").map(({ type }) => type)),
    joined: all.filter(({ path }) => path !== ""),
    originOf: (type) => all.find((one) => one.type === type)?.origin ?? "/linux/namespaces",
  };
}

/** True if the container's namespace of this type is not the host's. One given by path may be shared with others. */
export function isolates(namespaces: Namespaces, type: NamespaceType): boolean {
  return namespaces.created.has(type) || namespaces.joined.some((one) => one.type === type);
}

/** True if the container's mounts are made in a copy of a namespace that is given by path (joined-mounts.ts). */
export function copiesMounts({ joined }: Namespaces): boolean {
  return joined.some(({ type }) => type === "mount");
}

/** Where the joined namespace of this type is open. */
export function joinedSlot({ joined }: Namespaces, type: NamespaceType): number {
  return SLOT.firstNamespace - joined.findIndex((one) => one.type === type);
}

/** How the container comes by its user namespace; undefined if it stays in the runtime's. */
export function userNamespaceOf({ created, joined }: Namespaces): "new" | "joined" | undefined {
  if (created.has("user")) return "new";
  return joined.some(({ type }) => type === "user") ? "joined" : undefined;
}

/** True if we may enter other namespaces, mount namespaces included (setns(2)). */
export function mayEnterNamespaces({ ownCapabilities }: HostFacts): boolean {
  return [CAPABILITIES.CAP_SYS_ADMIN, CAPABILITIES.CAP_SYS_CHROOT].every((number) => (ownCapabilities >> BigInt(number)) & 1n);
}

/** True if we may change the host's mounts. */
export function mayMount({ uid, inUserNamespace, ownCapabilities }: HostFacts): boolean {
  return uid === 0 && !inUserNamespace && ((ownCapabilities >> BigInt(CAPABILITIES.CAP_SYS_ADMIN)) & 1n) === 1n;
}

export interface NamespaceInput {
  readonly spec: Spec;
  readonly namespaces: Namespaces;
  readonly facts: Facts;
  readonly beforeUser: readonly Planned<InitStep>[];
  readonly cgroup: CgroupEntry;
}

/** How init enters the container's cgroups. */
export interface CgroupEntry {
  /** Waits until there are cgroups to enter. */
  readonly meeting: readonly Planned<InitStep>[];
  /** Enters the v1 hierarchies. */
  readonly first: readonly Planned<InitStep>[];
  /** cgroup2's directory, into which the container's init is cloned; optional beside v1 hierarchies. */
  readonly unified: UnifiedCgroup | undefined;
}

interface UnifiedCgroup {
  readonly path: HostPath;
  readonly isNeeded: boolean;
  readonly origin: string;
}

/**
 * A new user namespace comes first, since it is to own everything made later; pid and time namespaces only hold children, so
 * the rest of the plan runs in the child. A joined namespace may belong to another user namespace, or to none of the
 * container's: with the right to enter it, init does so from outside, before the user namespace; otherwise it has that right
 * only inside. A cgroup namespace comes last where possible: if it is a border (nsdelegate), processes in it can enter no
 * cgroup outside any more. `beforeUser` are steps that need the host's privileges.
 */
export function planNamespaces(input: NamespaceInput): Planned<InitStep>[] {
  const { spec, namespaces, facts, beforeUser, cgroup } = input;
  const { joined } = namespaces;
  const { meeting, first: enter } = cgroup;
  // what init does before it meets the host, namespaces above all, takes no time: the host makes the cgroups meanwhile
  const [meetingBeforeClone, meetingAfterClone] = cgroup.unified === undefined ? [[], meeting] : [meeting, []];
  requireUserNamespace(namespaces, facts);
  const open = joined.map(({ type, path, origin }) => openNamespace(joinedSlot(namespaces, type), path, origin));
  const join = joined.map(({ type, origin }) => ({ type, planned: { origin, step: joinNamespace(input, type) } }));
  const isUser = (one: { readonly type: NamespaceType }): boolean => one.type === "user";
  const isCgroup = (one: { readonly type: NamespaceType }): boolean => one.type === "cgroup";
  const time = planTimeNamespace(spec, namespaces);
  const isTimeFirst = joined.some(isUser);
  const isOutside = isolates(namespaces, "user") && mayEnterNamespaces(facts); // by then the cgroups have been entered
  const early = join.filter((one) => !isUser(one) && isOutside);
  const late = join.filter((one) => !isUser(one) && !isOutside);
  const isTimeOfUser = namespaces.created.has("user");
  return [
    ...(isEarly(input) ? [...meeting, ...enter] : []),
    ...planEarlyCgroup(input),
    ...(copiesMounts(namespaces) ? planOpenCgroup(input) : []), // while its path is the host's
    ...open,
    ...beforeUser,
    ...(isTimeFirst ? time : []),
    ...early.map(({ planned }) => planned),
    ...join.filter(isUser).map(({ planned }) => planned),
    ...planUserNamespace(spec, namespaces, facts, time),
    ...late.filter((one) => !isCgroup(one)).map(({ planned }) => planned),
    ...(isTimeFirst || isTimeOfUser ? [] : time),
    ...(isEarly(input) ? [] : meetingBeforeClone),
    ...(copiesMounts(namespaces) ? [] : planOpenCgroup(input)),
    ...planClone(input),
    ...(isEarly(input) ? [] : [...meetingAfterClone, ...enter]),
    ...late.filter(isCgroup).map(({ planned }) => planned),
    ...planCgroupNamespace(namespaces),
  ];
}

export function openNamespace(slot: number, path: string, origin: string): Planned<InitStep> {
  return { origin, step: { op: "openNamespace", slot, path: hostPath(path) } };
}

/** A mount namespace is copied first and entered once more, for good (joined-mounts.ts). */
function joinNamespace({ namespaces }: NamespaceInput, type: NamespaceType): InitStep {
  return { op: "joinNamespace", slot: joinedSlot(namespaces, type), type: NAMESPACE_FLAGS[type], keep: type === "mount" };
}

/**
 * Until init becomes the namespace's root it keeps its identity. Root can write to its files in procfs as they are. For any
 * other user these files belong to root while init is not dumpable (proc(5)), so for a moment it is. For root it never is: a
 * root process without any capability, in a container that shares the host's pid namespace, owns the new user namespace and
 * may do everything to processes in it, and init still sees the host.
 */
function planUserNamespace(spec: Spec, namespaces: Namespaces, facts: Facts, time: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  const origin = namespaces.originOf("user");
  // in a namespace without id 0 init has an unmapped id and all capabilities; the program's ids come later, and must work
  if (namespaces.joined.some((one) => one.type === "user")) return becomeRoot(0, origin, "ignore");
  if (!namespaces.created.has("user")) return [];
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  if (uidMappings.length === 0 && !facts.rootless) {
    throw new RuntimeError("config", "cannot make a user namespace: there are no mappings", {
      pointer: "/linux/uidMappings",
      hint: "add linux.uidMappings and linux.gidMappings, at least for id 0",
    });
  }
  const inspected = (value: boolean): Planned<InitStep>[] => (facts.uid === 0 ? [] : [dumpable(value, origin)]);
  return [
    ...inspected(true),
    { origin, step: { op: "unshare", flags: NAMESPACE_FLAGS.user } },
    { origin: "/linux/uidMappings", step: { op: "sync", point: SYNC_POINTS["id-maps"] } },
    ...time,
    ...inspected(false),
    { origin: "/linux/gidMappings", step: { op: "setgid", gid: firstMapped(gidMappings) } },
    { origin: "/linux/uidMappings", step: { op: "setuid", uid: firstMapped(uidMappings) } },
  ];
}

function dumpable(value: boolean, origin: string): Planned<InitStep> {
  return { origin, step: { op: "setDumpable", dumpable: value } };
}

function becomeRoot(id: number, origin: string, onFailure: "ignore" | "stop"): Planned<InitStep>[] {
  return [
    { origin, onFailure, step: { op: "setgid", gid: id } },
    { origin, onFailure, step: { op: "setuid", uid: id } },
  ];
}

function requireUserNamespace(namespaces: Namespaces, { uid }: Facts): void {
  if (uid === 0 || isolates(namespaces, "user")) return;
  throw new RuntimeError("config", `cannot make namespaces as uid ${uid}: only root can, and the container has no user namespace`, {
    pointer: "/linux/namespaces",
    hint: 'add {"type": "user"} and mappings, as "lamina spec --rootless" writes them, or run as root',
  });
}

/**
 * Offsets can be written only until the first process is in the namespace. time_namespaces(7). In a new user namespace they
 * are written before init becomes its root and loses its files in procfs; before one that is joined.
 */
function planTimeNamespace(spec: Spec, namespaces: Namespaces): Planned<InitStep>[] {
  if (!namespaces.created.has("time")) return [];
  const offsets = Object.entries(spec.linux?.timeOffsets ?? {});
  const unshare = { origin: namespaces.originOf("time"), step: { op: "unshare", flags: NAMESPACE_FLAGS.time } } as const;
  const write = offsets.map(([clock, { secs = 0, nanosecs = 0 }]) => ({
    origin: `/linux/timeOffsets/${clock}`,
    step: { op: "writeProc", file: "self/timens_offsets", text: `${clock} ${secs} ${nanosecs}\n` } as const,
  }));
  return [unshare, ...write];
}

/** Not the cgroup namespace, which is made afterwards: with CLONE_INTO_CGROUP it would show the old cgroup. */
const BY_CLONE: readonly NamespaceType[] = ["mount", "pid", "network", "ipc", "uts"];

function planClone({ namespaces, cgroup: { unified } }: NamespaceInput): Planned<InitStep>[] {
  const types = BY_CLONE.filter((type) => namespaces.created.has(type) || (type === "mount" && copiesMounts(namespaces)));
  const flags = types.reduce((sum, type) => sum | NAMESPACE_FLAGS[type], 0);
  const origin = types.length === 1 && types[0] ? namespaces.originOf(types[0]) : "/linux/namespaces";
  const plain: Planned<InitStep> = { origin, step: { op: "cloneChild", flags } };
  if (unified === undefined || isolates(namespaces, "user")) return [plain];
  const into: Planned<InitStep> = { origin, step: { op: "cloneIntoCgroup", flags, slot: SLOT.cgroup } };
  return unified.isNeeded ? [into] : [{ ...into, onFailure: "else" }, plain];
}

function planOpenCgroup({ namespaces, cgroup: { unified } }: NamespaceInput): Planned<InitStep>[] {
  return unified === undefined || isolates(namespaces, "user") ? [] : [openCgroup(unified)];
}

/**
 * The later init enters its cgroups, the less of its own work is charged to the container's memory: namespaces and a process
 * are some 200 KiB. But in a user namespace it may lack the right to, and in another mount namespace it cannot find them.
 */
function isEarly({ namespaces }: NamespaceInput): boolean {
  return isolates(namespaces, "user") || copiesMounts(namespaces);
}

/** The right to enter the cgroup depends on host ids, so with a user namespace this comes first. */
function planEarlyCgroup({ namespaces, cgroup: { unified } }: NamespaceInput): Planned<InitStep>[] {
  if (unified === undefined || !isolates(namespaces, "user")) return [];
  const into: Planned<InitStep> = { origin: unified.origin, step: { op: "cloneIntoCgroup", flags: 0, slot: SLOT.cgroup } };
  return [openCgroup(unified), unified.isNeeded ? into : { ...into, onFailure: "ignore" }];
}

function openCgroup({ path, isNeeded, origin }: UnifiedCgroup): Planned<InitStep> {
  return {
    origin,
    ...(isNeeded ? {} : { onFailure: "ignore" as const }),
    step: { op: "openCgroup", slot: SLOT.cgroup, path },
  };
}

function planCgroupNamespace({ created, originOf }: Namespaces): Planned<InitStep>[] {
  return created.has("cgroup") ? [{ origin: originOf("cgroup"), step: { op: "unshare", flags: NAMESPACE_FLAGS.cgroup } }] : [];
}
