/**
 * CRIU's list of a container's mounts, `mountpoints-N.img` (images/mnt.proto): two numbers that say what it is, then messages, each after its length.
 *
 * A mount that is a slave of the host's CRIU ties to one that it looks for by name, and one for all mounts with the same master: in a user namespace it
 * cannot get there where only the host's root can. So it is told that they are slaves of nobody, and lamina ties them. Pure.
 */
import { type Bytes, concat, put32, u32 } from "../../base/bytes.ts";
import { encodeMessage, ProtoMessage } from "../../base/protobuf.ts";

const HEAD = 8;

/** message mnt_entry */
const FIELD = { mountPoint: 7, sharedId: 10, masterId: 11, isExternal: 13, externalKey: 18 } as const;

/** Of a field that stands there twice the last one counts. */
const NO_MASTER = encodeMessage([[FIELD.masterId, 0]]);

export interface UntiedMounts {
  readonly image: Bytes;
  /** Those that were slaves. */
  readonly mountPoints: readonly string[];
}

/** Throws a RangeError for what is no such list. */
export function untieMounts(image: Uint8Array): UntiedMounts {
  const parts: Uint8Array[] = [image.subarray(0, HEAD)];
  const mountPoints: string[] = [];
  for (let at = HEAD; at < image.length; ) {
    const length = u32(image, at);
    const entry = image.subarray(at + 4, at + 4 + length);
    if (entry.length < length) throw new RangeError(`a list of mounts of ${image.length} bytes is cut off`);
    at += 4 + length;
    const mount = new ProtoMessage(entry);
    const isUntied = isExternalSlave(mount);
    if (isUntied) mountPoints.push(mount.text(FIELD.mountPoint) ?? "");
    const changed = isUntied ? concat([entry, NO_MASTER]) : entry;
    parts.push(lengthOf(changed), changed);
  }
  return { image: concat(parts), mountPoints };
}

function isExternalSlave(mount: ProtoMessage): boolean {
  const isExternal = mount.number(FIELD.isExternal) === 1 || mount.text(FIELD.externalKey) !== undefined;
  return isExternal && (mount.number(FIELD.masterId) ?? 0) > 0 && (mount.number(FIELD.sharedId) ?? 0) === 0;
}

function lengthOf(entry: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  put32(length, 0, entry.length);
  return length;
}
