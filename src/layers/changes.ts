/** The changes of a writable layer, for people: what was added, changed and deleted, as `diff` of a container prints it. */
import { shownName } from "../sys/tree.ts";
import type { DiffOptions } from "./diff.ts";
import { joinPath } from "./entry-name.ts";
import { LowerStack } from "./lower-stack.ts";
import { type Marks, OverlayForm } from "./overlay-form.ts";
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
 * In the order of the paths. A directory is changed if something in it is, as the container's own tools would see it. `tooDeep` hears of directories
 * in which nothing is listed.
 */
export function listChanges(
  upper: string,
  options: Pick<DiffOptions, "lower" | keyof Marks>,
  tooDeep: (path: string) => void = () => undefined,
): Change[] {
  const form = new OverlayForm(options);
  using lower = new LowerStack(options.lower, form);
  const kinds = new Map<string, Change["kind"]>();
  const opaque: string[] = [];
  const isTooDeep = (path: string): boolean => {
    if (path.length > LONGEST_PATH) tooDeep(shownName(path));
    return path.length > LONGEST_PATH;
  };
  for (const node of walkChanges(upper, { form, lower, isTooDeep }, options)) {
    if (node.path === "") continue;
    if (node.is === "removed") kinds.set(node.path, "D");
    else {
      kinds.set(node.path, lower.find(node.path) === undefined ? "A" : "C");
      if (node.isOpaque) opaque.push(node.path);
    }
  }
  for (const directory of opaque) addHidden(directory, lower, kinds);
  const sorted = [...kinds].sort(([a], [b]) => compareByParts(a, b));
  return sorted.map(([path, kind]) => ({ kind, path: `/${shownName(path)}` }));
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

/** An opaque directory deletes what is below it and was not made anew. */
function addHidden(opaque: string, lower: LowerStack, kinds: Map<string, Change["kind"]>): void {
  const left = [opaque];
  for (let directory = left.pop(); directory !== undefined; directory = left.pop()) {
    for (const name of lower.names(directory)) {
      const path = joinPath(directory, name);
      if (!kinds.has(path)) kinds.set(path, "D");
      else if (lower.find(path)?.status.kind === "directory") left.push(path);
    }
  }
}

function compareByParts(a: string, b: string): number {
  const [left, right] = [a.replaceAll("/", "\0"), b.replaceAll("/", "\0")];
  return left < right ? -1 : left > right ? 1 : 0;
}
