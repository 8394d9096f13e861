/**
 * What a writable overlay layer says about the layers below: every name in it, as a plain entry or as a mark. Sorted, parents first.
 *
 * The upper directory is read as it is on disk. Mounts with redirect_dir or metacopy leave files there that mean something only to the kernel, so
 * these are refused.
 */
import { RuntimeError } from "../base/errors.ts";
import { Fd } from "../sys/fd.ts";
import { OPEN, openFile } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { lookAt, type NodeStatus, readNames, shownName, tryOpenAt } from "../sys/tree.ts";
import { readXattrs } from "../sys/xattr.ts";
import { SELINUX_LABEL } from "./attributes.ts";
import { joinPath, WHITEOUT_PREFIX } from "./entry-name.ts";
import type { LowerStack } from "./lower-stack.ts";
import type { OverlayForm } from "./overlay-form.ts";

export type UpperNode =
  | {
      readonly is: "node";
      readonly path: string;
      readonly status: NodeStatus;
      /** As the merged tree shows them. */
      readonly xattrs: ReadonlyMap<string, string>;
      /** Valid until the next node is asked for. */
      readonly directory: number;
      readonly name: string;
      /** For a directory: whether nothing of a directory below shows in it. */
      readonly isOpaque: boolean;
    }
  /** A name of the layers below that does not show any more. */
  | { readonly is: "removed"; readonly path: string };

export interface UpperOptions {
  readonly form: OverlayForm;
  readonly lower: LowerStack;
}

/** Whiteouts of a directory come before its other names. */
export function* walkUpper(directory: string, options: UpperOptions): Generator<UpperNode> {
  using root = openFile(directory, OPEN.read | OPEN.directory);
  const status = lookAt(root.number, "");
  if (status === undefined) return;
  yield {
    is: "node",
    path: "",
    status,
    xattrs: shownXattrs(root.number, ".", "", options.form),
    directory: root.number,
    name: ".",
    isOpaque: false,
  };
  yield* walkDirectory(root.number, "", { ...options, isMerged: true });
}

interface Walk extends UpperOptions {
  /** Whether the directory of that path below shows through. */
  readonly isMerged: boolean;
}

function* walkDirectory(directory: number, path: string, walk: Walk): Generator<UpperNode> {
  const found = readNames(directory).flatMap((name) => {
    const status = lookAt(directory, name);
    return status === undefined ? [] : [{ name, path: joinPath(path, name), status }];
  });
  const hidden = new Set(found.map(({ name, status }) => walk.form.hiddenBy(name, status)));
  for (const name of [...hidden].filter((one): one is string => one !== undefined && one !== "").sort()) {
    const here = joinPath(path, name);
    if (walk.isMerged && walk.lower.find(here) !== undefined) yield { is: "removed", path: here };
  }
  for (const { name, path: here, status } of found) {
    if (hidden.has(name) || walk.form.hiddenBy(name, status) !== undefined || status.kind === "socket") continue; // nobody listens on an archived socket, and tar has no type for it
    requireArchivable(name, here);
    yield* walkNode({ directory, name, path: here, status }, walk);
  }
}

interface Found {
  readonly directory: number;
  readonly name: string;
  readonly path: string;
  readonly status: NodeStatus;
}

function* walkNode({ directory, name, path, status }: Found, walk: Walk): Generator<UpperNode> {
  const xattrs = shownXattrs(directory, name, path, walk.form);
  const isBelow = status.kind === "directory" && walk.isMerged && walk.lower.find(path)?.status.kind === "directory";
  const isOpaque = isBelow && walk.form.isOpaque(directory, name);
  yield { is: "node", path, status, xattrs, directory, name, isOpaque };
  if (status.kind !== "directory") return;
  using inner = new Fd(check(tryOpenAt(directory, name, OPEN.read | OPEN.directory), "open(2)", `open directory ${shownName(path)}`));
  yield* walkDirectory(inner.number, path, { ...walk, isMerged: isBelow && !isOpaque });
}

/** As the merged tree shows them. */
export function shownXattrs(directory: number, name: string, path: string, form: OverlayForm): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const [key, value] of readXattrs(directory, name)) {
    if (form.needsKernel(key)) throw cannotArchive(path, `it was written through a mount with redirect_dir or metacopy (attribute ${key})`);
    const merged = key === SELINUX_LABEL ? undefined : form.fromDisk(key);
    if (merged !== undefined) shown.set(merged, value);
  }
  return shown;
}

/** A layer's own marks are made of names, and of devices. */
export function requireArchivable(name: string, path: string, isWhiteoutDevice = false): void {
  if (isWhiteoutDevice) throw cannotArchive(path, "as a device file 0:0 it would hide another in a layer");
  if (name.startsWith(WHITEOUT_PREFIX))
    throw cannotArchive(path, `a name that begins with ${WHITEOUT_PREFIX} would hide another in a layer`);
}

function cannotArchive(path: string, reason: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot archive ${JSON.stringify(shownName(path))}: ${reason}`);
}
