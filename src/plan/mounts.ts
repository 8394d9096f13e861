/** config.json `mounts` → mount steps. Pure: what the kernel supports arrives as a fact. */
import { RuntimeError } from "../base/errors.ts";
import { guestPath, type HostPath, hostPath } from "../base/paths.ts";
import type { IdMapping, Mount, Spec } from "../spec/types.ts";
import { planCgroupMount } from "./cgroup-mounts.ts";
import type { Facts } from "./facts.ts";
import { mapLines } from "./id-maps.ts";
import { MOUNT_ATTRIBUTES as ATTR, PROPAGATION } from "./kernel-flags.ts";
import { type MountOptions, parseMountOptions } from "./mount-options.ts";
import { isolates, type Namespaces } from "./namespaces.ts";
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
  if (options.remount) return { before: [], steps: [planRemount(mount, options, origin)], last: [] };
  if (options.bind || mount.type === "bind") return planBind(mount, index, options, context);
  if (mount.type === undefined || mount.type === "none") {
    throw new RuntimeError(
      "config",
      `cannot mount on ${mount.destination}: "type" is missing and the options do not include bind or rbind`,
      {
        pointer: origin,
      },
    );
  }
  if (mount.type === "cgroup" || mount.type === "cgroup2") {
    return { before: [], steps: planCgroupMount({ target, origin, options, context }), last: [] };
  }
  return planFilesystem(mount, origin, options, context);
}

function planRemount(mount: Mount, options: MountOptions, origin: string): Planned<InitStep> {
  const { set, clear, superblock, data } = options;
  const filesystem = [...superblock, ...data];
  return {
    origin,
    step: {
      op: "remount",
      target: guestPath(mount.destination),
      options: filesystem,
      set,
      clear,
      superblock: filesystem.length > 0 && !options.bind,
    },
  };
}

const CLEARABLE = ATTR.MOUNT_ATTR_RDONLY | ATTR.MOUNT_ATTR_NOSUID | ATTR.MOUNT_ATTR_NODEV | ATTR.MOUNT_ATTR_NOEXEC;

/**
 * A bind mount whose options name any flag has just those, as runc's has; where flags of the source are locked
 * (mount_namespaces(7)), they stay, so the alternative only adds.
 */
function planBind(mount: Mount, index: number, options: MountOptions, { facts, namespaces, spec }: MountContext): MountPlan {
  const origin = `/mounts/${index}`;
  if (mount.source === undefined || mount.source === "") {
    throw new RuntimeError("config", `cannot bind-mount on ${mount.destination}: "source" is missing`, { pointer: origin });
  }
  const early = !facts.rootless && isolates(namespaces, "user");
  const slot = early ? FIRST_MOUNT_SLOT + index : SHARED_SLOT;
  const open: Planned<InitStep> = {
    origin: `${origin}/source`,
    step: { op: "openTree", slot, source: hostPath(mount.source, facts.bundle), recursive: options.recursive },
  };
  const idmap = planIdmap(mount, slot, options, spec, origin);
  const attach: Planned<InitStep> = { origin, step: { op: "attach", slot, target: guestPath(mount.destination), guard: guardOf(mount) } };
  const steps = [...planBindAttributes(slot, options, `${origin}/options`), ...planAttributes(slot, options, `${origin}/options`), attach];
  return early ? { before: [open, ...idmap], steps, last: [] } : { before: [], steps: [open, ...idmap, ...steps], last: [] };
}

function planBindAttributes(slot: number, { set, clear }: MountOptions, origin: string): Planned<InitStep>[] {
  if (set === 0n && clear === 0n) return [];
  const step = { op: "mountAttributes", slot, set, propagation: 0n, recursive: false } as const;
  const exact: Planned<InitStep> = { origin, onFailure: "else", step: { ...step, clear: clear | (CLEARABLE & ~set) } };
  return [exact, { origin, step: { ...step, clear } }];
}

/** Attributes for the whole tree, and propagation. */
export function planAttributes(slot: number, options: MountOptions, origin: string): Planned<InitStep>[] {
  const step = { op: "mountAttributes", slot } as const;
  const steps: Planned<InitStep>[] = [];
  if (options.recursiveSet !== 0n || options.recursiveClear !== 0n) {
    steps.push({ origin, step: { ...step, set: options.recursiveSet, clear: options.recursiveClear, propagation: 0n, recursive: true } });
  }
  for (const { flags } of options.propagation) {
    const recursive = (flags & PROPAGATION.MS_REC) !== 0n;
    steps.push({ origin, step: { ...step, set: 0n, clear: 0n, propagation: flags & ~PROPAGATION.MS_REC, recursive } });
  }
  return steps;
}

/** Mappings of the mount itself, or with the option alone those of the container. */
function planIdmap(mount: Mount, slot: number, options: MountOptions, spec: Spec, origin: string): Planned<InitStep>[] {
  const own = mount.uidMappings !== undefined || mount.gidMappings !== undefined;
  if (!own && options.idmap === "none") return [];
  const uids: readonly IdMapping[] = (own ? mount.uidMappings : spec.linux?.uidMappings) ?? [];
  const gids: readonly IdMapping[] = (own ? mount.gidMappings : spec.linux?.gidMappings) ?? [];
  if (uids.length === 0 || gids.length === 0) {
    throw new RuntimeError("config", `cannot map the ids of the mount on ${mount.destination}: there are no mappings`, {
      pointer: origin,
      hint: 'give the mount "uidMappings" and "gidMappings", or the container a user namespace with mappings',
    });
  }
  return [
    {
      origin: `${origin}/uidMappings`,
      step: { op: "openUserNamespace", slot: NAMESPACE_SLOT, uidMap: mapLines(uids), gidMap: mapLines(gids) },
    },
    {
      origin: `${origin}/uidMappings`,
      step: { op: "idmapMount", slot, namespace: NAMESPACE_SLOT, recursive: options.idmap === "recursive" },
    },
  ];
}

function planFilesystem(mount: Mount, origin: string, options: MountOptions, context: MountContext): MountPlan {
  const { type = "", source = "" } = mount;
  const slot = SHARED_SLOT;
  const target = guestPath(mount.destination);
  const readonly = (options.set & ATTR.MOUNT_ATTR_RDONLY) !== 0n;
  const late = readonly && (type === "tmpfs" || target === "/dev"); // lamina itself still has to put things there
  const attributes = late ? options.set & ~ATTR.MOUNT_ATTR_RDONLY : options.set;
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
    ...planAttributes(slot, options, `${origin}/options`),
    { origin, step: { op: "attach", slot, target, guard: guardOf(mount) } },
  ];
  const last: Planned<InitStep>[] = late
    ? [
        {
          origin: `${origin}/options`,
          step: { op: "remount", target, options: ["ro"], set: ATTR.MOUNT_ATTR_RDONLY, clear: 0n, superblock: true },
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
