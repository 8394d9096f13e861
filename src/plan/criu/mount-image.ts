/**
 * CRIU's list of a container's mounts, `mountpoints-N.img` (images/mnt.proto): two numbers that say what it is, then messages, each after its length.
 *
 * A mount that is a slave of the host's CRIU ties to one that it looks for by name, and one for all mounts with the same master: in a user namespace it
 * cannot get there where only the host's root can. So it is told that they are slaves of nobody, and lamina ties them. So it is with one that is shared
 * besides, unless another mount of the container's is in the same group or a slave of it. Pure.
 */
import { type Bytes, concat, put32, u32 } from "../../base/bytes.ts";
import { encodeMessage, ProtoMessage } from "../../base/protobuf.ts";

const HEAD = 8;

/** message mnt_entry */
const FIELD = { mountPoint: 7, sharedId: 10, masterId: 11, isExternal: 13, externalKey: 18 } as const;

/** Of a field that stands there twice the last one counts. */
const NO_GROUPS = encodeMessage([
  [FIELD.sharedId, 0],
  [FIELD.masterId, 0],
]);

export interface UntiedMounts {
  readonly image: Bytes;
  /** Those that were slaves. */
  readonly mountPoints: readonly string[];
}

/** Throws a RangeError for what is no such list. */
export function untieMounts(image: Uint8Array): UntiedMounts {
  const entries = takeEntries(image);
  const groups = groupsOf(entries);
  const mountPoints: string[] = [];
  const parts = entries.flatMap(({ bytes, mount }) => {
    const isUntied = isExternalSlave(mount) && isAlone(mount, groups);
    if (isUntied) mountPoints.push(mount.text(FIELD.mountPoint) ?? "");
    const changed = isUntied ? concat([bytes, NO_GROUPS]) : bytes;
    return [lengthOf(changed), changed];
  });
  return { image: concat([image.subarray(0, HEAD), ...parts]), mountPoints };
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly mount: ProtoMessage;
}

function takeEntries(image: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (let at = HEAD; at < image.length; ) {
    const length = u32(image, at);
    const bytes = image.subarray(at + 4, at + 4 + length);
    if (bytes.length < length) throw new RangeError(`a list of mounts of ${image.length} bytes is cut off`);
    at += 4 + length;
    entries.push({ bytes, mount: new ProtoMessage(bytes) });
  }
  return entries;
}

/** How many mounts have each number, as a member of the group or as its slave. */
function groupsOf(entries: readonly Entry[]): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  for (const { mount } of entries) {
    for (const field of [FIELD.sharedId, FIELD.masterId]) {
      const group = mount.number(field) ?? 0;
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
  }
  return groups;
}

function isAlone(mount: ProtoMessage, groups: ReadonlyMap<number, number>): boolean {
  const shared = mount.number(FIELD.sharedId) ?? 0;
  return shared === 0 || groups.get(shared) === 1;
}

function isExternalSlave(mount: ProtoMessage): boolean {
  const isExternal = mount.number(FIELD.isExternal) === 1 || mount.text(FIELD.externalKey) !== undefined;
  return isExternal && (mount.number(FIELD.masterId) ?? 0) > 0;
}

/** Whether a mount of these lists, of several mount namespaces, is a slave of the host's. Throws a RangeError for what is no such list. */
export function hasTiedMount(images: readonly Uint8Array[]): boolean {
  const mounts = images.flatMap(takeEntries).map(({ mount }) => mount);
  const shared = new Set(mounts.map((mount) => mount.number(FIELD.sharedId)));
  return mounts.some((mount) => isExternalSlave(mount) && !shared.has(mount.number(FIELD.masterId)));
}

function lengthOf(entry: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  put32(length, 0, entry.length);
  return length;
}
