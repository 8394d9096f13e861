/** A copy of a file of a layer below in the layer that is written: for hard links across layers. */
import { Fd, tryRead, writeAll } from "../sys/fd.ts";
import { OPEN } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { readLinkAt, tryMakeNode, tryOpenAt, tryOpenBeneath, trySymlink } from "../sys/tree.ts";
import { type AttributeWriter, type FileAttributes, unpackFailure } from "./attributes.ts";
import { cannotUnpack } from "./entry-name.ts";
import type { LowerNode } from "./lower-stack.ts";
import type { Place } from "./target-tree.ts";

export interface CopyRequest {
  /** The entry that needs it. */
  readonly name: string;
  readonly attributes: FileAttributes;
  readonly writer: AttributeWriter;
}

/** Returns the bytes in the copy. */
export function copyLowerFile(from: LowerNode, to: Place, { name, attributes, writer }: CopyRequest): number {
  const { kind, device, size } = from.status;
  switch (kind) {
    case "file": {
      using target = new Fd(
        requireMade(tryOpenAt(to.directory, to.name, OPEN.write | OPEN.create | OPEN.exclusive, 0o600), "open(2)", name),
      );
      copyContent(from, target, name);
      writer.applyToFile(target.number, name, attributes);
      return size;
    }
    case "link":
      requireMade(trySymlink(readLinkAt(from.root, from.path), to.directory, to.name), "symlink(2)", name);
      break;
    case "character":
    case "block":
    case "fifo":
      requireMade(tryMakeNode(to.directory, to.name, kind, device), "mknod(2)", name);
      break;
    case "directory":
    case "socket":
      throw cannotUnpack(name, `a hard link to a ${kind}`);
    default:
      kind satisfies never;
  }
  writer.applyAt(to.directory, to.name, kind, name, attributes);
  return 0;
}

function copyContent({ root, path }: LowerNode, target: Fd, name: string): void {
  using source = new Fd(check(tryOpenBeneath(root, path, OPEN.read), "openat2(2)", "read a layer"));
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (;;) {
    const length = check(tryRead(source.number, buffer), "read(2)", "read a layer");
    if (length === 0) return;
    writeAll(target.number, buffer.subarray(0, length), name);
  }
}

function requireMade(result: number, call: string, name: string): number {
  if (result < 0) throw unpackFailure(-result, call, name);
  return result;
}
