/**
 * A writable layer as a layer archive, and as a list of changes. The same files give the same bytes: names are sorted, nothing but the files'
 * own attributes is written, and with an epoch no time is later than it (https://reproducible-builds.org/specs/source-date-epoch/).
 */
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN } from "../../sys/file/file.ts";
import { lookAt, shownName, tryOpenAt } from "../../sys/file/tree.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { NO_XATTRS } from "../../tar/entry.ts";
import { TarWriter } from "../../tar/writer.ts";
import { type EntryOptions, PIECE, writeNode } from "../archive/tree-entry.ts";
import { requireArchivable, shownXattrs } from "../form/archivable.ts";
import { joinPath, lastOf, OPAQUE_MARKER, parentOf, WHITEOUT_PREFIX } from "../form/entry-name.ts";
import { LowerStack } from "../form/lower-stack.ts";
import { isWhiteout, type Marks, OverlayForm } from "../form/overlay-form.ts";
import { treeXattrs } from "./node-difference.ts";
import { walkChanges } from "./tree-walk.ts";
import type { UpperNode } from "./upper-walk.ts";

export interface DiffOptions extends Marks, EntryOptions {
  /** Unpacked layers below, the top first; [] for a tree of its own. */
  readonly lower: readonly string[];
}

type Node = Extract<UpperNode, { is: "node" }>;

/** The layer archive of an upper directory, uncompressed. Throws when a file is written to meanwhile. */
export function* diffLayer(upper: string, options: DiffOptions): Generator<Uint8Array, void> {
  const form = new OverlayForm(options);
  using lower = new LowerStack(options.lower, form);
  const writer = new TarWriter();
  const archiving = { links: new Map<string, string>(), lower, form, options };
  for (const node of walkChanges(upper, { form, lower }, options)) {
    if (node.is === "removed") writer.entry(whiteout(joinPath(parentOf(node.path), WHITEOUT_PREFIX + lastOf(node.path)), options));
    else if (node.status.kind !== "socket") {
      // nobody listens on an archived one, and tar has no type for it
      const rest = archiveNode(writer, node, archiving);
      if (rest !== undefined) yield* rest;
    }
    if (writer.length >= PIECE) yield writer.take();
  }
  writer.end();
  yield writer.take();
}

interface Archiving {
  /** The first name of each file with several. */
  readonly links: Map<string, string>;
  readonly lower: LowerStack;
  readonly form: OverlayForm;
  readonly options: DiffOptions;
}

/** As `writeNode`. */
function archiveNode(writer: TarWriter, node: Node, { links, lower, form, options }: Archiving): Generator<Uint8Array> | undefined {
  const { status, path, directory, name } = node;
  requireArchivable(name, path, isWhiteout(status));
  const isLinked = status.kind !== "directory" && status.links > 1;
  const linkedTo = isLinked ? links.get(status.inode) : undefined;
  if (isLinked && linkedTo === undefined) links.set(status.inode, path);
  const read = options.treeSince === undefined ? shownXattrs : treeXattrs;
  const xattrs = node.xattrs ?? read(directory, name, path, form);
  const rest = writeNode(writer, { path, status, directory, name, xattrs }, { linkedTo, options });
  if (node.isOpaque) for (const hidden of hiddenNames(node, lower)) writer.entry(whiteout(joinPath(path, hidden), options));
  return rest;
}

/**
 * Explicit whiteouts, as the image-spec recommends; the opaque marker where these cannot say it: a directory in a hidden directory of the same
 * name would show what is below.
 */
function hiddenNames({ path, directory, name }: Node, lower: LowerStack): string[] {
  const below = lower.names(path);
  using inner = new Fd(check(tryOpenAt(directory, name, OPEN.path | OPEN.directory), "open(2)", `open directory ${shownName(path)}`));
  const gone: string[] = [];
  for (const child of below) {
    const here = lookAt(inner.number, child);
    if (here?.kind === "directory") return [OPAQUE_MARKER];
    if (here === undefined || isWhiteout(here)) gone.push(WHITEOUT_PREFIX + child);
  }
  return gone;
}

/** Made by the layer, not by anybody at some time. */
function whiteout(name: string, { epoch = 0 }: DiffOptions): TarEntry {
  const modified = { seconds: Math.min(0, epoch), nanoseconds: 0 };
  return {
    name,
    kind: "file",
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    modified,
    linkName: "",
    device: { major: 0, minor: 0 },
    xattrs: NO_XATTRS,
  };
}
