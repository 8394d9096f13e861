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
    const { isMerged, ...node } = nodeOf(next, tree.directory, top, options);
    yield node;
    const { path } = node;
    if (next.status.kind !== "directory" || options.isTooDeep?.(path) === true) continue;
    check(tree.tryEnter(next.name), "open(2)", `open directory ${shownName(path)}`);
    const inner = openDirectory(tree.directory, { path, isMerged }, options);
    open.push(inner);
    yield* tellRemoved(inner);
  }
}

function* tellRemoved({ path, removed }: Pick<Walked, "path" | "removed"> = { path: "", removed: [] }): Generator<UpperNode> {
  for (const name of removed) yield { is: "removed", path: joinPath(path, name) };
}

function openDirectory(directory: number, { path, isMerged }: Pick<Walked, "path" | "isMerged">, { form, lower }: UpperOptions): Walked {
  const found = readNames(directory).flatMap((name): Found[] => {
    const status = lookAt(directory, name);
    return status === undefined ? [] : [{ name, status }];
  });
  const hidden = new Set(found.map(({ name, status }) => form.hiddenBy(name, status)));
  const names = [...hidden].filter((one): one is string => one !== undefined && one !== "").sort();
  const removed = isMerged ? names.filter((name) => lower.find(joinPath(path, name)) !== undefined) : [];
  const shown = found.filter(({ name, status }) => !hidden.has(name) && form.hiddenBy(name, status) === undefined);
  return { path, isMerged, removed, found: shown.values() };
}

/** `isMerged` says whether what is below shows through. */
function nodeOf({ name, status }: Found, directory: number, above: Walked, { form, lower }: UpperOptions) {
  const path = joinPath(above.path, name);
  const isBelow = status.kind === "directory" && above.isMerged && lower.find(path)?.status.kind === "directory";
  const isOpaque = isBelow && form.isOpaque(directory, name);
  return { is: "node", path, status, directory, name, isOpaque, isMerged: isBelow && !isOpaque } as const;
}
