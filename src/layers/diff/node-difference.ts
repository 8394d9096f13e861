/** Whether a name in a whole tree differs from what the layers show under it. */
import { smallest } from "../../base/append.ts";
import { isEqual } from "../../base/bytes.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, readInto } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { nextData, seekTo } from "../../sys/file/holes.ts";
import { type NodeStatus, readLinkAt, shownName, type Time, tryOpenFileAt } from "../../sys/file/tree.ts";
import { readXattrs } from "../../sys/file/xattr.ts";
import { SELINUX_LABEL } from "../form/attributes.ts";
import type { ShownNode } from "../form/lower-stack.ts";
import type { OverlayForm } from "../form/overlay-form.ts";

/** What the kernel says of a name that the container has removed, or replaced by another kind, since it was looked at. */
export const VANISHED: readonly number[] = [-ERRNO.ENOENT, -ERRNO.ENOTDIR, -ERRNO.ELOOP];

/** A name in an open directory of the tree. */
export interface TreeName {
  readonly directory: number;
  readonly name: string;
  readonly path: string;
  readonly status: NodeStatus;
}

interface Circumstances {
  readonly form: OverlayForm;
  /** When the tree was made. */
  readonly since: Time;
}

/** Links are compared elsewhere (tree-links.ts): they are no matter of one name. */
export function differs(one: TreeName, model: ShownNode, { form, since }: Circumstances): boolean {
  const [here, below] = [one.status, model.status];
  if (here.kind !== below.kind || here.mode !== below.mode || here.uid !== below.uid || here.gid !== below.gid) return true;
  if (differsAsKind(one, model)) return true;
  if (isEarlier(here.changed, since)) return false; // nothing else can have been changed either
  const shown = JSON.stringify([...shownXattrs(model, form)]);
  if (JSON.stringify([...treeXattrs(one.directory, one.name)]) !== shown) return true;
  return here.kind === "file" && !isSameContent(one, model);
}

function differsAsKind({ directory, name, status }: TreeName, model: ShownNode): boolean {
  switch (status.kind) {
    case "file":
      return status.size !== model.status.size || isOtherTime(status, model.status);
    case "directory":
      return isOtherTime(status, model.status);
    case "link":
      return isOtherTime(status, model.status) || readLinkAt(directory, name) !== readLinkAt(model.root, model.path);
    case "character":
    case "block":
      return status.device.major !== model.status.device.major || status.device.minor !== model.status.device.minor;
    case "fifo": // its time is that of what was last written to it
    case "socket":
      return false;
    default:
      return status.kind satisfies never;
  }
}

function isOtherTime({ modified: a }: NodeStatus, { modified: b }: NodeStatus): boolean {
  return a.seconds !== b.seconds || a.nanoseconds !== b.nanoseconds;
}

function isEarlier(a: Time, b: Time): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

/** The label comes from the policy of the machine. */
export function treeXattrs(directory: number, name: string): ReadonlyMap<string, string> {
  return new Map(readXattrs(directory, name).filter(([key]) => key !== SELINUX_LABEL));
}

function shownXattrs({ root, path }: ShownNode, form: OverlayForm): ReadonlyMap<string, string> {
  const shown = readXattrs(root, path).flatMap(([key, value]) => {
    const name = key === SELINUX_LABEL ? undefined : form.fromDisk(key);
    return name === undefined ? [] : [[name, value] as const];
  });
  return new Map(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const PIECE = 256 * 1024;

/** Of files of the same size. What is a hole in both is not read. */
function isSameContent(one: TreeName, model: ShownNode): boolean {
  const opened = tryOpenFileAt(one.directory, one.name);
  if (VANISHED.includes(opened)) return false;
  using here = new Fd(check(opened, "open(2)", `open ${shownName(one.path)}`));
  using below = new Fd(check(tryOpenFileAt(model.root, model.path), "open(2)", "read a layer"));
  const what = shownName(one.path);
  const pieces = [new Uint8Array(PIECE), new Uint8Array(PIECE)] as const;
  for (let at = 0; ; ) {
    const data = [here, below].map(({ number }) => nextData(number, at, what)?.offset ?? Number.POSITIVE_INFINITY);
    at = Math.max(at, smallest(data));
    if (at === Number.POSITIVE_INFINITY) return true;
    for (const { number } of [here, below]) seekTo(number, at, what);
    const length = readInto(here.number, pieces[0], what);
    if (readInto(below.number, pieces[1], what) !== length) return false;
    if (length === 0) return true;
    if (!isEqual(pieces[0].subarray(0, length), pieces[1].subarray(0, length))) return false;
    at += length;
  }
}
