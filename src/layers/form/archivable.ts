/** What of a tree on disk can be a member of a layer archive, and under which attributes. */
import { RuntimeError } from "../../base/errors.ts";
import { shownName } from "../../sys/file/tree.ts";
import { readXattrs } from "../../sys/file/xattr.ts";
import { NO_XATTRS } from "../../tar/entry.ts";
import { SELINUX_LABEL } from "./attributes.ts";
import { WHITEOUT_PREFIX } from "./entry-name.ts";
import type { OverlayForm } from "./overlay-form.ts";

/**
 * The attributes of a name as the merged tree shows them. The directory is read as it is on disk: mounts with redirect_dir or metacopy leave files
 * there that mean something only to the kernel, so these are refused.
 */
export function shownXattrs(directory: number, name: string, path: string, form: OverlayForm): ReadonlyMap<string, string> {
  const all = readXattrs(directory, name);
  if (all.length === 0) return NO_XATTRS;
  const shown = new Map<string, string>();
  for (const [key, value] of all) {
    if (form.needsKernel(key)) throw cannotArchive(path, `it was written through a mount with redirect_dir or metacopy (attribute ${key})`);
    const merged = key === SELINUX_LABEL ? undefined : form.fromDisk(key);
    if (merged !== undefined) shown.set(merged, value);
  }
  return shown;
}

/** A layer's own marks are made of names, and of devices. */
export function requireArchivable(name: string, path: string, isWhiteoutDevice: boolean): void {
  if (isWhiteoutDevice) throw cannotArchive(path, "as a device file 0:0 it would hide another in a layer");
  if (name.startsWith(WHITEOUT_PREFIX))
    throw cannotArchive(path, `a name that begins with ${WHITEOUT_PREFIX} would hide another in a layer`);
}

function cannotArchive(path: string, reason: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot archive ${JSON.stringify(shownName(path))}: ${reason}`);
}
