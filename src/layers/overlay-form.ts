/**
 * How overlayfs keeps its marks on disk: a whiteout is a character device 0:0, an opaque directory and all else is in attributes of one
 * namespace, `trusted` as root or `user` with the mount option userxattr (Documentation/filesystems/overlayfs.rst).
 */
import type { NodeStatus } from "../sys/tree.ts";
import { readXattrIfThere } from "../sys/xattr.ts";

export const WHITEOUT_DEVICE = { major: 0, minor: 0 } as const;

export function isWhiteout(status: NodeStatus): boolean {
  return status.kind === "character" && status.device.major === 0 && status.device.minor === 0;
}

export class OverlayForm {
  readonly userXattr: boolean;
  readonly #prefix: string;

  constructor(userXattr: boolean) {
    this.userXattr = userXattr;
    this.#prefix = userXattr ? "user.overlay." : "trusted.overlay.";
  }

  get opaque(): string {
    return `${this.#prefix}opaque`;
  }

  /** Whether nothing of the layers below shows in a directory. */
  isOpaque(at: number, file: string): boolean {
    return readXattrIfThere(at, file, this.opaque) === "y";
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
    if (!name.startsWith(this.#prefix)) return name;
    const rest = name.slice(this.#prefix.length);
    return rest.startsWith("overlay.") ? `${this.#prefix}${rest.slice("overlay.".length)}` : undefined;
  }
}
