/** CRIU's lists of a container's mounts, one for each mount namespace (plan/criu/mount-image.ts). */
import type { HostPath } from "../../base/paths.ts";
import { hasTiedMount, untieMounts } from "../../plan/criu/mount-image.ts";
import { refuseTied } from "../../plan/criu/user-namespace.ts";
import { Fd, tryReadAll, writeAll } from "../../sys/call/fd.ts";
import { OPEN, openFile, readDirectory, tryOpenRegular } from "../../sys/file/file.ts";
import { tryChangeMode } from "../../sys/file/ownership.ts";

const LIST_OF_MOUNTS = /^mountpoints-\d+\.img$/;
const LARGEST = 64 << 20;

/**
 * For a container with a user namespace, in whose list lamina has to change something: of several lists nobody else knows which is whose. Throws code
 * "unsupported".
 */
export function requireTiable(images: HostPath): void {
  requireUntied(readLists(images));
}

function requireUntied(lists: readonly MountList[]): void {
  if (lists.length > 1 && believed(() => hasTiedMount(lists.map(({ bytes }) => bytes)))) throw refuseTied();
}

/** Puts the list, if there is one, into a directory, without what ties mounts to the host's. Returns which were. Throws code "unsupported". */
export function writeUntied(images: HostPath, to: HostPath): readonly string[] {
  const lists = readLists(images);
  requireUntied(lists);
  const [list] = lists;
  const untied = list === undefined || lists.length > 1 ? undefined : believed(() => untieMounts(list.bytes));
  if (list === undefined || untied === undefined) return [];
  const path = `${to}/${list.name}`;
  using copy = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o644);
  writeAll(copy.number, untied.image, list.name);
  tryChangeMode(path, 0o644); // whatever our umask is
  return untied.mountPoints;
}

interface MountList {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function readLists(images: HostPath): MountList[] {
  const names = (readDirectory(images) ?? []).map(({ name }) => name).filter((name) => LIST_OF_MOUNTS.test(name));
  return names.flatMap((name) => {
    const bytes = readList(`${images}/${name}`);
    return bytes === undefined ? [] : [{ name, bytes }];
  });
}

function readList(path: string): Uint8Array | undefined {
  const opened = tryOpenRegular(path, OPEN.read);
  if (opened < 0) return undefined;
  using file = new Fd(opened);
  const bytes = tryReadAll(file.number, LARGEST);
  return typeof bytes === "number" ? undefined : bytes;
}

/** undefined for what is no list: CRIU finds fault with what is damaged. */
function believed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
