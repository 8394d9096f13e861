/**
 * A stack of layers as one tree, as an overlay would show it: for storage drivers that mount none. Whiteouts and opaque
 * directories have done their work then, and are not in it.
 *
 * The layers are hostile: everything is found by descriptors, and no link in them is followed.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { effectiveUid } from "../../sys/call/own-ids.ts";
import { Descent } from "../../sys/file/descent.ts";
import { FileCopier } from "../../sys/file/file-copy.ts";
import { lookAt, type NodeStatus, shownName, tryLink, tryMakeDirectoryAt } from "../../sys/file/tree.ts";
import { readXattrs } from "../../sys/file/xattr.ts";
import { AttributeWriter, type FileAttributes } from "../form/attributes.ts";
import { joinPath } from "../form/entry-name.ts";
import { LowerStack, type ShownNode } from "../form/lower-stack.ts";
import { OverlayForm } from "../form/overlay-form.ts";
import { resolveShown } from "../form/shown-path.ts";
import { copyLowerFile } from "../write/copy-lower.ts";

export interface StackCopyOptions {
  readonly userXattr: boolean;
  /** Told of what cannot be copied here, once for each kind. */
  readonly warn: (message: string) => void;
}

/** `lower` has the top layer first, `target` is an empty directory, which gets the attributes of the top layer's. Syncs nothing. */
export function copyStack(lower: readonly string[], target: Fd, options: StackCopyOptions): void {
  const form = new OverlayForm({ userXattr: options.userXattr });
  using stack = new LowerStack(lower, form);
  new StackCopy(stack, form, options.warn).copyAll(target, "");
}

/** As `copyStack`, for what `path` in the merged tree means; nothing if that is no directory. */
export function copyFromStack(lower: readonly string[], path: string, target: Fd, options: StackCopyOptions): void {
  const form = new OverlayForm({ userXattr: options.userXattr });
  using stack = new LowerStack(lower, form);
  const found = resolveShown(stack, path);
  if (found?.node.status.kind === "directory") new StackCopy(stack, form, options.warn).copyAll(target, found.path);
}

interface Place {
  readonly directory: number;
  /** In the copy, from its root. */
  readonly path: string;
}

interface CopiedDirectory {
  readonly name: string;
  readonly attributes: FileAttributes;
}

/** A directory that is being copied. */
interface Copied {
  readonly path: string;
  /** Itself; undefined for the top. */
  readonly own?: CopiedDirectory;
  readonly left: Iterator<CopiedDirectory>;
}

/** Attributes are called in the tree as the overlay shows them. */
const AS_SHOWN = { toDisk: (name: string): string => name };

class StackCopy {
  readonly #stack: LowerStack;
  readonly #form: OverlayForm;
  readonly #writer: AttributeWriter;
  readonly #copier = new FileCopier();
  readonly #user = effectiveUid();
  /** The first name of each file with several, by its layer and inode. */
  readonly #links = new Map<string, string>();
  #root = -1;
  /** Where in the merged tree the copy begins. */
  #from = "";

  constructor(stack: LowerStack, form: OverlayForm, warn: StackCopyOptions["warn"]) {
    this.#stack = stack;
    this.#form = form;
    this.#writer = new AttributeWriter({ form: AS_SHOWN, owners: "archive", warn });
  }

  copyAll(target: Fd, from: string): void {
    this.#root = target.number;
    this.#from = from;
    const shown = this.#stack.find(from);
    if (shown === undefined) return;
    const attributes = this.#attributes(shown.root, shown.path, { path: from, status: shown.status });
    this.#directory(target);
    this.#writer.applyAt(target.number, ".", "directory", "", attributes);
  }

  /** Files first: the layers' directories need not stay open while those below are copied. */
  #directory(top: Fd): void {
    using tree = new Descent(top);
    const open: Copied[] = [{ path: "", left: this.#files({ directory: top.number, path: "" }).values() }];
    for (let here = open.at(-1); here !== undefined; here = open.at(-1)) {
      const { value: inner, done } = here.left.next();
      if (done) {
        open.pop();
        if (here.own === undefined) return;
        tree.leave();
        this.#writer.applyAt(tree.directory, here.own.name, "directory", here.path, here.own.attributes);
        continue;
      }
      const path = joinPath(here.path, inner.name);
      check(tryMakeDirectoryAt(tree.directory, inner.name, 0o700), "mkdir(2)", `create directory ${shownName(path)}`);
      check(tree.tryEnter(inner.name), "open(2)", `open directory ${shownName(path)}`);
      open.push({ path, own: inner, left: this.#files({ directory: tree.directory, path }).values() });
    }
  }

  /** Returns the directories that are in it. */
  #files(place: Place): CopiedDirectory[] {
    using shown = this.#stack.open(place.path === "" ? this.#from : joinPath(this.#from, place.path));
    return shown.nodes.flatMap((node) => {
      const name = node.path;
      const path = joinPath(place.path, name);
      const attributes = this.#attributes(node.root, name, { path, status: node.status });
      if (node.status.kind === "directory") return [{ name, attributes }];
      this.#file(node, { ...place, path }, attributes);
      return [];
    });
  }

  #file(node: ShownNode, { directory, path }: Place, attributes: FileAttributes): void {
    const name = node.path;
    const key = `${node.layer} ${node.status.inode}`;
    const first = node.status.links > 1 ? this.#links.get(key) : undefined;
    if (first !== undefined) {
      check(tryLink(this.#root, first, directory, name), "link(2)", `link ${shownName(path)}`);
      return;
    }
    copyLowerFile(node, { directory, name, path }, { name: path, attributes, writer: this.#writer, copier: this.#copier });
    if (node.status.links > 1 && lookAt(directory, name) !== undefined) this.#links.set(key, path); // a device may be left out
  }

  #attributes(at: number, name: string, { path, status }: { readonly path: string; readonly status: NodeStatus }): FileAttributes {
    const xattrs = new Map<string, string>();
    for (const [key, value] of readXattrs(at, name)) {
      if (this.#form.needsKernel(key))
        throw cannotCopy(path, `it was written through a mount with redirect_dir or metacopy (attribute ${key})`);
      const shown = this.#form.fromDisk(key);
      if (shown !== undefined) xattrs.set(shown, value);
    }
    this.#requireOwner(path, status);
    return { ...status, xattrs };
  }

  /** Whose else it is cannot be told: in a user namespace of our own all others are one (own-user-namespace.ts). */
  #requireOwner(path: string, { uid }: NodeStatus): void {
    if (this.#user === 0 || uid === this.#user) return;
    throw cannotCopy(path, "it belongs to another user, and only root may give files away");
  }
}

function cannotCopy(path: string, reason: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot copy ${JSON.stringify(`/${shownName(path)}`)} of the layers: ${reason}`);
}
