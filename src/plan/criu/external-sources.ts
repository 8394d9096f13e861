/** What CRIU is to take of the host when it restores: mounts that native init has made below the root, in its mount namespace. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { isWithin } from "../../base/paths.ts";
import type { CriuOptions } from "./criu-message.ts";
import type { SeenMount } from "./external-mounts.ts";

type Sources = CriuOptions["externalMounts"];

export interface StageMount extends SeenMount {
  /** Its ids are mapped. */
  readonly isMapped: boolean;
  /** It is shared, or a slave. */
  readonly isTied: boolean;
}

/** For checkpoints of runc's, which has CRIU take masks of files to be from the host. A container with a user namespace has it there. */
const NULL = { key: "/dev/null", value: "/dev/null" };

/** All of them, and for a container with a user namespace all as they are (mount-image.ts); CRIU looks for those that it has written down. One that has "]" in its name it has not (external-mounts.ts). */
export function externalSources(mounts: readonly StageMount[], rootfs: string, { hasUser }: { readonly hasUser: boolean }): Sources {
  const below = mounts.filter(({ mountPoint }) => mountPoint !== rootfs && isWithin(mountPoint, rootfs) && !mountPoint.includes("]"));
  const others = mounts.filter((mount) => mount.mountPoint !== rootfs && !below.includes(mount));
  const keyOf = (path: string): string => (rootfs === "/" ? path : path.slice(rootfs.length));
  const tied = mounts.filter((mount) => mount.isTied && isWithin(mount.mountPoint, rootfs));
  const wantsPlace = (mount: StageMount): boolean => !hasUser && sharesMaster(mount, tied);
  const sourceOf = (mount: StageMount): string => (wantsPlace(mount) ? findPlace(mount, others) : undefined) ?? mount.mountPoint;
  const sources = new Map(below.map((mount) => [keyOf(mount.mountPoint), sourceOf(mount)]));
  return [...[...sources].map(([key, value]) => ({ key, value })), ...(sources.has(NULL.key) ? [] : [NULL])];
}

/** As far as one can tell; other directories of the file system are what makes the difference. */
function sharesMaster({ device, root, isTied }: StageMount, tied: readonly StageMount[]): boolean {
  return isTied && tied.some((other) => other.device === device && other.root !== root);
}

/**
 * Of several mounts with one master CRIU ties all to the source of one of them, for which that must be a mount of the host that shows all of their
 * directories: it is given the place on the host, and not the mount. move_mount(2), MOVE_MOUNT_SET_GROUP
 */
function findPlace(mount: StageMount, others: readonly StageMount[]): string | undefined {
  if (!mount.isTied || mount.isMapped) return undefined;
  const places = others
    .filter(({ device, root }) => device === mount.device && isWithin(mount.root, root))
    .sort((a, b) => a.root.length - b.root.length)
    .map((wide) => ({ wide, path: join(wide.mountPoint, mount.root.slice(wide.root === "/" ? 0 : wide.root.length)) }));
  return places.find(({ wide, path }) => !others.some((other) => other !== wide && hides(other, wide, path)))?.path;
}

function join(directory: string, rest: string): string {
  return directory === "/" ? rest || "/" : rest === "/" ? directory : `${directory}${rest}`;
}

function hides(other: StageMount, wide: StageMount, path: string): boolean {
  return isWithin(path, other.mountPoint) && isWithin(other.mountPoint, wide.mountPoint);
}

/** Throws code "config" if there is nothing for a mount that has been written down: CRIU only knows its number. */
export function requireSources(mounts: readonly string[], sources: Sources): void {
  const there = new Set(sources.map(({ key }) => key));
  const missing = mounts.find((path) => !there.has(path));
  if (missing === undefined) return;
  throw new RuntimeError("config", `cannot restore the mount on ${JSON.stringify(missing)}: config.json mounts nothing there`, {
    pointer: "/mounts",
    hint: "the container had something of the host there when it was written down: add a mount with that destination",
  });
}

/**
 * CRIU finds sources and mount points by name, and somebody may put a link in the place of a directory meanwhile. So what it has made is compared with
 * what init had made and with what was written down, before any process goes on: `restored` are the container's mounts, `external` those of them that
 * are from the host. Throws code "integrity".
 */
export function requireSameMounts(
  {
    restored,
    external,
    written,
  }: {
    readonly restored: readonly SeenMount[];
    readonly external: readonly string[];
    readonly written: readonly Pick<SeenMount, "mountPoint">[];
  },
  { mounts, rootfs }: { readonly mounts: readonly SeenMount[]; readonly rootfs: string },
): void {
  const there = new Set(restored.map(({ mountPoint }) => mountPoint));
  const lost = written.find(({ mountPoint }) => !there.has(mountPoint));
  if (lost !== undefined) throw changed(lost.mountPoint, "it is not there");
  const fromHost = new Set(external);
  for (const { mountPoint, device, root } of restored) {
    if (!fromHost.has(mountPoint)) continue;
    const ours = mounts.filter((mount) => mount.mountPoint === (rootfs === "/" ? mountPoint : `${rootfs}${mountPoint}`));
    if (ours.length === 0 || ours.some((mount) => mount.device === device && mount.root === root)) continue;
    throw changed(mountPoint, `it shows ${JSON.stringify(root)} of file system ${device}, which is not what config.json mounts there`);
  }
}

function changed(path: string, reason: string): RuntimeError {
  return new RuntimeError("integrity", `cannot restore the mount on ${JSON.stringify(path)}: ${reason}`, {
    hint: "did somebody change the root file system, or a directory that is mounted in it, while CRIU worked?",
  });
}
