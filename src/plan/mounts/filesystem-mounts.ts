/** New file systems, and remounts: by fsconfig(2) where it takes the options, otherwise by mount(2). Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { type GuestPath, hostPath } from "../../base/paths.ts";
import { byteLength } from "../../base/text.ts";
import type { Spec } from "../../spec/types.ts";
import { contextOption, labelRoot, quotedContext } from "../process/labels.ts";
import { ATIME_MASK, MOUNT_ATTRIBUTES as ATTR, MOUNT_FLAGS, PROPAGATION } from "../steps/kernel-flags.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { attributesOfNew, planPropagation } from "./mount-attributes.ts";
import type { MountContext, MountEntry, MountSteps } from "./mount-entry.ts";
import { guardOf } from "./mount-guard.ts";
import { fitsFsconfig } from "./mount-options.ts";

export function planFilesystem(entry: MountEntry, context: MountContext): MountSteps {
  const { target, type = "", options, origin } = entry;
  const wanted = attributesOfNew(options);
  const isReadonly = (wanted & ATTR.MOUNT_ATTR_RDONLY) !== 0n;
  const isLate = isReadonly && (type === "tmpfs" || target === "/dev"); // lamina itself still has to create things there
  const attributes = isLate ? wanted & ~ATTR.MOUNT_ATTR_RDONLY : wanted;
  const make = planNew(entry, { attributes, isReadonly: isReadonly && !isLate, spec: context.spec });
  const isShared = type === "sysfs" && !context.namespaces.created.has("network");
  const steps: Planned<InitStep>[] = [
    ...(isShared ? planSharedSysfs(make, attributes, origin) : make),
    ...(options.tmpcopyup ? [{ origin: `${origin}/options`, step: { op: "copyUp", slot: SLOT.mount, source: target } } as const] : []),
    ...labelRoot(context.spec, type, SLOT.mount),
    ...planPropagation(SLOT.mount, options, `${origin}/options`),
    { origin, step: { op: "attach", slot: SLOT.mount, target, guard: guardOf(entry) } },
  ];
  return { steps, last: isLate ? [planReadonly(target, `${origin}/options`)] : [] };
}

interface NewMount {
  readonly attributes: bigint;
  /** The file system as well as the mount. */
  readonly isReadonly: boolean;
  /** For the label of its files. */
  readonly spec: Spec;
}

function planNew(entry: MountEntry, { attributes, isReadonly, spec }: NewMount): Planned<InitStep>[] {
  const { type = "", options, origin } = entry;
  const source = entry.source || type;
  const settings = [...(isReadonly ? ["ro"] : []), ...options.superblock, ...options.data, ...contextOption(spec, type)];
  const modeOf = inheritsMode(entry) ? entry.target : "";
  const hasComma = type === "overlay" && options.data.some((option) => option.includes(",")); // which fsconfig(2) refuses before Linux 6.5
  if (!hasComma && fitsFsconfig([`source=${source}`, ...settings])) {
    const made = { slot: SLOT.mount, source, options: settings, attributes };
    return [{ origin, step: modeOf === "" ? { op: "newFilesystem", type, ...made } : { op: "newTmpfs", modeOf, ...made } }];
  }
  const data = [...(options.text === "" ? [] : [options.text]), ...quotedContext(spec, type)].join(",");
  requireFitsMount(entry, modeOf, data);
  const flags = options.superblockFlags | (isReadonly ? MOUNT_FLAGS.MS_RDONLY : 0n);
  const clear = (attributes & ATIME_MASK) === 0n ? 0n : ATIME_MASK;
  const change = { op: "mountAttributes", slot: SLOT.mount, set: attributes, clear, propagation: 0n, recursive: false } as const;
  return [
    { origin, step: { op: "mountFilesystem", slot: SLOT.mount, type, source, flags, data, modeOf } },
    ...(attributes === 0n ? [] : [{ origin, step: change }]),
  ];
}

/** As in runc, a tmpfs takes the mode of the directory it covers unless its options set one. */
function inheritsMode({ type, options: { data } }: MountEntry): boolean {
  return type === "tmpfs" && !data.some((option) => option.startsWith("mode="));
}

/** A page, and the longest path; both including the NUL. */
const LONGEST_DATA = 4095;
const LONGEST_SOURCE = 4095;

function requireFitsMount({ target, source, origin }: MountEntry, modeOf: string, data: string): void {
  const refuse = (what: string, most: number): RuntimeError =>
    new RuntimeError("config", `cannot mount on ${target}: mount(2) takes ${what} of no more than ${most} bytes`, {
      pointer: origin,
      hint: "shorter paths, or links to them, leave room for more",
    });
  const most = LONGEST_DATA - (modeOf === "" ? 0 : "mode=0000,".length);
  if (byteLength(data) > most) throw refuse("options", most);
  if (byteLength(source) > LONGEST_SOURCE) throw refuse("a source", LONGEST_SOURCE);
}

/** sysfs shows the network namespace, and only that namespace's owner can mount it: otherwise the host's own is bound. */
function planSharedSysfs(make: readonly Planned<InitStep>[], attributes: bigint, origin: string): Planned<InitStep>[] {
  const change = { op: "mountAttributes", slot: SLOT.mount, set: attributes, clear: 0n, propagation: 0n, recursive: true } as const;
  return [
    ...make.map((planned) => ({ ...planned, onFailure: "else" }) as const),
    { origin, step: { op: "openTree", slot: SLOT.mount, source: hostPath("/sys"), recursive: true } },
    ...(attributes === 0n ? [] : [{ origin, step: change }]),
  ];
}

function planReadonly(target: GuestPath, origin: string): Planned<InitStep> {
  return { origin, step: { op: "remount", target, options: [], set: ATTR.MOUNT_ATTR_RDONLY, clear: 0n, superblock: false } };
}

/** `bind` keeps a remount from affecting the file system, which others may use as well. */
export function planRemount({ target, options, origin }: MountEntry): Planned<InitStep>[] {
  const { set, clear, recursiveSet, recursiveClear, propagation } = options;
  const filesystem = options.bind ? [] : [...options.superblock, ...options.data];
  if (!fitsFsconfig(filesystem)) {
    throw new RuntimeError("config", `cannot remount ${target}: it takes no option of more than 255 bytes`, {
      pointer: `${origin}/options`,
    });
  }
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
