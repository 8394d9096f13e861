/** The changes of a writable layer, for people: what was added, changed and deleted, as `diff` of a container prints it. */
import { shownName } from "../../sys/file/tree.ts";
import { LowerStack } from "../form/lower-stack.ts";
import { type Marks, OverlayForm } from "../form/overlay-form.ts";
import { DeletedNames } from "./deleted-names.ts";
import type { DiffOptions } from "./diff.ts";
import { walkChanges } from "./tree-walk.ts";

export interface Change {
  /** Added, changed, deleted. */
  readonly kind: "A" | "C" | "D";
  /** In the container: absolute, as text. */
  readonly path: string;
}

/** Longer paths than the kernel takes can be told as well, but not without end: a container can nest directories as it likes. */
const LONGEST_PATH = 16 * 1024;

/**
 * In the order of the paths, each as soon as it is found. A directory is changed if something in it is, as the container's own tools would see it.
 * `tooDeep` hears of directories in which nothing is listed.
 */
export function* listChanges(
  upper: string,
  options: Pick<DiffOptions, "lower" | keyof Marks>,
  tooDeep: (path: string) => void = () => undefined,
): Generator<Change, void> {
  const form = new OverlayForm(options);
  using lower = new LowerStack(options.lower, form);
  const deleted = new DeletedNames();
  const isTooDeep = (path: string): boolean => {
    if (path.length > LONGEST_PATH) tooDeep(shownName(path));
    return path.length > LONGEST_PATH;
  };
  for (const node of walkChanges(upper, { form, lower, isTooDeep }, options)) {
    if (node.is === "removed") deleted.add(node.path);
    else if (node.path !== "") {
      for (const path of deleted.takeBefore(node.path)) yield change("D", path);
      yield change(lower.find(node.path) === undefined ? "A" : "C", node.path);
      // an opaque directory deletes what is below it and was not made anew
      const isAnew = deleted.takeBack(node.path) && lower.find(node.path)?.status.kind === "directory";
      if (node.isOpaque || isAnew) deleted.addAll(node.path, lower.names(node.path));
    }
  }
  for (const path of deleted.takeAll()) yield change("D", path);
}

function change(kind: Change["kind"], path: string): Change {
  return { kind, path: `/${shownName(path)}` };
}

/** Bytes in the files that were added or changed, each once. */
export function changedSize(upper: string, options: Pick<DiffOptions, "lower" | keyof Marks>): number {
  const form = new OverlayForm(options);
  using lower = new LowerStack(options.lower, form);
  const sizes = new Map<string, number>();
  for (const node of walkChanges(upper, { form, lower }, options)) {
    if (node.is === "node" && node.status.kind === "file") sizes.set(node.status.inode, node.status.size);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
