/** What overlayfs would show of a stack of unpacked layers, without a mount: names found as the kernel finds them, layer by layer. */
import { Fd } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, type NodeStatus, readNames, tryOpenBeneath } from "../sys/tree.ts";
import { lastOf, parentOf } from "./entry-name.ts";
import { isWhiteout, type OverlayForm } from "./overlay-form.ts";

/** Paths whose layers are remembered. */
const REMEMBERED = 10_000;

export interface LowerNode {
  readonly status: NodeStatus;
  /** Directory of the layer that has it, to look below with the same path. */
  readonly root: number;
  readonly path: string;
}

export class LowerStack implements Disposable {
  readonly #roots: readonly Fd[];
  readonly #form: OverlayForm;
  readonly #known = new Map<string, readonly number[]>();

  /** The top first. */
  constructor(directories: readonly string[], form: OverlayForm) {
    this.#roots = directories.map((directory) => openFile(directory, OPEN.path | OPEN.directory));
    this.#form = form;
  }

  /** The file, link or directory that shows under a path (without links in it), or undefined. */
  find(path: string): LowerNode | undefined {
    for (const root of path === "" ? this.#layersOf("") : this.#layersOf(parentOf(path))) {
      const status = lookAt(root, path);
      if (status !== undefined) return isWhiteout(status) ? undefined : { status, root, path };
    }
    return undefined;
  }

  /** The names that show in a directory; none if there is no such directory. Sorted. */
  names(path: string): string[] {
    const shown = new Set<string>();
    const hidden = new Set<string>();
    for (const root of this.#layersOf(path)) {
      using directory = new Fd(check(tryOpenBeneath(root, path || ".", OPEN.read | OPEN.directory), "openat2(2)", "read a layer"));
      for (const name of readNames(directory.number)) {
        if (shown.has(name) || hidden.has(name)) continue;
        const status = lookAt(directory.number, name);
        if (status === undefined || isWhiteout(status)) hidden.add(name);
        else shown.add(name);
      }
    }
    return [...shown].sort();
  }

  /** The layers whose directory `path` takes part in the merged one, the top first. */
  #layersOf(path: string): readonly number[] {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found = path === "" ? this.#roots.map((root) => root.number) : this.#merged(path, this.#layersOf(parentOf(path)));
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(path, found);
    return found;
  }

  #merged(path: string, candidates: readonly number[]): readonly number[] {
    const found: number[] = [];
    for (const root of candidates) {
      const status = lookAt(root, path);
      if (status === undefined) continue;
      if (status.kind !== "directory") break; // it hides what is below
      found.push(root);
      if (this.#isOpaque(root, path)) break;
    }
    return found;
  }

  #isOpaque(root: number, path: string): boolean {
    using parent = new Fd(check(tryOpenBeneath(root, parentOf(path) || ".", OPEN.path | OPEN.directory), "openat2(2)", "read a layer"));
    return this.#form.isOpaque(parent.number, lastOf(path));
  }

  [Symbol.dispose](): void {
    for (const root of this.#roots) root.close();
  }
}
