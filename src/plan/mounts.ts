/** config.json `mounts` → mount steps. Pure: what the kernel supports arrives as a fact. */
import { RuntimeError } from "../base/errors.ts";
import { type GuestPath, guestPath, type HostPath, hostPath } from "../base/paths.ts";
import type { Mount, Spec } from "../spec/types.ts";
import { planCgroupMount } from "./cgroup-mounts.ts";
import type { Facts } from "./facts.ts";
import { mapLines } from "./id-maps.ts";
import { MOUNT_ATTRIBUTES as ATTR, PROPAGATION } from "./kernel-flags.ts";
import { attributesOfNew, planBindAttributes, planPropagation } from "./mount-attributes.ts";
import { type MountOptions, parseMountOptions, tooLongOption } from "./mount-options.ts";
import { isolates, type Namespaces } from "./namespaces.ts";
import { inheritedPropagation } from "./rootfs.ts";
import { GUARD, type InitStep, type Planned } from "./step.ts";

export interface MountContext {
  readonly spec: Spec;
  readonly facts: Facts;
  readonly namespaces: Namespaces;
  readonly cgroupPaths: Readonly<Record<string, HostPath>>;
}

/** Steps in three places: with the host's privileges before a user namespace is made, in order, and after all the others. */
export interface MountPlan {
  readonly before: readonly Planned<InitStep>[];
  readonly steps: readonly Planned<InitStep>[];
  readonly last: readonly Planned<InitStep>[];
}

/** Slots: a mount that is opened early keeps its own, all others share one. */
const FIRST_MOUNT_SLOT = 16;
const SHARED_SLOT = 15;
const NAMESPACE_SLOT = 14;
/** The slots from here on are those of layers. */
const MOUNT_SLOTS = 512;

/** Later mounts may sit on earlier ones, so the order of config.json is the order of the plan. */
export function planMounts(context: MountContext): MountPlan {
  const plans = (context.spec.mounts ?? []).map((mount, i) => planMount(mount, i, context));
  return {
    before: plans.flatMap(({ before }) => before),
    steps: plans.flatMap(({ steps }) => steps),
    last: plans.flatMap(({ last }) => last),
  };
}

function planMount(mount: Mount, index: number, context: MountContext): MountPlan {
  const origin = `/mounts/${index}`;
  const options = parseMountOptions(mount.options ?? []);
  const target = guestPath(mount.destination);
  requirePossible(mount, options, origin);
  if (options.remount) return { before: [], steps: planRemount(target, options, origin), last: [] };
  if (options.bind) return planBind(mount, index, options, context);
  const { type } = mount;
  if (type === "cgroup2" && context.facts.cgroup.mode === "v1") return planFilesystem(mount, origin, options, context);
  if (type === "cgroup" || type === "cgroup2") {
    return { before: [], steps: planCgroupMount({ target, type, origin, options, context }), last: [] };
  }
  return planFilesystem(mount, origin, options, context);
}

/** Combinations that would otherwise be honoured in part, or that the kernel would answer with a mere EINVAL. */
function requirePossible(mount: Mount, options: MountOptions, origin: string): void {
  const { destination, type, source = "" } = mount;
  const refuse = (reason: string, pointer = `${origin}/options`): RuntimeError =>
    new RuntimeError("config", `cannot mount on ${destination}: ${reason}`, { pointer });
  const isPlainBind = options.bind && !options.remount;
  if (!isPlainBind && isMapped(mount, options)) throw refuse("only a bind mount can have its ids mapped");
  if (options.tmpcopyup && (type !== "tmpfs" || options.bind || options.remount)) throw refuse("tmpcopyup is for a new tmpfs only");
  if (isPlainBind && source === "") throw refuse('"source" is missing', origin);
  if (options.bind || options.remount) return;
  if (type === undefined || type === "none" || type === "bind") {
    const reason = type === undefined ? '"type" is missing' : `there is no file system of type ${JSON.stringify(type)}`;
    throw refuse(`${reason} and the options do not include bind or rbind`, origin);
  }
  const long = tooLongOption([`source=${source}`, ...options.data]);
  if (long !== undefined) throw refuse(`fsconfig(2) takes no more than 255 bytes: ${JSON.stringify(long)}`, origin);
}

function hasMappings({ uidMappings = [], gidMappings = [] }: Mount): boolean {
  return uidMappings.length + gidMappings.length > 0;
}

function isMapped(mount: Mount, options: MountOptions): boolean {
  return options.idmap !== "none" || hasMappings(mount);
}

/** `bind` keeps a remount from the file system, which others may use as well. */
function planRemount(target: GuestPath, options: MountOptions, origin: string): Planned<InitStep>[] {
  const { set, clear, recursiveSet, recursiveClear, propagation } = options;
  const filesystem = options.bind ? [] : [...options.superblock, ...options.data];
  const change = { op: "targetAttributes", target, set: 0n, clear: 0n, propagation: 0n, recursive: true } as const;
  const steps: Planned<InitStep>[] = [];
  if (filesystem.length > 0 || set !== 0n || clear !== 0n) {
    steps.push({ origin, step: { op: "remount", target, options: filesystem, set, clear, superblock: filesystem.length > 0 } });
  }
  if (recursiveSet !== 0n || recursiveClear !== 0n) {
    steps.push({ origin, step: { ...change, set: recursiveSet, clear: recursiveClear } });
  }
  for (const { flags } of propagation) {
    const recursive = (flags & PROPAGATION.MS_REC) !== 0n;
    steps.push({ origin, step: { ...change, propagation: flags & ~PROPAGATION.MS_REC, recursive } });
  }
  return steps;
}

/**
 * With a new user namespace, the container's root may not reach the source, and only the host's may map ids: then the
 * mount is opened before that namespace is made. What finds no slot of its own any more is opened late, with the rights
 * that are left.
 */
function planBind(mount: Mount, index: number, options: MountOptions, context: MountContext): MountPlan {
  const { facts, namespaces, spec } = context;
  const origin = `/mounts/${index}`;
  const own = FIRST_MOUNT_SLOT + index;
  const mapped = isMapped(mount, options);
  const crossesUser = !facts.rootless && isolates(namespaces, "user");
  const early = mapped || (crossesUser && own < MOUNT_SLOTS);
  const slot = early ? own : SHARED_SLOT;
  const source = hostPath(mount.source ?? "", facts.bundle);
  const open: Planned<InitStep> = { origin: `${origin}/source`, step: { op: "openTree", slot, source, recursive: options.recursive } };
  const steps = [
    ...planBindAttributes(slot, options, `${origin}/options`),
    ...planPropagation(slot, options, `${origin}/options`),
    { origin, step: { op: "attach", slot, target: guestPath(mount.destination), guard: guardOf(mount) } } as const,
  ];
  if (!early) return { before: [], steps: [open, ...steps], last: [] };
  const cut = planCut(slot, spec, crossesUser, `${origin}/source`);
  return { before: [open, ...cut, ...(mapped ? planIdmap(mount, slot, options, spec, origin) : [])], steps, last: [] };
}

/**
 * A mount that is opened before the container's mount namespace is made belongs to the host's peer group: what the
 * container mounts on it would be mounted on the host. So it gets what that namespace gives to all mounts.
 */
function planCut(slot: number, spec: Spec, crossesUser: boolean, origin: string): Planned<InitStep>[] {
  const step = { op: "mountAttributes", slot, set: 0n, clear: 0n, recursive: true } as const;
  const inherited = inheritedPropagation(spec);
  const slave = crossesUser ? PROPAGATION.MS_SLAVE : 0n; // the kernel makes it so when another user owns the namespace
  const kinds = inherited === PROPAGATION.MS_SHARED ? [slave, slave === 0n ? 0n : inherited] : [inherited];
  return kinds.filter((kind) => kind !== 0n).map((propagation) => ({ origin, step: { ...step, propagation } }));
}

/** Mappings of the mount itself, or with the option alone those of the container. */
function planIdmap(mount: Mount, slot: number, options: MountOptions, spec: Spec, origin: string): Planned<InitStep>[] {
  const own = hasMappings(mount);
  const { uidMappings = [], gidMappings = [] } = (own ? mount : spec.linux) ?? {};
  const refuse = (reason: string, hint: string): RuntimeError =>
    new RuntimeError("config", `cannot map the ids of the mount on ${mount.destination}: ${reason}`, { pointer: origin, hint });
  if (uidMappings.length === 0 || gidMappings.length === 0) {
    throw refuse(
      "there are no mappings",
      'give the mount "uidMappings" and "gidMappings", or the container a user namespace with mappings',
    );
  }
  if (slot >= MOUNT_SLOTS)
    throw refuse(`it is mount ${slot - FIRST_MOUNT_SLOT}`, `move it among the first ${MOUNT_SLOTS - FIRST_MOUNT_SLOT} mounts`);
  const from = `${origin}/${own ? "uidMappings" : "options"}`;
  return [
    {
      origin: from,
      step: { op: "openUserNamespace", slot: NAMESPACE_SLOT, uidMap: mapLines(uidMappings), gidMap: mapLines(gidMappings) },
    },
    { origin: from, step: { op: "idmapMount", slot, namespace: NAMESPACE_SLOT, recursive: options.idmap === "recursive" } },
  ];
}

function planFilesystem(mount: Mount, origin: string, options: MountOptions, context: MountContext): MountPlan {
  const { type = "", source = "" } = mount;
  const slot = SHARED_SLOT;
  const target = guestPath(mount.destination);
  const wanted = attributesOfNew(options);
  const readonly = (wanted & ATTR.MOUNT_ATTR_RDONLY) !== 0n;
  const late = readonly && (type === "tmpfs" || target === "/dev"); // lamina itself still has to put things there
  const attributes = late ? wanted & ~ATTR.MOUNT_ATTR_RDONLY : wanted;
  const settings = [...(readonly && !late ? ["ro"] : []), ...options.superblock, ...options.data];
  const make: Planned<InitStep> = {
    origin,
    step: { op: "newFilesystem", slot, type, source: source || type, options: settings, attributes },
  };
  const shared = type === "sysfs" && !context.namespaces.created.has("network");
  const copy: Planned<InitStep>[] = options.tmpcopyup
    ? [{ origin: `${origin}/options`, step: { op: "copyUp", slot, source: target } }]
    : [];
  const steps: Planned<InitStep>[] = [
    ...(shared ? planSharedSysfs(make, slot, attributes, origin) : [make]),
    ...copy,
    ...planPropagation(slot, options, `${origin}/options`),
    { origin, step: { op: "attach", slot, target, guard: guardOf(mount) } },
  ];
  const last: Planned<InitStep>[] = late
    ? [
        {
          origin: `${origin}/options`,
          step: { op: "remount", target, options: [], set: ATTR.MOUNT_ATTR_RDONLY, clear: 0n, superblock: false },
        },
      ]
    : [];
  return { before: [], steps, last };
}

/** sysfs shows the network namespace, and only who owns that may mount it: else the host's own is bound. */
function planSharedSysfs(make: Planned<InitStep>, slot: number, attributes: bigint, origin: string): Planned<InitStep>[] {
  return [
    { ...make, onFailure: "else" },
    { origin, step: { op: "openTree", slot, source: hostPath("/sys"), recursive: true } },
    ...(attributes === 0n
      ? []
      : [{ origin, step: { op: "mountAttributes", slot, set: attributes, clear: 0n, propagation: 0n, recursive: true } } as const]),
  ];
}

/** What LXCFS and engines put over single files of procfs; anywhere else there a mount could hide lamina's own writes. */
const OVER_PROC = new Set(
  "cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled"
    .split(" ")
    .map((name) => `/proc/${name}`),
);

function guardOf({ type, destination, options = [] }: Mount): number {
  const target = guestPath(destination);
  if (type === "proc" || type === "sysfs") return GUARD.noSymlinks;
  if (OVER_PROC.has(target)) return GUARD.allowProc;
  return type === "tmpfs" && !options.some((option) => option.startsWith("mode=")) ? GUARD.inheritMode : 0;
}
