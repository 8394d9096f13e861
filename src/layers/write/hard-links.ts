/** Hard links of a layer that is being written: to files of the layer, to files below it, and to files that the archive has later. */
import type { FileCopier } from "../../sys/file/file-copy.ts";
import { tryLink } from "../../sys/file/tree.ts";
import type { AttributeWriter } from "../form/attributes.ts";
import { cannotUnpack, layerPath, parentOf } from "../form/entry-name.ts";
import { type OverlayForm, shownXattrsAt } from "../form/overlay-form.ts";
import type { LayersBelow } from "../form/stack-index.ts";
import { copyLowerFile } from "./copy-lower.ts";
import type { Kept } from "./kept.ts";
import type { Asker, Place, TargetTree } from "./target-tree.ts";
import { type LinkEntry, noTarget, WaitingLinks } from "./waiting-links.ts";

export interface HardLinkOptions {
  readonly tree: TargetTree;
  readonly form: OverlayForm;
  readonly lower: LayersBelow | undefined;
  /** Whether a path of the layers below does not show any more. */
  readonly isHidden: (path: string) => boolean;
  readonly attributes: AttributeWriter;
  readonly copier: FileCopier;
  readonly kept: Kept;
  /** Calls `make`; if the name is taken, what has it makes way. */
  readonly replace: (place: Place, entry: LinkEntry, make: (place: Place) => number) => void;
}

export class HardLinks {
  readonly #options: HardLinkOptions;
  readonly #waiting: WaitingLinks;
  #copied = 0;

  constructor(options: HardLinkOptions) {
    this.#options = options;
    this.#waiting = new WaitingLinks(options.kept);
  }

  /** Bytes of the files that were copied from below. */
  get copied(): number {
    return this.#copied;
  }

  add(entry: LinkEntry, { path }: Place): void {
    const { tree } = this.#options;
    const target = this.#targetOf(entry);
    if (target === path) throw cannotUnpack(entry.name, "a hard link to itself");
    if (tree.find(target) === undefined) this.#copyUp(entry, target);
    if (tree.find(target) !== undefined) this.#link(entry, target, path);
    else this.#wait(entry, path);
  }

  /** After the last entry of the archive. */
  finish(): void {
    const { tree } = this.#options;
    this.#waiting.resolve({
      targetOf: (entry) => this.#targetOf(entry),
      has: (path) => tree.find(path) !== undefined,
      make: (entry, path) => {
        if (tree.find(path) === undefined) this.#link(entry, this.#targetOf(entry), path);
      },
    });
  }

  #targetOf(entry: LinkEntry): string {
    return this.#options.tree.realPath(layerPath(entry.linkName, entry.name), entry);
  }

  #link(entry: LinkEntry, target: string, path: string): void {
    const { tree, replace } = this.#options;
    const from = tree.find(target);
    if (from === undefined) throw noTarget(entry);
    if (from.status.kind === "directory") throw cannotUnpack(entry.name, "a hard link to a directory");
    using source = tree.openDirectory(parentOf(from.path));
    const to = tree.place(path, entry); // finding the target may have closed it
    replace(to, entry, ({ directory, name }) => tryLink(source.number, from.name, directory, name));
  }

  /** Nothing has its name from here on, so that whatever has it at the end came later and counts. */
  #wait(entry: LinkEntry, path: string): void {
    const { tree } = this.#options;
    const taken = tree.find(path);
    if (taken !== undefined) tree.displace(taken);
    this.#waiting.add(entry, path);
  }

  /** Both names of a hard link have to be in one layer, so the file below gets a copy in this one. */
  #copyUp(entry: LinkEntry, target: string): void {
    const { tree, form, lower, isHidden, attributes: writer, copier } = this.#options;
    if (isHidden(target) || lower?.find(target) === undefined) return;
    const asker: Asker = { name: entry.name, modified: entry.modified };
    const place = tree.place(target, asker);
    const below = lower.find(target); // again: making its directories may have asked for others
    if (below === undefined) return;
    const attributes = { ...below.status, xattrs: shownXattrsAt(below.root, below.path, form) };
    this.#copied += copyLowerFile(below, place, { name: entry.name, attributes, writer, copier });
  }
}
