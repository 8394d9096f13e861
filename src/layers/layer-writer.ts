/**
 * Writes the entries of one layer's archive as files in overlay form. The archive is hostile: whatever its entries are named or linked to,
 * nothing outside of the target directory is touched.
 *
 * Directories get their attributes at the end, when nothing in them changes any more.
 */

import { ERRNO } from "../sys/errno.ts";
import { Fd, writeAll } from "../sys/fd.ts";
import { OPEN } from "../sys/file.ts";
import { FileCopier } from "../sys/file-copy.ts";
import { tryLink, tryMakeDirectoryAt, tryMakeNode, tryOpenAt, trySymlink } from "../sys/tree.ts";
import { beginWriting } from "../sys/write-back.ts";
import { readXattrs } from "../sys/xattr.ts";
import { shown, type TarEntry } from "../tar/entry.ts";
import type { TarSink } from "../tar/reader.ts";
import { AttributeWriter, type FileAttributes, unpackFailure } from "./attributes.ts";
import { copyLowerFile } from "./copy-lower.ts";
import { cannotUnpack, layerPath, parentOf, parseEntryName } from "./entry-name.ts";
import type { LowerStack } from "./lower-stack.ts";
import type { OverlayForm } from "./overlay-form.ts";
import { type Asker, type Place, TargetTree } from "./target-tree.ts";
import { Whiteouts } from "./whiteouts.ts";

/** Keeps what is needed to put the same archive together again from the files. */
export interface ArchiveRecorder {
  /** Directory for files that later entries replace. */
  readonly aside: number;
  literal(bytes: Uint8Array): void;
  /** The next `size` bytes of the archive are the content of the file at `path`. */
  content(path: string, size: number): void;
  /** The name in `aside` for what was at `path` until now. */
  displaced(path: string): string;
}

export interface WriterOptions {
  readonly form: OverlayForm;
  readonly lower: LowerStack | undefined;
  readonly owners: "archive" | "ignore";
  /** "attempt": left out where the kernel forbids it. */
  readonly devices: "attempt" | "skip" | "refuse";
  readonly warn: (message: string) => void;
  readonly recorder: ArchiveRecorder | undefined;
}

interface OpenFile {
  readonly entry: TarEntry;
  readonly fd: Fd;
}

const EPOCH = { seconds: 0, nanoseconds: 0 };
const NO_XATTRS: ReadonlyMap<string, string> = new Map();
/** So many bytes are worth a write to the disk of their own, before that of the whole layer. */
const BEGIN_WRITING = 256 * 1024;
const LARGEST_MAJOR = 0xfff;
const LARGEST_MINOR = 0xfffff;

export class LayerWriter implements TarSink, Disposable {
  readonly #options: WriterOptions;
  readonly #tree: TargetTree;
  readonly #attributes: AttributeWriter;
  readonly #whiteouts = new Whiteouts();
  readonly #copier = new FileCopier();
  /** The last entry of each directory. */
  readonly #directories = new Map<string, TarEntry>();
  #file: OpenFile | undefined;
  #isSkipped = false;
  #size = 0;

  constructor(root: number, options: WriterOptions) {
    this.#options = options;
    this.#attributes = new AttributeWriter(options);
    this.#tree = new TargetTree(root, {
      lower: options.lower,
      isHidden: (path) => this.#whiteouts.hides(path),
      displaced: (path) => this.#forget(path),
      aside: options.recorder?.aside,
    });
    this.#tree.implicit.set("", EPOCH);
  }

  /** Bytes in regular files. */
  get size(): number {
    return this.#size;
  }

  entry(entry: TarEntry): void {
    this.#isSkipped = false;
    if (this.#tree.implicit.get("") === EPOCH) this.#tree.implicit.set("", entry.modified);
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

  entryEnd(): void {
    if (this.#file === undefined) return;
    const { entry, fd } = this.#file;
    this.#attributes.applyToFile(fd.number, entry.name, entry);
    if (entry.size >= BEGIN_WRITING) beginWriting(fd.number, 0, entry.size);
    fd.close();
    this.#file = undefined;
  }

  literal(bytes: Uint8Array): void {
    this.#options.recorder?.literal(bytes);
  }

  /** After the last entry: what the layer hides, then the directories' attributes. */
  finish(): void {
    const { lower, form } = this.#options;
    this.#whiteouts.apply(this.#tree, lower, form);
    const paths = [...this.#directories.keys(), ...this.#tree.implicit.keys()];
    for (const path of paths.sort().reverse()) this.#finishDirectory(path);
  }

  #finishDirectory(path: string): void {
    const entry = this.#directories.get(path);
    const attributes = entry ?? this.#inherited(path);
    const name = entry?.name ?? path;
    if (path === "") this.#attributes.applyAt(this.#tree.directory(""), ".", "directory", name, attributes);
    const place = path === "" ? undefined : this.#tree.find(path);
    if (place?.status.kind === "directory") this.#attributes.applyAt(place.directory, place.name, "directory", name, attributes);
  }

  /** A directory that no entry describes is as it was below, so that making it changes nothing. */
  #inherited(path: string): FileAttributes {
    const modified = this.#tree.implicit.get(path) ?? EPOCH;
    const below = this.#whiteouts.hides(path) ? undefined : this.#options.lower?.find(path);
    if (below?.status.kind !== "directory") return { mode: 0o755, uid: 0, gid: 0, modified, xattrs: NO_XATTRS };
    return { ...below.status, xattrs: shownXattrs(below.root, below.path, this.#options.form) };
  }

  #forget(path: string): string {
    for (const known of this.#directories.keys()) if (known === path || known.startsWith(`${path}/`)) this.#directories.delete(known);
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
    this.#tree.implicit.delete(real);
    this.#directories.set(real, entry);
  }

  #make(entry: TarEntry, path: string): void {
    const place = this.#tree.place(path, entry);
    switch (entry.kind) {
      case "file":
        this.#size += entry.size;
        this.#file = { entry, fd: new Fd(this.#retry(place, entry, "open(2)", makeFile)) };
        if (entry.size > 0) this.#options.recorder?.content(place.path, entry.size);
        return;
      case "symlink":
        if (entry.linkName === "") throw cannotUnpack(entry.name, "a symbolic link without a target");
        this.#retry(place, entry, "symlink(2)", ({ directory, name }) => trySymlink(entry.linkName, directory, name));
        this.#attributes.applyAt(place.directory, place.name, "link", entry.name, entry);
        return;
      case "hardlink":
        this.#hardlink(entry, place);
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
  #retry(place: Place, entry: TarEntry, call: string, make: (place: Place) => number): number {
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

  #hardlink(entry: TarEntry, place: Place): void {
    const target = this.#tree.realPath(layerPath(entry.linkName, entry.name), entry);
    if (target === place.path) throw cannotUnpack(entry.name, "a hard link to itself");
    if (this.#tree.find(target) === undefined) this.#copyUp(entry, target);
    const from = this.#tree.find(target);
    if (from === undefined) throw cannotUnpack(entry.name, `there is no file ${shown(entry.linkName)} to link to`);
    if (from.status.kind === "directory") throw cannotUnpack(entry.name, "a hard link to a directory");
    using source = this.#tree.openDirectory(parentOf(from.path));
    const to = this.#tree.place(place.path, entry); // finding the target may have closed it
    this.#retry(to, entry, "link(2)", ({ directory, name }) => tryLink(source.number, from.name, directory, name));
  }

  /** Both names of a hard link have to be in one layer, so the file below gets a copy in this one. */
  #copyUp(entry: TarEntry, target: string): void {
    const below = this.#whiteouts.hides(target) ? undefined : this.#options.lower?.find(target);
    if (below === undefined) return;
    const asker: Asker = { name: entry.name, modified: entry.modified };
    const attributes = { ...below.status, xattrs: shownXattrs(below.root, below.path, this.#options.form) };
    this.#size += copyLowerFile(below, this.#tree.place(target, asker), {
      name: entry.name,
      attributes,
      writer: this.#attributes,
      copier: this.#copier,
    });
  }

  #node(entry: TarEntry, kind: "character" | "block" | "fifo", place: Place): void {
    const { major, minor } = kind === "fifo" ? { major: 0, minor: 0 } : entry.device;
    if (kind === "character" && major === 0 && minor === 0) throw cannotUnpack(entry.name, "as a device file 0:0 it would hide files");
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

/** The attributes that the merged tree shows. */
function shownXattrs(root: number, path: string, form: OverlayForm): ReadonlyMap<string, string> {
  const shown = readXattrs(root, path).map(([name, value]) => [form.fromDisk(name), value] as const);
  return new Map(shown.flatMap(([name, value]) => (name === undefined ? [] : [[name, value] as const])));
}
