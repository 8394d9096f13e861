/**
 * Which mounts stay open because later paths lie on them. The directories of an image may be swapped while init works; a
 * path resolved from the mount itself still leads where the plan intends. Pure.
 */
import type { InitStep, Planned } from "../steps/step.ts";

/** The plan with `keep` on each attach whose mount a later step resolves paths on (native/init/path.c). */
export function keepMounts(steps: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  const later = new Set<string>();
  const kept = [...steps];
  for (let i = steps.length - 1; i >= 0; i--) {
    const planned = steps[i];
    if (planned === undefined) continue;
    const { step } = planned;
    if (step.op === "attach" && later.has(step.target)) kept[i] = { ...planned, step: { ...step, keep: true } };
    for (const path of pathsOf(step)) addWithAncestors(later, path);
  }
  return kept;
}

const NONE: readonly string[] = [];

/** Paths in the container that are resolved in its root. */
function pathsOf(step: InitStep): readonly string[] {
  switch (step.op) {
    case "attach":
    case "remount":
    case "targetAttributes":
      return [step.target];
    case "makeDirectory":
    case "unlink":
    case "symlink":
    case "mknod":
    case "maskPath":
    case "readonlyPath":
      return [step.path];
    case "copyUp":
      return [step.source];
    case "newTmpfs":
    case "mountFilesystem":
      return step.modeOf === "" ? [] : [step.modeOf];
    case "openNull":
    case "reopenNull":
      return step.ofHost ? [] : ["/dev/null"];
    case "openConsole":
      return ["/dev/pts/ptmx", "/dev/console"];
    default:
      return NONE;
  }
}

/** The kernel takes no longer path, and the cost of looking at all ancestors is quadratic in its length. */
const PATH_MAX = 4096;

/** All ancestors but "/", from which everything is resolved anyway. */
function addWithAncestors(paths: Set<string>, path: string): void {
  if (path.length >= PATH_MAX) return;
  for (let at = path; at !== "" && !paths.has(at); at = at.slice(0, at.lastIndexOf("/"))) paths.add(at);
}
