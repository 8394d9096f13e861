/**
 * What native init could not do with a plan, found without it: a slot beyond the table, one that is read before it was
 * filled, a mount that is replaced or left before it was attached, and an alternative that the plan does not have.
 */
import { describeStep } from "../../src/plan/describe.ts";
import type { InitStep, Planned } from "../../src/plan/steps/step.ts";
import { NO_SLOT, SLOTS } from "../../src/plan/steps/wire.ts";

const OPEN_MOUNT: ReadonlySet<string> = new Set([
  "openTree",
  "openAsHost",
  "newFilesystem",
  "newTmpfs",
  "newProc",
  "mountFilesystem",
  "newOverlay",
  "mountFuse",
]);
const OPEN_OTHER: ReadonlySet<string> = new Set([
  "openNamespace",
  "openUserNamespace",
  "openCgroup",
  "forkServer",
  "forkOpener",
  "openNull",
]);
const TAKE: ReadonlySet<string> = new Set(["joinNamespace", "attach", "attachRoot", "placeRoot", "startServer", "endOpener"]);

export function slotFaults(plan: readonly Planned<InitStep>[]): string[] {
  const filled = new Map<number, string>();
  const faults: string[] = [];
  const shown = plan.map(({ step }) => (step.op === "addLayer" ? step.base : step.op === "maskPath" ? step.directory : NO_SLOT));
  const bases = new Set(shown); // mounts that others are made of
  plan.forEach(({ step, onFailure }, i) => {
    const fault = (what: string): number => faults.push(`${what}: ${describeStep(step)}`);
    if (onFailure === "else" && i === plan.length - 1) fault("no alternative");
    const maps = step.op === "idmapMount" || step.op === "idmapAsHost";
    if (maps && !["openUserNamespace", "openNamespace"].includes(filled.get(step.namespace) ?? "")) fault("no namespace");
    if ((step.op === "openAsHost" || step.op === "idmapAsHost") && filled.get(step.opener) !== "leadOpener") fault("no opener");
    if (step.op === "leadOpener") filled.set(step.slot, step.op);
    if (step.op === "addLayer" && step.base !== NO_SLOT && filled.get(step.base) !== "openTree") fault("no mount to find it in");
    if (step.op === "startServer" && (filled.get(step.mount) !== "mountFuse" || filled.get(step.device) !== "/dev/fuse"))
      fault("no mount to serve");
    if (step.op === "placeRoot" && filled.get(step.namespace) !== "openNamespace") fault("no namespace");
    if (step.op === "newProc" && filled.get(step.namespace) !== "openNamespace") fault("no namespace");
    if (step.op === "maskPath" && filled.get(step.null) !== "openNull") fault("no null device");
    if (step.op === "startServer") filled.delete(step.device);
    if (!("slot" in step)) return;
    if (step.slot >= SLOTS) fault("no such slot");
    const isMount = OPEN_MOUNT.has(step.op);
    if (isMount && OPEN_MOUNT.has(filled.get(step.slot) ?? "") && plan[i - 1]?.onFailure !== "else") fault("slot in use");
    if (!isMount && !OPEN_OTHER.has(step.op) && !filled.has(step.slot)) fault("nothing in the slot");
    if (step.op === "mountFuse") filled.set(step.device, "/dev/fuse");
    const isKept = step.op === "joinNamespace" && step.keep;
    if (TAKE.has(step.op) && !isKept) filled.delete(step.slot);
    else if (isMount || OPEN_OTHER.has(step.op)) filled.set(step.slot, step.op);
  });
  if ([...filled.values()].some((op) => op === "forkOpener" || op === "leadOpener")) faults.push("an opener is left");
  for (const [slot, op] of filled) if (OPEN_MOUNT.has(op) && !bases.has(slot)) faults.push(`never attached: #${slot}`);
  return faults;
}
