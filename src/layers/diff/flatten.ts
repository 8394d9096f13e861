/**
 * A stack of layers as one archive of the tree that an overlay of them shows: nothing in it tells of layers. The same layers give the same
 * bytes, since names are sorted and nothing but the files' own attributes is written.
 */
import { TarWriter } from "../../tar/writer.ts";
import { type EntryOptions, entryFor, PIECE, type TreeNode, writeNode } from "../archive/tree-entry.ts";
import { requireArchivable, shownXattrs } from "../form/archivable.ts";
import { joinPath, lastOf } from "../form/entry-name.ts";
import { LowerStack, type ShownNode } from "../form/lower-stack.ts";
import { isWhiteout, type Marks, OverlayForm } from "../form/overlay-form.ts";

export type FlattenOptions = Marks & EntryOptions;

/** `layers` has the top first; a tree of its own is a stack of one. Throws when a file is written to meanwhile. */
export function* flattenLayers(layers: readonly string[], options: FlattenOptions): Generator<Uint8Array, void> {
  const form = new OverlayForm(options);
  using stack = new LowerStack(layers, form);
  const archive: Archive = { stack, form, options, writer: new TarWriter(), links: new Map() };
  const top = stack.find("");
  if (top !== undefined) {
    const { status, root: directory } = top;
    const xattrs = shownXattrs(directory, "", "", form);
    archive.writer.entry(entryFor({ path: "", status, xattrs, directory, name: "" }, undefined, options));
    yield* writeDirectory(archive, "");
  }
  archive.writer.end();
  yield archive.writer.take();
}

interface Archive {
  readonly stack: LowerStack;
  readonly form: OverlayForm;
  readonly options: FlattenOptions;
  readonly writer: TarWriter;
  /** The first name of each file with several, by its layer and inode: names in different layers are different files. */
  readonly links: Map<string, string>;
}

/** Files come first, so that the layers' directories need not stay open while those below are written. */
function* writeDirectory(archive: Archive, path: string): Generator<Uint8Array> {
  const open = [(yield* writeFiles(archive, path)).values()];
  for (let directories = open.at(-1); directories !== undefined; directories = open.at(-1)) {
    const { value: directory, done } = directories.next();
    if (done) {
      open.pop();
      continue;
    }
    archive.writer.entry(entryFor(directory, undefined, archive.options));
    open.push((yield* writeFiles(archive, directory.path)).values());
  }
}

/** Returns the directories that are in it. */
function* writeFiles(archive: Archive, path: string): Generator<Uint8Array, TreeNode[]> {
  const { stack, form, writer, options } = archive;
  using shown = stack.open(path);
  const directories: TreeNode[] = [];
  for (const found of shown.nodes) {
    const { status, root: directory, path: name } = found;
    if (status.kind === "socket") continue; // nobody listens on an archived socket, and tar has no type for it
    const here = joinPath(path, name);
    requireArchivable(lastOf(name), here, isWhiteout(status));
    const node = { path: here, status, xattrs: shownXattrs(directory, name, here, form), directory, name };
    if (status.kind === "directory") directories.push(node);
    else {
      const rest = writeNode(writer, node, { linkedTo: firstName(archive, found, here), options });
      if (rest !== undefined) yield* rest;
    }
    if (writer.length >= PIECE) yield writer.take();
  }
  return directories;
}

function firstName({ links }: Archive, { layer, status }: ShownNode, path: string): string | undefined {
  if (status.links < 2) return undefined;
  const key = `${layer} ${status.inode}`;
  const first = links.get(key);
  if (first === undefined) links.set(key, path);
  return first;
}
