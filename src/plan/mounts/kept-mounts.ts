/**
 * Which mounts stay open because later paths lie on them. The directories of an image may be swapped while init works; a
 * path resolved from the mount itself still leads where the plan intends. Pure.
 */
import type { InitOp, InitStep, Planned } from "../steps/step.ts";

/** The plan with `keep` on each attach whose mount a later step resolves paths on (native/init/path.c). */
export function keepMounts(steps: readonly Planned<InitStep>[]): Planned<InitStep>[] {
  const later = new Set<string>();
  const add = (path: string): void => addWithAncestors(later, path);
  const kept = [...steps];
  for (let i = steps.length - 1; i >= 0; i--) {
    const planned = steps[i];
    if (planned === undefined) continue;
    const { step } = planned;
    const addPaths = PATHS[step.op] as ((one: InitStep, to: Add) => void) | undefined; // of this step
    if (addPaths === undefined) continue;
    if (step.op === "attach" && later.has(step.target)) kept[i] = { ...planned, step: { ...step, keep: true } };
    addPaths(step, add);
  }
  return kept;
}

type Add = (path: string) => void;

/** Of the steps that resolve paths in the container's root: which ones. */
const PATHS: { readonly [Op in InitOp]?: (step: Extract<InitStep, { op: Op }>, add: Add) => void } = {
  attach: ({ target }, add) => add(target),
  remount: ({ target }, add) => add(target),
  targetAttributes: ({ target }, add) => add(target),
  makeDirectory: ({ path }, add) => add(path),
  unlink: ({ path }, add) => add(path),
  symlink: ({ path }, add) => add(path),
  mknod: ({ path }, add) => add(path),
  maskPath: ({ path }, add) => add(path),
  readonlyPath: ({ path }, add) => add(path),
  copyUp: ({ source }, add) => add(source),
  newTmpfs: ({ modeOf }, add) => add(modeOf),
  mountFilesystem: ({ modeOf }, add) => add(modeOf),
  openNull: ({ ofHost }, add) => (ofHost ? undefined : add("/dev/null")),
  reopenNull: ({ ofHost }, add) => (ofHost ? undefined : add("/dev/null")),
  openConsole: (_, add) => {
    add("/dev/pts/ptmx");
    add("/dev/console");
  },
};

/** The kernel takes no longer path, and the cost of looking at all ancestors is quadratic in its length. */
const PATH_MAX = 4096;

/** All ancestors but "/", from which everything is resolved anyway. */
function addWithAncestors(paths: Set<string>, path: string): void {
  if (path.length >= PATH_MAX) return;
  for (let at = path; at !== "" && !paths.has(at); at = at.slice(0, at.lastIndexOf("/"))) paths.add(at);
}
