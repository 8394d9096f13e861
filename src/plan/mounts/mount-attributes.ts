/** Attributes and propagation of a mount that is open in a slot and not attached yet. Pure. */
import { MOUNT_ATTRIBUTES as ATTR, PROPAGATION } from "../steps/kernel-flags.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import type { MountOptions } from "./mount-options.ts";

/** For a new file system: nothing is mounted below it, so recursive options apply to it alone. They win, as in runc. */
export function attributesOfNew({ set, recursiveSet, recursiveClear }: MountOptions): bigint {
  return (set & ~recursiveClear) | recursiveSet;
}

const CLEARABLE = ATTR.MOUNT_ATTR_RDONLY | ATTR.MOUNT_ATTR_NOSUID | ATTR.MOUNT_ATTR_NODEV | ATTR.MOUNT_ATTR_NOEXEC;

/**
 * A bind mount whose options name any flag has exactly the flags named, as in runc; where flags of the source are locked
 * (mount_namespaces(7)), they stay, so the alternative step only adds. Recursive options come after, whatever their place
 * in the list: `rro,rw` is read-only, as with runc.
 */
export function planBindAttributes(slot: number, options: MountOptions, origin: string): Planned<InitStep>[] {
  const { set, clear, recursiveSet, recursiveClear, isLocked = false } = options;
  const step = { op: "mountAttributes", slot, propagation: 0n } as const;
  const steps: Planned<InitStep>[] = [];
  if (set !== 0n || clear !== 0n) {
    if (!isLocked) steps.push({ origin, onFailure: "else", step: { ...step, set, clear: clear | (CLEARABLE & ~set), recursive: false } });
    steps.push({ origin, step: { ...step, set, clear, recursive: false } });
  }
  if (recursiveSet !== 0n || recursiveClear !== 0n) {
    steps.push({ origin, step: { ...step, set: recursiveSet, clear: recursiveClear, recursive: true } });
  }
  return steps;
}

/** In the order of the options: `slave`, then `shared` is both. */
export function planPropagation(slot: number, { propagation }: MountOptions, origin: string): Planned<InitStep>[] {
  return propagation.map(({ flags }) => {
    const recursive = (flags & PROPAGATION.MS_REC) !== 0n;
    return { origin, step: { op: "mountAttributes", slot, set: 0n, clear: 0n, propagation: flags & ~PROPAGATION.MS_REC, recursive } };
  });
}
