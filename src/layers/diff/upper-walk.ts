/**
 * What a writable overlay layer says about the layers below: every name in it, as a plain entry or as a mark. Sorted, parents first. Whether an
 * archive can hold it is not asked here.
 */

import { check } from "../../sys/call/libc.ts";
import { Descent } from "../../sys/file/descent.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { lookAt, type NodeStatus, readNames, shownName } from "../../sys/file/tree.ts";
import { joinPath } from "../form/entry-name.ts";
import type { LowerStack } from "../form/lower-stack.ts";
import type { OverlayForm } from "../form/overlay-form.ts";

export type UpperNode =
  | {
      readonly is: "node";
      readonly path: string;
      readonly status: NodeStatus;
      /** Of a directory not valid once something in it has been told; of the others until the next node is asked for. */
      readonly directory: number;
      readonly name: string;
      /** For a directory: whether nothing of a directory below shows in it. */
      readonly isOpaque: boolean;
      /** Attributes that were read already, as the merged tree shows them. */
      readonly xattrs?: ReadonlyMap<string, string>;
    }
  /** A name of the layers below that does not show any more. */
  | { readonly is: "removed"; readonly path: string };

export interface UpperOptions {
  readonly form: OverlayForm;
  readonly lower: LowerStack;
  /** Directories that are told, and not gone into. */
  readonly isTooDeep?: (path: string) => boolean;
}

interface Found {
  readonly name: string;
  readonly status: NodeStatus;
}

/** A directory that is being walked. */
interface Walked {
  readonly path: string;
  /** Whether the directory of that path below shows through. */
  readonly isMerged: boolean;
  /** Names, as the paths of many would take a lot of memory. */
  readonly removed: readonly string[];
  readonly found: Iterator<Found>;
}

/** Whiteouts of a directory come before its other names. */
export function* walkUpper(directory: string, options: UpperOptions): Generator<UpperNode> {
  using root = openFile(directory, OPEN.read | OPEN.directory);
  const status = lookAt(root.number, "");
  if (status === undefined) return;
  yield { is: "node", path: "", status, directory: root.number, name: ".", isOpaque: false };
  using tree = new Descent(root);
  const open = [openDirectory(tree.directory, { path: "", isMerged: true }, options)];
  yield* tellRemoved(open[0]);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { value: next, done } = top.found.next();
    if (done) {
      open.pop();
      if (tree.depth > 0) tree.leave();
      continue;
    }
    const { name, status } = next;
    const path = joinPath(top.path, name);
    const isBelow = status.kind === "directory" && isBelowMerged(path, top, options);
    const isOpaque = isBelow && options.form.isOpaque(tree.directory, name);
    yield { is: "node", path, status, directory: tree.directory, name, isOpaque };
    if (status.kind !== "directory" || options.isTooDeep?.(path) === true) continue;
    check(tree.tryEnter(name), "open(2)", `open directory ${shownName(path)}`);
    const inner = openDirectory(tree.directory, { path, isMerged: isBelow && !isOpaque }, options);
    open.push(inner);
    yield* tellRemoved(inner);
  }
}

function* tellRemoved({ path, removed }: Pick<Walked, "path" | "removed"> = { path: "", removed: [] }): Generator<UpperNode> {
  for (const name of removed) yield { is: "removed", path: joinPath(path, name) };
}

function openDirectory(directory: number, { path, isMerged }: Pick<Walked, "path" | "isMerged">, { form, lower }: UpperOptions): Walked {
  const found: Found[] = [];
  const hidden = new Set<string>();
  for (const name of readNames(directory)) {
    const status = lookAt(directory, name);
    if (status === undefined) continue;
    const gone = form.hiddenBy(name, status);
    if (gone === undefined) found.push({ name, status });
    else hidden.add(gone);
  }
  if (hidden.size === 0) return { path, isMerged, removed: [], found: found.values() };
  const names = [...hidden].filter((name) => name !== "").sort();
  const removed = isMerged ? names.filter((name) => lower.find(joinPath(path, name)) !== undefined) : [];
  return { path, isMerged, removed, found: found.filter(({ name }) => !hidden.has(name)).values() };
}

/** Whether there is a directory of that path below, of which nothing above says that it is gone. */
function isBelowMerged(path: string, above: Walked, { lower }: UpperOptions): boolean {
  return above.isMerged && lower.find(path)?.status.kind === "directory";
}
