/**
 * What a layer hides of those below (image-spec, layer.md, Whiteouts). Collected while the archive is read and applied at its end, because a
 * whiteout counts for the layers below only, wherever in the archive it stands.
 */
import { tryMakeNode } from "../sys/tree.ts";
import { trySetXattrAt } from "../sys/xattr.ts";
import { unpackFailure } from "./attributes.ts";
import { joinPath, parentOf } from "./entry-name.ts";
import { type OverlayForm, WHITEOUT_DEVICE } from "./overlay-form.ts";
import type { LayersBelow } from "./stack-index.ts";
import type { Asker, TargetTree } from "./target-tree.ts";

export class Whiteouts {
  readonly #whiteouts = new Map<string, Asker>();
  readonly #opaque = new Map<string, Asker>();

  add(path: string, asker: Asker): void {
    this.#whiteouts.set(path, asker);
  }

  addOpaque(directory: string, asker: Asker): void {
    this.#opaque.set(directory, asker);
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
    for (const [path, asker] of this.#resolved(this.#opaque, tree)) {
      if (hasAncestorIn(path, opaque) || isBehindFile(path, tree)) continue;
      if (lower !== undefined && lower.find(path)?.status.kind !== "directory") continue;
      tree.place(joinPath(path, "."), asker);
      markOpaque(path, asker);
    }
    const gone = new Set<string>();
    for (const [path, asker] of this.#resolved(this.#whiteouts, tree)) {
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
    const asker = this.#opaque.get("");
    if (asker === undefined) return;
    this.#opaque.delete("");
    for (const name of lower?.names("") ?? []) this.#whiteouts.set(name, asker);
  }

  /** By paths without links, parents first. */
  #resolved(marks: ReadonlyMap<string, Asker>, tree: TargetTree): [string, Asker][] {
    const resolved = [...marks].map(([path, asker]): [string, Asker] => [tree.realPath(path, asker), asker]);
    return resolved.sort(([a], [b]) => (a < b ? -1 : 1));
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
