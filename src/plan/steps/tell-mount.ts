/** A mount that is put among those of others, who may put theirs there too: which is the container's is written down first. Pure. */
import { type InitStep, type Planned, SYNC_POINTS } from "./step.ts";

/** `slot`: where the mount is open, attached to nothing yet. */
export function tellMount(slot: number, origin: string): Planned<InitStep>[] {
  return [
    { origin, step: { op: "tellMount", slot } },
    { origin, step: { op: "sync", point: SYNC_POINTS.root } },
  ];
}
