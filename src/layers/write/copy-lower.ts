/** A copy of what is no directory of a layer below: in a layer that is written, for hard links across layers, or in a tree of all layers. */
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN } from "../../sys/file/file.ts";
import type { FileCopier } from "../../sys/file/file-copy.ts";
import { type Device, readLinkAt, shownName, tryMakeNode, tryOpenAt, tryOpenFileBeneath, trySymlink } from "../../sys/file/tree.ts";
import { shown } from "../../tar/entry.ts";
import { type AttributeWriter, type FileAttributes, unpackFailure } from "../form/attributes.ts";
import { cannotUnpack } from "../form/entry-name.ts";
import type { LowerNode } from "../form/lower-stack.ts";
import type { Place } from "./target-tree.ts";

export interface CopyRequest {
  /** The entry that needs it. */
  readonly name: string;
  readonly attributes: FileAttributes;
  readonly writer: AttributeWriter;
  readonly copier: FileCopier;
}

/** Returns the bytes in the copy. */
export function copyLowerFile(from: LowerNode, to: Place, { name, attributes, writer, copier }: CopyRequest): number {
  const { kind, device, size } = from.status;
  switch (kind) {
    case "file": {
      using target = new Fd(
        requireMade(tryOpenAt(to.directory, to.name, OPEN.write | OPEN.create | OPEN.exclusive, 0o600), "open(2)", name),
      );
      using source = new Fd(check(tryOpenFileBeneath(from.root, from.path), "openat2(2)", "read a layer"));
      copier.copy(source.number, target.number, { size, what: shownName(name) });
      writer.applyToFile(target.number, name, attributes);
      return size;
    }
    case "link":
      requireMade(trySymlink(readLinkAt(from.root, from.path), to.directory, to.name), "symlink(2)", name);
      break;
    case "character":
    case "block":
      if (!makeDevice(to, kind, { name, device, writer })) return 0;
      break;
    case "fifo":
    case "socket":
      requireMade(tryMakeNode(to.directory, to.name, kind, device), "mknod(2)", name);
      break;
    case "directory":
      throw cannotUnpack(name, `a hard link to a ${kind}`);
    default:
      kind satisfies never;
  }
  writer.applyAt(to.directory, to.name, kind, name, attributes);
  return 0;
}

interface DeviceRequest extends Pick<CopyRequest, "name" | "writer"> {
  readonly device: Device;
}

/** False, with a warning, where the kernel forbids it. */
function makeDevice(to: Place, kind: "character" | "block", { name, device, writer }: DeviceRequest): boolean {
  const made = tryMakeNode(to.directory, to.name, kind, device);
  if (made !== -ERRNO.EPERM) return requireMade(made, "mknod(2)", name) === 0;
  writer.warnOnce("device", `device files like ${shown(name)} are left out`);
  return false;
}

function requireMade(result: number, call: string, name: string): number {
  if (result < 0) throw unpackFailure(-result, call, name);
  return result;
}
