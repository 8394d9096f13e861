/** Groups of the resctrl file system: carries out the steps about them, and undoes them. Documentation/filesystems/resctrl.rst */
import { RuntimeError } from "../../base/errors.ts";
import { describeHostStep } from "../../plan/describe.ts";
import { hostCallOf } from "../../plan/describe-call.ts";
import type { ResctrlPlace } from "../../plan/resctrl.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { kernelError } from "../../sys/call/libc.ts";
import { readTextIfThere, tryMakeDirectory, tryRemoveDirectory, tryWriteExisting } from "../../sys/file/file.ts";

type ResctrlStep = Extract<HostStep, { readonly op: "makeResctrlGroup" | "writeSchemata" | "enterResctrl" }>;

/** `pid` is that of init's stage. */
export function carryOutResctrlStep(step: ResctrlStep, origin: string, pid: number): void {
  const result = attempt(step, pid);
  if (result >= 0) return;
  const reason = `${strerror(-result)}${lastStatus(step.root)}`;
  if (step.op === "writeSchemata" && step.isNew) tryRemoveDirectory(step.group);
  throw new RuntimeError("kernel", `cannot ${describeHostStep(step)}: ${reason}`, {
    pointer: origin,
    call: hostCallOf(step),
    errno: errnoName(-result),
    ...(result === -ERRNO.ENOSPC ? { hint: "the processor has no more groups: remove one that nobody uses" } : {}),
  });
}

/** 0 or minus errno. */
function attempt(step: ResctrlStep, pid: number): number {
  switch (step.op) {
    case "makeResctrlGroup":
      return tryMakeDirectory(step.group, 0o755);
    case "writeSchemata":
      return tryWriteExisting(`${step.group}/schemata`, `${step.line}\n`);
    case "enterResctrl":
      return tryWriteExisting(`${step.group}/tasks`, String(pid));
    default:
      return step satisfies never;
  }
}

/** What the kernel says of the latest thing that it refused. */
function lastStatus(root: string): string {
  const words = readTextIfThere(`${root}/info/last_cmd_status`)?.trim() ?? "ok";
  return words === "ok" ? "" : ` (${words})`;
}

/** No process may be left in them. Idempotent. */
export function removeResctrlGroups({ created }: Pick<ResctrlPlace, "created">): void {
  for (const group of created) {
    const result = tryRemoveDirectory(group);
    if (result < 0 && result !== -ERRNO.ENOENT) throw kernelError(-result, "rmdir(2)", `remove the resctrl group ${group}`);
  }
}
