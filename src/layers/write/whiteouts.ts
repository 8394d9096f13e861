/**
 * What a layer hides of those below (image-spec, layer.md, Whiteouts). Collected while the archive is read and applied at its end, because a
 * whiteout counts for the layers below only, wherever in the archive it stands.
 */
import { type Time, tryMakeNode } from "../../sys/file/tree.ts";
import { trySetXattrAt } from "../../sys/file/xattr.ts";
import { unpackFailure } from "../form/attributes.ts";
import { joinPath, lastOf, OPAQUE_MARKER, parentOf, WHITEOUT_PREFIX } from "../form/entry-name.ts";
import { type OverlayForm, WHITEOUT_DEVICE } from "../form/overlay-form.ts";
import type { LayersBelow } from "../form/stack-index.ts";
import type { Kept } from "./kept.ts";
import type { Asker, TargetTree } from "./target-tree.ts";

/** What the engine takes for one, besides its path, until all have been made. */
const COST = 320;

export class Whiteouts {
  readonly #kept: Kept;
  /** The times of their entries by path. */
  readonly #whiteouts = new Map<string, Time>();
  readonly #opaque = new Map<string, Time>();

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  add(path: string, { name, modified }: Asker): void {
    if (!this.#whiteouts.has(path)) this.#kept.count(COST + path.length, name);
    this.#whiteouts.set(path, this.#kept.time(modified, name));
  }

  addOpaque(directory: string, { name, modified }: Asker): void {
    if (!this.#opaque.has(directory)) this.#kept.count(COST + directory.length, name);
    this.#opaque.set(directory, this.#kept.time(modified, name));
  }

  /** Whether a path of the layers below does not show any more, as far as the archive was read. */
  hides(path: string): boolean {
    if (this.#whiteouts.size + this.#opaque.size === 0) return false;
    if (this.#whiteouts.has(path)) return true;
    for (let at = path; at !== ""; ) {
      at = parentOf(at);
      if (this.#opaque.has(at) || this.#whiteouts.has(at)) return true;
    }
    return false;
  }

  /**
   * Makes the marks. None where nothing below would show: overlayfs lists a whiteout in a directory that is not merged as a file that cannot be
   * opened. Without `lower`, all are made.
   */
  apply(tree: TargetTree, lower: LayersBelow | undefined, form: OverlayForm): void {
    this.#expandRoot(lower);
    const opaque = new Set<string>();
    const markOpaque = (path: string, { name }: Asker): void => {
      const place = tree.find(path);
      if (place?.status.kind !== "directory") return;
      const result = trySetXattrAt(place.directory, place.name, form.opaque, "y");
      if (result < 0) throw unpackFailure(-result, "setxattr(2)", name);
      opaque.add(path);
    };
    const opaqueAsker = (directory: string, modified: Time): Asker => ({ name: joinPath(directory, OPAQUE_MARKER), modified });
    const marked = resolved(this.#opaque, { tree, askerOf: opaqueAsker });
    for (const [path, modified] of byPath(marked)) {
      const asker = opaqueAsker(path, modified);
      if (hasAncestorIn(path, opaque) || isBehindFile(path, tree)) continue;
      if (lower !== undefined && lower.find(path)?.status.kind !== "directory") continue;
      tree.place(joinPath(path, "."), asker);
      markOpaque(path, asker);
    }
    const gone = new Set<string>();
    const hidden = resolved(this.#whiteouts, { tree, askerOf: whiteoutAsker });
    for (const [path, modified] of byPath(hidden)) {
      const asker = whiteoutAsker(path, modified);
      if (hasAncestorIn(path, opaque) || hasAncestorIn(path, gone) || isBehindFile(path, tree)) continue;
      if (lower !== undefined && lower.find(path) === undefined) continue;
      if (tree.find(path) !== undefined) {
        markOpaque(path, asker);
        continue;
      }
      const { directory, name } = tree.place(path, asker);
      const result = tryMakeNode(directory, name, "character", WHITEOUT_DEVICE);
      if (result < 0) throw unpackFailure(-result, "mknod(2)", asker.name);
      gone.add(path);
    }
  }

  /** overlayfs merges the roots of all layers, whatever they are marked with. */
  #expandRoot(lower: LayersBelow | undefined): void {
    const modified = this.#opaque.get("");
    if (modified === undefined) return;
    this.#opaque.delete("");
    for (const name of lower?.names("") ?? []) this.#whiteouts.set(name, modified);
  }
}

function whiteoutAsker(path: string, modified: Time): Asker {
  return { name: joinPath(parentOf(path), `${WHITEOUT_PREFIX}${lastOf(path)}`), modified };
}

interface Resolving {
  readonly tree: TargetTree;
  readonly askerOf: (path: string, modified: Time) => Asker;
}

/** The same marks by paths without links. */
function resolved(marks: Map<string, Time>, { tree, askerOf }: Resolving): Map<string, Time> {
  for (const path of [...marks.keys()]) {
    const modified = marks.get(path);
    if (modified === undefined) continue;
    const real = tree.realPath(path, askerOf(path, modified));
    if (real === path) continue;
    marks.delete(path);
    marks.set(real, modified);
  }
  return marks;
}

/** Parents first. */
function* byPath(marks: ReadonlyMap<string, Time>): Generator<[string, Time]> {
  for (const path of [...marks.keys()].sort()) {
    const modified = marks.get(path);
    if (modified !== undefined) yield [path, modified];
  }
}

function hasAncestorIn(path: string, directories: ReadonlySet<string>): boolean {
  for (let at = parentOf(path); at !== ""; at = parentOf(at)) if (directories.has(at)) return true;
  return false;
}

/** Whether the layer itself has something else than directories on the way: it hides all that is below. */
function isBehindFile(path: string, tree: TargetTree): boolean {
  for (let at = parentOf(path); at !== ""; at = parentOf(at)) {
    const found = tree.find(at);
    if (found !== undefined && found.status.kind !== "directory") return true;
  }
  return false;
}
