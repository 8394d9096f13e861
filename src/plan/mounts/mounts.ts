/** config.json `mounts` → mount steps. Pure: what the kernel supports arrives as a fact. */
import { RuntimeError } from "../../base/errors.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { type Binder, planBinder } from "./bind-mounts.ts";
import { planCgroupMount } from "./cgroup-mounts.ts";
import { planFilesystem, planRemount } from "./filesystem-mounts.ts";
import type { MountContext, MountEntry, MountSteps } from "./mount-entry.ts";

/**
 * Steps for four moments: before init enters anything, with the host's privileges before a user namespace is made, in order,
 * and after all the others.
 */
export interface MountPlan {
  readonly first: readonly Planned<InitStep>[];
  readonly before: readonly Planned<InitStep>[];
  readonly steps: readonly Planned<InitStep>[];
  readonly last: readonly Planned<InitStep>[];
  readonly warnings: readonly string[];
}

/** Later mounts may sit on earlier ones, and bind what is in them, so the order of config.json is the order of the plan. */
export function planMounts(entries: readonly MountEntry[], context: MountContext): MountPlan {
  entries.forEach(requirePossible);
  const binder = planBinder(entries, context);
  const plans = entries.map((entry) => planMount(entry, binder, context));
  return {
    first: binder.first,
    before: binder.before,
    steps: [...binder.begin, ...plans.flatMap(({ steps }) => steps), ...binder.end],
    last: plans.flatMap(({ last = [] }) => last),
    warnings: entries.flatMap(ignoredOptions),
  };
}

/** The kernel has no place for them. runc refuses them since 1.2, but older versions and crun pass them over, and there are configs that count on it. */
function ignoredOptions({ target, options, origin }: MountEntry): string[] {
  if (!options.bind || options.data.length === 0) return [];
  return [`the bind mount on ${target} ignores ${JSON.stringify(options.text)}: it takes no options of a file system (${origin}/options)`];
}

function planMount(entry: MountEntry, binder: Binder, context: MountContext): MountSteps {
  const { kind, type } = entry;
  if (kind === "remount") return { steps: planRemount(entry) };
  if (kind === "bind") return { steps: binder.bind(entry) };
  if (type === "cgroup2" && context.facts.cgroup.mode === "v1") return planFilesystem(entry, context);
  if (type === "cgroup" || type === "cgroup2") return { steps: planCgroupMount({ ...entry, type, context }) };
  return planFilesystem(entry, context);
}

/** Combinations that would otherwise be honoured only in part, or that the kernel would answer with a bare EINVAL. */
function requirePossible({ target, type, source, kind, options, mappings, origin }: MountEntry): void {
  const refuse = (reason: string, pointer = `${origin}/options`): RuntimeError =>
    new RuntimeError("config", `cannot mount on ${target}: ${reason}`, { pointer });
  const isMapped = options.idmap !== "none" || mappings !== undefined;
  if (kind !== "bind" && isMapped) throw refuse("only a bind mount can have its ids mapped");
  if (options.tmpcopyup && (type !== "tmpfs" || kind !== "filesystem")) throw refuse("tmpcopyup only works on a new tmpfs");
  if (options.tmpcopyup && target === "/") throw refuse("tmpcopyup would copy the whole root");
  if (options.bind && options.data.some((option) => /^r?idmap=/.test(option)))
    throw refuse("ids are mapped by uidMappings and gidMappings, or those of the user namespace");
  if (kind === "bind" && source === "") throw refuse('"source" is missing', origin);
  if (kind !== "filesystem") return;
  if (type === undefined || type === "none" || type === "bind") {
    const reason = type === undefined ? '"type" is missing' : `unknown file system type ${JSON.stringify(type)}`;
    throw refuse(`${reason} and the options do not include bind or rbind`, origin);
  }
}
