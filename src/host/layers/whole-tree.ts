/** Whether a writable layer has changes only, or is a whole tree (layers/copy/layer-tree.ts makes these). Looks, and changes nothing. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { treeMark } from "../../base/tree-mark.ts";
import { AT_FDCWD } from "../../sys/call/at-flags.ts";
import { byteString, lookAt, type Time } from "../../sys/file/tree.ts";

/** When the writable layer was made as a whole tree; undefined for one of changes only. */
export function readTreeTime(upper: HostPath): Time | undefined {
  return lookAt(AT_FDCWD, byteString(treeMark(upper)))?.modified;
}

/** Throws code "state" for a whole tree: an overlay would take all of its files for changes. */
export function requireNoTree(upper: HostPath): void {
  if (readTreeTime(upper) === undefined) return;
  throw new RuntimeError("state", `cannot use writable layer ${upper}: it is a whole tree, which driver vfs or btrfs has made`, {
    hint: 'name that driver again, or give another directory as "upper"',
  });
}
