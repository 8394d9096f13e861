/**
 * What a stack of layers shows, for the layer that is put on top: as an overlay would show it, by name. It grows with the stack, so that each
 * directory of each layer is read once at most, however many layers follow. Reads nothing before it is asked.
 */
import { append } from "../../base/append.ts";
import type { Digest } from "../../base/digest.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { lookAt, readEntries, tryOpenBeneath } from "../../sys/file/tree.ts";
import { lastOf, parentOf } from "./entry-name.ts";
import type { LowerNode } from "./lower-stack.ts";
import { isWhiteout, type OverlayForm } from "./overlay-form.ts";

/** What is below a layer: a stack that somebody has unpacked. */
export interface LayersBelow {
  /** The file, link or directory that shows under a path (without links in it), or undefined. Valid until the next call. */
  find(path: string): LowerNode | undefined;
  /** The names that show in a directory; none if there is no such directory. Sorted. */
  names(path: string): string[];
}

/** Where the layers are. */
export interface LayerPlaces {
  /** The layer and those below it, the top first; at least the nearest. */
  nearest(chainId: Digest): readonly Digest[];
  directory(chainId: Digest): string;
}

/** A name that shows. */
interface Shown {
  /** Those whose files show: one layer, or of a directory all that take part in it, the lowest first. */
  readonly layers: number[];
  readonly isDirectory: boolean;
}

interface Listing {
  /** Another one = the directory was replaced. */
  readonly directory: Shown;
  /** How many of its layers have been read. */
  read: number;
  readonly names: Map<string, Shown>;
}

const MOST_OPEN = 64;
/** More names than that are not remembered. */
const MOST_NAMES = 50_000;

export class StackIndex implements LayersBelow, Disposable {
  readonly #places: LayerPlaces;
  readonly #form: OverlayForm;
  #top: Digest | undefined;
  /** The lowest first. */
  #chain: Digest[] = [];
  #root: Shown = { layers: [], isDirectory: true };
  readonly #listings = new Map<string, Listing>();
  #names = 0;
  readonly #open = new Map<number, Fd>();

  constructor(places: LayerPlaces, form: OverlayForm) {
    this.#places = places;
    this.#form = form;
  }

  /** From now on it tells of the stack with that layer on top; undefined = of none. */
  moveTo(top: Digest | undefined): this {
    this.#top = top;
    return this;
  }

  find(path: string): LowerNode | undefined {
    this.#grow();
    const layer = this.#shown(path)?.layers.at(-1);
    if (layer === undefined) return undefined;
    const root = this.#rootOf(layer);
    const status = lookAt(root, path);
    return status && { status, root, path };
  }

  names(path: string): string[] {
    this.#grow();
    return [...(this.#listing(path)?.names.keys() ?? [])].sort();
  }

  /** Adds what has come on top since the last look, or begins anew with another stack. */
  #grow(): void {
    const known = this.#chain.at(-1);
    if (this.#top === known) return;
    if (this.#top === undefined) this.#forget();
    const added: Digest[] = [];
    for (let next = this.#top; next !== undefined && next !== known; ) {
      const nearest = this.#places.nearest(next);
      const end = known === undefined ? -1 : nearest.indexOf(known);
      append(added, end < 0 ? nearest : nearest.slice(0, end));
      next = end < 0 ? this.#lowerThan(nearest.at(-1)) : known;
      if (next === undefined) this.#forget();
    }
    for (const chainId of added.reverse()) this.#root.layers.push(this.#chain.push(chainId) - 1);
  }

  #lowerThan(chainId: Digest | undefined): Digest | undefined {
    return chainId && this.#places.nearest(chainId)[1];
  }

  #forget(): void {
    this[Symbol.dispose]();
    this.#chain = [];
    this.#root = { layers: [], isDirectory: true };
  }

  #shown(path: string): Shown | undefined {
    return path === "" ? this.#root : this.#listing(parentOf(path))?.names.get(lastOf(path));
  }

  #listing(path: string): Listing | undefined {
    const directory = this.#shown(path);
    if (directory?.isDirectory !== true) return undefined;
    let listing = this.#listings.get(path);
    if (listing?.directory !== directory) {
      this.#remember(listing?.names.size ?? 0);
      listing = { directory, read: 0, names: new Map() };
      this.#listings.set(path, listing);
    }
    for (; listing.read < directory.layers.length; listing.read++) {
      const before = listing.names.size;
      this.#read(directory.layers[listing.read] ?? 0, path, listing.names);
      this.#names += listing.names.size - before;
    }
    return listing;
  }

  /** Before another listing is made; one of so many names goes. */
  #remember(gone: number): void {
    this.#names -= gone;
    if (this.#names < MOST_NAMES) return;
    this.#listings.clear();
    this.#names = 0;
  }

  #read(layer: number, path: string, names: Map<string, Shown>): void {
    const opened = tryOpenBeneath(this.#rootOf(layer), path || ".", OPEN.read | OPEN.directory);
    using directory = new Fd(check(opened, "openat2(2)", "read a layer"));
    const file: Shown = { layers: [layer], isDirectory: false };
    for (const { name, kind } of readEntries(directory.number)) {
      const isCertain = kind !== undefined && kind !== "character";
      const status = isCertain ? undefined : lookAt(directory.number, name);
      const actual = isCertain ? kind : status?.kind;
      if (status !== undefined && isWhiteout(status)) names.delete(name);
      else if (actual === "directory") this.#addDirectory({ directory: directory.number, layer, name }, names);
      else names.set(name, file);
    }
  }

  #addDirectory({ directory, layer, name }: { directory: number; layer: number; name: string }, names: Map<string, Shown>): void {
    const below = names.get(name);
    if (below?.isDirectory === true && !this.#form.isOpaque(directory, name)) below.layers.push(layer);
    else names.set(name, { layers: [layer], isDirectory: true });
  }

  #rootOf(layer: number): number {
    const open = this.#open.get(layer);
    if (open !== undefined) return open.number;
    const chainId = this.#chain[layer];
    if (chainId === undefined) throw new Error(`no layer ${layer} in the stack`);
    if (this.#open.size >= MOST_OPEN) this.#closeOldest();
    const root = openFile(this.#places.directory(chainId), OPEN.path | OPEN.directory);
    this.#open.set(layer, root);
    return root.number;
  }

  #closeOldest(): void {
    for (const [layer, root] of this.#open) {
      root.close();
      this.#open.delete(layer);
      return;
    }
  }

  [Symbol.dispose](): void {
    for (const root of this.#open.values()) root.close();
    this.#open.clear();
    this.#listings.clear();
    this.#names = 0;
  }
}
