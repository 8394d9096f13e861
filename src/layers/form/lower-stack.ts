/** What overlayfs would show of a stack of unpacked layers, without a mount: names found as the kernel finds them, layer by layer. */
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { lookAt, type NodeStatus, readNames, shownName, tryOpenBeneath, tryOpenOnMount } from "../../sys/file/tree.ts";
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

/** A name that shows in a directory of the merged tree. Its `root` is the directory in the layer that has it, its `path` the name. */
export interface ShownNode extends LowerNode {
  /** The same number for all that comes from one layer. */
  readonly layer: number;
}

/** A directory of the merged tree: the directories of that path in all layers that take part. */
export interface ShownDirectory extends Disposable {
  /** Sorted by name; valid until the directory is disposed of. */
  readonly nodes: readonly ShownNode[];
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
      if (this.#form.isHidden(root, path)) return undefined;
    }
    return undefined;
  }

  /** The names that show in a directory; none if there is no such directory. Sorted. */
  names(path: string): string[] {
    using directory = this.open(path);
    return directory.nodes.map((node) => node.path);
  }

  /** Of a directory of the merged tree. It has no names if there is none of that path. */
  open(path: string): ShownDirectory {
    const opened: Fd[] = [];
    const found = new Map<string, ShownNode | undefined>(); // undefined = hidden
    for (const layer of this.#layersOf(path)) {
      const directory = openOnMount(layer, path);
      opened.push(directory);
      this.#show({ directory: directory.number, layer }, found);
    }
    const nodes = [...found.values()].filter((node) => node !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1));
    return { nodes, [Symbol.dispose]: () => closeAll(opened) };
  }

  /** Adds what a layer has in a directory, and hides what it says to be gone: never a name of its own or of a layer above. */
  #show({ directory, layer }: { readonly directory: number; readonly layer: number }, found: Map<string, ShownNode | undefined>): void {
    const hidden: string[] = [];
    for (const name of readNames(directory)) {
      const status = lookAt(directory, name);
      if (status === undefined) continue; // removed by somebody just now
      const gone = this.#form.hiddenBy(name, status);
      if (gone !== undefined) hidden.push(gone);
      else if (!found.has(name)) found.set(name, { status, root: directory, path: name, layer });
    }
    for (const name of hidden) if (!found.has(name)) found.set(name, undefined);
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
      if (status === undefined && !this.#form.isHidden(root, path)) continue;
      if (status?.kind !== "directory") break; // it hides what is below
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
    closeAll(this.#roots);
  }
}

/** A mount of the overlay would show what is under another mount there; here nothing can. */
function openOnMount(layer: number, path: string): Fd {
  const opened = tryOpenOnMount(layer, path || ".", OPEN.read | OPEN.directory);
  if (opened !== -ERRNO.EXDEV) return new Fd(check(opened, "openat2(2)", "read a layer"));
  throw new RuntimeError("unsupported", `cannot read ${JSON.stringify(`/${shownName(path)}`)} of a layer: something is mounted there`);
}

function closeAll(opened: readonly Fd[]): void {
  for (const fd of opened) fd.close();
}
