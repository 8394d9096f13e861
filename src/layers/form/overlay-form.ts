/**
 * How overlayfs keeps its marks on disk: a whiteout is a character device 0:0, an opaque directory and all else is in attributes of one
 * namespace, `trusted` as root or `user` with the mount option userxattr (Documentation/filesystems/overlayfs.rst).
 *
 * fuse-overlayfs writes these where it may, and has others besides: attributes of its own, and files named as the image-spec names whiteouts.
 */
import { lookAt, type NodeStatus, type Time } from "../../sys/file/tree.ts";
import { readXattrIfThere, readXattrs } from "../../sys/file/xattr.ts";
import { joinPath, lastOf, OPAQUE_MARKER, parentOf, WHITEOUT_PREFIX } from "./entry-name.ts";

export const WHITEOUT_DEVICE = { major: 0, minor: 0 } as const;

export function isWhiteout(status: NodeStatus): boolean {
  return status.kind === "character" && status.device.major === 0 && status.device.minor === 0;
}

const FUSE_PREFIX = "user.fuseoverlayfs.";

/** Who wrote the marks of a layer. */
export interface Marks {
  /** There are none: the upper directory is a whole tree, which was made of the layers below at that time. */
  readonly treeSince?: Time | undefined;
  /** The kernel, mounted by somebody who may not write trusted attributes. Default: false. */
  readonly userXattr?: boolean;
  /** fuse-overlayfs. Default: false. */
  readonly byFuse?: boolean;
}

export class OverlayForm {
  readonly userXattr: boolean;
  readonly #byFuse: boolean;
  readonly #prefix: string;

  constructor({ userXattr = false, byFuse = false }: Marks) {
    this.userXattr = userXattr;
    this.#byFuse = byFuse;
    this.#prefix = userXattr ? "user.overlay." : "trusted.overlay.";
  }

  get opaque(): string {
    return `${this.#prefix}opaque`;
  }

  /** Whether nothing of the layers below shows in a directory. */
  isOpaque(at: number, file: string): boolean {
    if (readXattrIfThere(at, file, this.opaque) === "y") return true;
    if (!this.#byFuse) return false;
    return readXattrIfThere(at, file, `${FUSE_PREFIX}opaque`) === "y" || lookAt(at, `${file}/${OPAQUE_MARKER}`) !== undefined;
  }

  /** The name that a file of a directory stands for as a mark: one that is hidden, or "" for the directory itself. undefined for other files. */
  hiddenBy(name: string, status: NodeStatus): string | undefined {
    if (isWhiteout(status)) return name;
    if (!this.#byFuse || !name.startsWith(WHITEOUT_PREFIX)) return undefined;
    return name === OPAQUE_MARKER ? "" : name.slice(WHITEOUT_PREFIX.length);
  }

  /** Whether a file beside `path`, which is not there, says that it is gone. */
  isHidden(root: number, path: string): boolean {
    return this.#byFuse && path !== "" && lookAt(root, joinPath(parentOf(path), WHITEOUT_PREFIX + lastOf(path))) !== undefined;
  }

  /** A mark that makes the file on disk differ from what the mount shows. */
  needsKernel(name: string): boolean {
    return name === `${this.#prefix}redirect` || name === `${this.#prefix}metacopy`;
  }

  /** An image's own attribute must not act as a mark: overlayfs unescapes it again (Linux 6.7). */
  toDisk(name: string): string {
    return name.startsWith(this.#prefix) ? `${this.#prefix}overlay.${name.slice(this.#prefix.length)}` : name;
  }

  /** The attribute that the merged tree shows, or undefined for a mark. */
  fromDisk(name: string): string | undefined {
    if (this.#byFuse && name.startsWith(FUSE_PREFIX)) return undefined;
    if (!name.startsWith(this.#prefix)) return name;
    const rest = name.slice(this.#prefix.length);
    return rest.startsWith("overlay.") ? `${this.#prefix}${rest.slice("overlay.".length)}` : undefined;
  }
}

/** The attributes that the merged tree shows of a file of a layer. */
export function shownXattrsAt(root: number, path: string, form: OverlayForm): ReadonlyMap<string, string> {
  const shown = readXattrs(root, path).map(([name, value]) => [form.fromDisk(name), value] as const);
  return new Map(shown.flatMap(([name, value]) => (name === undefined ? [] : [[name, value] as const])));
}
