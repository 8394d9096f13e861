/**
 * Writes the entries of one layer's archive as files in overlay form. The archive is hostile: whatever its entries are named or linked to,
 * nothing outside of the target directory is touched.
 *
 * Directories get their attributes at the end, when nothing in them changes any more.
 */

import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, writeAll } from "../../sys/call/fd.ts";
import { Descent } from "../../sys/file/descent.ts";
import { OPEN } from "../../sys/file/file.ts";
import { FileCopier } from "../../sys/file/file-copy.ts";
import { type Stretch, seekTo, setSize } from "../../sys/file/holes.ts";
import { type Time, tryMakeDirectoryAt, tryMakeNode, tryOpenAt, trySymlink } from "../../sys/file/tree.ts";
import { beginWriting } from "../../sys/file/write-back.ts";
import { dataSize, NO_XATTRS, shown, type TarEntry } from "../../tar/entry.ts";
import type { TarSink } from "../../tar/reader.ts";
import { AttributeWriter, type FileAttributes, unpackFailure } from "../form/attributes.ts";
import { cannotUnpack, parseEntryName } from "../form/entry-name.ts";
import { type OverlayForm, shownXattrsAt } from "../form/overlay-form.ts";
import type { LayersBelow } from "../form/stack-index.ts";
import { type DirectoryNote, DirectoryNotes } from "./directory-notes.ts";
import { HardLinks } from "./hard-links.ts";
import { Kept } from "./kept.ts";
import { type Place, TargetTree } from "./target-tree.ts";
import { Whiteouts } from "./whiteouts.ts";

/** Keeps what is needed to put the same archive together again from the files. */
export interface ArchiveRecorder {
  /** Directory for files that later entries replace. */
  readonly aside: number;
  literal(bytes: Uint8Array): void;
  /** The next `size` bytes of the archive are the content of the file at `path`. */
  content(path: string, size: number): void;
  /** The next `length` bytes of the archive are those at `offset` of the file at `path`, and before them come `hole` zeros, which it has not. */
  stretch(path: string, stretch: Stretch & { readonly hole: number }): void;
  /** The name in `aside` for what was at `path` until now. */
  displaced(path: string): string;
}

export interface WriterOptions {
  readonly form: OverlayForm;
  readonly lower: LayersBelow | undefined;
  readonly owners: "archive" | "ignore";
  /** "attempt": left out where the kernel forbids it. */
  readonly devices: "attempt" | "skip" | "refuse";
  readonly warn: (message: string) => void;
  readonly recorder: ArchiveRecorder | undefined;
}

interface OpenFile {
  readonly entry: TarEntry;
  readonly path: string;
  readonly fd: Fd;
  /** Of a sparse file: so much of it is there. */
  end: number;
}

const EPOCH = { seconds: 0, nanoseconds: 0 };
/** So many bytes are worth a write to the disk of their own, before that of the whole layer. */
const BEGIN_WRITING = 256 * 1024;
const LARGEST_MAJOR = 0xfff;
const LARGEST_MINOR = 0xfffff;

export class LayerWriter implements TarSink, Disposable {
  readonly #options: WriterOptions;
  readonly #tree: TargetTree;
  readonly #attributes: AttributeWriter;
  readonly #kept = new Kept();
  readonly #whiteouts = new Whiteouts(this.#kept);
  readonly #notes = new DirectoryNotes(this.#kept);
  readonly #links: HardLinks;
  #hasEntry = false;
  #file: OpenFile | undefined;
  #isSkipped = false;
  #size = 0;

  constructor(root: number, options: WriterOptions) {
    this.#options = options;
    this.#attributes = new AttributeWriter(options);
    this.#tree = new TargetTree(root, {
      lower: options.lower,
      isHidden: (path) => this.#whiteouts.hides(path),
      implied: (path, time) => this.#notes.imply(path, time),
      displaced: (path) => this.#forget(path),
      aside: options.recorder?.aside,
    });
    this.#links = new HardLinks({
      ...options,
      tree: this.#tree,
      attributes: this.#attributes,
      copier: new FileCopier(),
      kept: this.#kept,
      isHidden: (path) => this.#whiteouts.hides(path),
      replace: (place, entry, make) => this.#retry(place, entry, "link(2)", make),
    });
    this.#notes.imply("", EPOCH);
  }

  /** Bytes in regular files, without holes. */
  get size(): number {
    return this.#size + this.#links.copied;
  }

  entry(entry: TarEntry): void {
    this.#isSkipped = false;
    if (!this.#hasEntry) this.#notes.imply("", entry.modified);
    this.#hasEntry = true;
    const name = parseEntryName(entry.name);
    if (name.is === "path") {
      if (name.path === "" || entry.kind === "directory") this.#directory(entry, name.path);
      else this.#make(entry, name.path);
      return;
    }
    this.#isSkipped = true;
    if (name.is === "whiteout") this.#whiteouts.add(name.path, entry);
    else if (name.is === "opaque") this.#whiteouts.addOpaque(name.directory, entry);
  }

  content(bytes: Uint8Array): void {
    if (this.#file !== undefined) writeAll(this.#file.fd.number, bytes, this.#file.entry.name);
    else if (this.#isSkipped) this.literal(bytes);
  }

  stretch({ offset, length }: Stretch): void {
    const file = this.#file;
    if (file === undefined) return;
    seekTo(file.fd.number, offset, shown(file.entry.name));
    this.#options.recorder?.stretch(file.path, { offset, length, hole: offset - file.end });
    file.end = offset + length;
  }

  entryEnd(): void {
    if (this.#file === undefined) return;
    const { entry, path, fd, end } = this.#file;
    if (entry.sparse !== undefined) {
      setSize(fd.number, entry.size, shown(entry.name));
      if (end < entry.size) this.#options.recorder?.stretch(path, { offset: entry.size, length: 0, hole: entry.size - end });
    }
    this.#attributes.applyToFile(fd.number, entry.name, entry);
    const data = dataSize(entry);
    if (data >= BEGIN_WRITING) beginWriting(fd.number, 0, data);
    fd.close();
    this.#file = undefined;
  }

  literal(bytes: Uint8Array): void {
    this.#options.recorder?.literal(bytes);
  }

  /** After the last entry: links to files that came late, what the layer hides, then the directories' attributes. */
  finish(): void {
    const { lower, form } = this.#options;
    this.#links.finish();
    this.#whiteouts.apply(this.#tree, lower, form);
    this.#finishDirectories();
  }

  /** By name, not by path: what is far down would be looked for once for each directory above it. */
  #finishDirectories(): void {
    using top = this.#tree.openDirectory("");
    using tree = new Descent(top);
    this.#notes.visit({
      enter: (name) => tree.tryEnter(name, openPath) === 0,
      leave: (directory) => {
        if (directory.path !== "") tree.leave();
        this.#finishDirectory(tree.directory, directory);
      },
    });
  }

  #finishDirectory(at: number, { name, path, described, implied }: DirectoryNote): void {
    if (described === undefined && implied === undefined) return;
    const attributes = described ?? this.#inherited(path, implied ?? EPOCH);
    this.#attributes.applyAt(at, name || ".", "directory", path, attributes);
  }

  /** A directory that no entry describes is as it was below, so that making it changes nothing. */
  #inherited(path: string, modified: Time): FileAttributes {
    const below = this.#whiteouts.hides(path) ? undefined : this.#options.lower?.find(path);
    if (below?.status.kind !== "directory") return { mode: 0o755, uid: 0, gid: 0, modified, xattrs: NO_XATTRS };
    return { ...below.status, xattrs: shownXattrsAt(below.root, below.path, this.#options.form) };
  }

  #forget(path: string): string {
    this.#notes.forget(path);
    return this.#options.recorder?.displaced(path) ?? "";
  }

  #directory(entry: TarEntry, path: string): void {
    if (entry.kind !== "directory") throw cannotUnpack(entry.name, "the layer's root is a directory");
    let real = path;
    if (path !== "") {
      const place = this.#tree.place(path, entry);
      real = place.path;
      if (this.#tree.find(real)?.status.kind !== "directory") this.#retry(place, entry, "mkdir(2)", makeDirectory);
    }
    this.#notes.describe(real, entry);
  }

  #make(entry: TarEntry, path: string): void {
    const place = this.#tree.place(path, entry);
    switch (entry.kind) {
      case "file":
        this.#size += dataSize(entry);
        this.#file = { entry, path: place.path, fd: new Fd(this.#retry(place, entry, "open(2)", makeFile)), end: 0 };
        if (entry.size > 0 && entry.sparse === undefined) this.#options.recorder?.content(place.path, entry.size);
        return;
      case "symlink":
        if (entry.linkName === "") throw cannotUnpack(entry.name, "a symbolic link without a target");
        this.#retry(place, entry, "symlink(2)", ({ directory, name }) => trySymlink(entry.linkName, directory, name));
        this.#attributes.applyAt(place.directory, place.name, "link", entry.name, entry);
        return;
      case "hardlink":
        this.#links.add(entry, place);
        return;
      case "character":
      case "block":
      case "fifo":
        this.#node(entry, entry.kind, place);
        return;
      case "directory":
        return;
      default:
        entry.kind satisfies never;
    }
  }

  /** Calls `make`; if the name is taken, what has it makes way. */
  #retry(place: Place, entry: Pick<TarEntry, "name">, call: string, make: (place: Place) => number): number {
    const result = this.#replace(place, make);
    if (result < 0) throw unpackFailure(-result, call, entry.name);
    return result;
  }

  #replace(place: Place, make: (place: Place) => number): number {
    const result = make(place);
    if (result !== -ERRNO.EEXIST) return result;
    this.#tree.displace(place);
    return make(place);
  }

  #node(entry: TarEntry, kind: "character" | "block" | "fifo", place: Place): void {
    const { major, minor } = kind === "fifo" ? { major: 0, minor: 0 } : entry.device;
    if (kind === "character" && major === 0 && minor === 0) {
      this.#hide(entry, place);
      return;
    }
    if (major > LARGEST_MAJOR || minor > LARGEST_MINOR || major < 0 || minor < 0) throw cannotUnpack(entry.name, "no such device number");
    const { devices } = this.#options;
    if (kind !== "fifo" && devices === "refuse") throw cannotUnpack(entry.name, "device files are refused here");
    const isSkipped = kind !== "fifo" && devices === "skip";
    const result = isSkipped
      ? -ERRNO.EPERM
      : this.#replace(place, ({ directory, name }) => tryMakeNode(directory, name, kind, { major, minor }));
    if (result === -ERRNO.EPERM && kind !== "fifo") {
      this.#attributes.warnOnce("device", `device files like ${shown(entry.name)} are left out`);
      return;
    }
    if (result < 0) throw unpackFailure(-result, "mknod(2)", entry.name);
    this.#attributes.applyAt(place.directory, place.name, kind, entry.name, entry);
  }

  /** A device 0:0 is what overlayfs takes for a whiteout: what has the name is gone, and nothing shows under it, as where others unpack it. */
  #hide(entry: TarEntry, place: Place): void {
    this.#attributes.warnOnce("whiteout", `device files 0:0 like ${shown(entry.name)} are left out: they only hide what is below`);
    if (this.#tree.find(place.path) !== undefined) this.#tree.displace(place);
    this.#whiteouts.add(place.path, entry);
  }

  [Symbol.dispose](): void {
    this.#file?.fd.close();
    this.#tree[Symbol.dispose]();
  }
}

function makeFile({ directory, name }: Place): number {
  return tryOpenAt(directory, name, OPEN.write | OPEN.create | OPEN.exclusive, 0o600);
}

function makeDirectory({ directory, name }: Place): number {
  return tryMakeDirectoryAt(directory, name, 0o700);
}

function openPath(at: number, name: string): number {
  return tryOpenAt(at, name, OPEN.path | OPEN.directory);
}
