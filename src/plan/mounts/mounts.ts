/** config.json `mounts` → mount steps. Pure: what the kernel supports arrives as a fact. */
import { RuntimeError } from "../../base/errors.ts";
import { guestPath, type HostPath, hostPath, isWithin } from "../../base/paths.ts";
import type { Spec } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { type Binder, hasMappings, planBinder } from "./bind-mounts.ts";
import { planCgroupMount } from "./cgroup-mounts.ts";
import { planFilesystem, planRemount } from "./filesystem-mounts.ts";
import type { MountContext, MountEntry, MountSteps } from "./mount-entry.ts";
import { parseMountOptions } from "./mount-options.ts";

/**
 * Steps for four moments: before init enters anything, with the host's privileges before a user namespace is made, in order,
 * and after all the others.
 */
export interface MountPlan {
  readonly first: readonly Planned<InitStep>[];
  readonly before: readonly Planned<InitStep>[];
  readonly steps: readonly Planned<InitStep>[];
  readonly last: readonly Planned<InitStep>[];
}

/** Later mounts may sit on earlier ones, and bind what is in them, so the order of config.json is the order of the plan. */
export function planMounts(context: MountContext): MountPlan {
  const entries = (context.spec.mounts ?? []).map((mount, i): MountEntry => {
    const entry = { mount, options: parseMountOptions(mount.options ?? []), origin: `/mounts/${i}` };
    requirePossible(entry);
    return entry;
  });
  const binder = planBinder(entries, context);
  const plans = entries.map((entry) => planMount(entry, binder, context));
  return {
    first: binder.first,
    before: binder.before,
    steps: [...binder.begin, ...plans.flatMap(({ steps }) => steps), ...binder.end],
    last: plans.flatMap(({ last = [] }) => last),
  };
}

/**
 * Some callers prefix a destination with the host's path of the rootfs; runc strips it. So a directory with that same path
 * inside the rootfs cannot be a destination.
 */
export function withoutRootPath(spec: Spec, rootfs: HostPath, bundle: HostPath): Spec {
  const roots = new Set([rootfs, hostPath(spec.root?.path ?? "/", bundle)].filter((path) => path !== "/"));
  const inside = (destination: string): string => {
    const path = guestPath(destination);
    const root = [...roots].find((one) => isWithin(path, one));
    return root === undefined ? destination : guestPath(path.slice(root.length));
  };
  return { ...spec, mounts: (spec.mounts ?? []).map((mount) => ({ ...mount, destination: inside(mount.destination) })) };
}

function planMount(entry: MountEntry, binder: Binder, context: MountContext): MountSteps {
  const { mount, options, origin } = entry;
  const target = guestPath(mount.destination);
  if (options.remount) return { steps: planRemount(target, options, origin) };
  if (options.bind) return { steps: binder.bind(entry) };
  const { type } = mount;
  if (type === "cgroup2" && context.facts.cgroup.mode === "v1") return planFilesystem(entry, context);
  if (type === "cgroup" || type === "cgroup2") return { steps: planCgroupMount({ target, type, origin, options, context }) };
  return planFilesystem(entry, context);
}

/** Combinations that would otherwise be honoured only in part, or that the kernel would answer with a bare EINVAL. */
function requirePossible({ mount, options, origin }: MountEntry): void {
  const { destination, type, source = "" } = mount;
  const refuse = (reason: string, pointer = `${origin}/options`): RuntimeError =>
    new RuntimeError("config", `cannot mount on ${destination}: ${reason}`, { pointer });
  const isPlainBind = options.bind && !options.remount;
  if (!isPlainBind && (options.idmap !== "none" || hasMappings(mount))) throw refuse("only a bind mount can have its ids mapped");
  if (options.tmpcopyup && (type !== "tmpfs" || options.bind || options.remount)) throw refuse("tmpcopyup only works on a new tmpfs");
  if (options.tmpcopyup && guestPath(destination) === "/") throw refuse("tmpcopyup would copy the whole root");
  if (isPlainBind && source === "") throw refuse('"source" is missing', origin);
  if (options.bind || options.remount) return;
  if (type === undefined || type === "none" || type === "bind") {
    const reason = type === undefined ? '"type" is missing' : `unknown file system type ${JSON.stringify(type)}`;
    throw refuse(`${reason} and the options do not include bind or rbind`, origin);
  }
}
