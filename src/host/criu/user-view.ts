/**
 * What CRIU needs for a container with a user namespace, besides what it needs for any: it works there as the container's root, whom the kernel
 * neither lets into directories of the host's root, nor clone a mount without those that lie on it.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, isWithin } from "../../base/paths.ts";
import type { CriuOptions } from "../../plan/criu/criu-message.ts";
import type { StageMount } from "../../plan/criu/external-sources.ts";
import { hasUserNamespace, ownerInside } from "../../plan/criu/user-namespace.ts";
import type { Spec } from "../../spec/types.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, statFd, statIfThere, tryMakeDirectory } from "../../sys/file/file.ts";
import { giveFile } from "../../sys/file/ownership.ts";
import { attachMount, cloneMount, mountOverlay, mountTmpfs } from "../../sys/kernel/mount.ts";
import { isTerminal } from "../../sys/process/stdio.ts";
import { PARENT, type Places } from "./criu-options.ts";
import { writeUntied } from "./mount-lists.ts";

type Sources = CriuOptions["externalMounts"];

/** Where CRIU finds everything. */
export interface View {
  readonly root: HostPath;
  readonly sources: Sources;
  readonly places: Places;
  /** Mounts that CRIU does not tie to the host's, by the name that the container has for them. */
  readonly untied: ReadonlyMap<string, Fd>;
}

interface Stage extends Pick<View, "sources" | "places"> {
  readonly mounts: readonly StageMount[];
  readonly rootfs: HostPath;
  /** A directory of lamina's. */
  readonly directory: HostPath;
}

/** To be called in the mount namespace of native init. What is opened belongs to `stack`. */
export function showToUser({ mounts, rootfs, directory, sources, places }: Stage, stack: DisposableStack): View {
  const { images, mountPoints } = showImages(places, directory);
  stack.use(images);
  const shown = showMounts(mounts, rootfs, stack);
  const tied = new Set(mounts.filter(({ isTied }) => isTied).map(({ mountPoint }) => mountPoint));
  const untied = new Map<string, Fd>();
  for (const name of mountPoints) {
    const one = shown.get(`${rootfs}${name}`);
    if (one !== undefined && tied.has(`${rootfs}${name}`)) untied.set(name, one.mount);
  }
  return {
    root: shown.get(rootfs)?.place ?? rootfs,
    sources: sources.map(({ key, value }) => ({ key, value: shown.get(value)?.place ?? value })),
    places: { ...places, images, work: places.work ?? places.images },
    untied,
  };
}

interface ShownMount {
  readonly place: HostPath;
  readonly mount: Fd;
}

/** Every mount below the rootfs by itself, and the root, in a tmpfs that covers the rootfs: its path is one that the container's root can walk. */
function showMounts(mounts: readonly StageMount[], rootfs: HostPath, stack: DisposableStack): ReadonlyMap<string, ShownMount> {
  if (rootfs === "/") {
    throw new RuntimeError("unsupported", "cannot restore a container with a user namespace whose root is the host's", {
      pointer: "/root/path",
    });
  }
  const below = mounts.filter(({ mountPoint }) => mountPoint !== rootfs && isWithin(mountPoint, rootfs));
  const paths = [rootfs, ...new Set(below.map(({ mountPoint }) => mountPoint as HostPath))];
  const shown = paths.map((path, i): [string, ShownMount] => [
    path,
    { place: `${rootfs}/${i}` as HostPath, mount: stack.use(cloneMount(path)) },
  ]);
  mountTmpfs(rootfs);
  for (const [, { place, mount }] of shown) {
    makeMountPoint(place, statFd(mount.number).kind === "directory");
    attachMount(mount, place);
  }
  return new Map(shown);
}

function makeMountPoint(path: HostPath, isDirectory: boolean): void {
  if (isDirectory) check(tryMakeDirectory(path, 0o755), "mkdir(2)", `create ${path}`);
  else openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o644).close();
}

interface ShownImages {
  readonly images: Fd;
  readonly mountPoints: readonly string[];
}

/**
 * The images as the container's root may read them, though their directory is for its owner alone: below a directory of everybody's in one overlay,
 * which has the other's mode, and the list of mounts from there. It is mounted on `place`.
 */
function showImages({ path, images }: Places, place: HostPath): ShownImages {
  if (statIfThere(`${path}/${PARENT}`, false) !== undefined) {
    const reason = "it continues an earlier dump, and the container has a user namespace";
    throw new RuntimeError("unsupported", `cannot restore from ${path}: ${reason}`, { hint: "make a checkpoint without --parent-path" });
  }
  mountTmpfs(place);
  const mountPoints = writeUntied(path, place);
  using top = openFile(place, OPEN.path | OPEN.directory);
  mountOverlay([top, images], place);
  return { images: openFile(place, OPEN.read | OPEN.directory), mountPoints };
}

/**
 * CRIU opens streams that it is given once more, as the container's root. Until it has, they belong to that; then their owner must have them back, or the
 * container could open for writing what it was given to read.
 */
export function lendStreams(streams: readonly { readonly fd: number }[], spec: Spec): Disposable {
  const owners = new Map<number, number>();
  for (const { fd } of hasUserNamespace(spec) ? streams : []) {
    const status = statFd(fd);
    const { kind } = status;
    const isGiven = kind === "character" ? isTerminal(fd) : kind !== "block" && kind !== "directory";
    const uid = isGiven ? ownerInside(spec, status) : undefined;
    if (uid === undefined) continue;
    giveFile(fd, uid, `stream ${fd}`);
    owners.set(fd, status.uid);
  }
  return {
    [Symbol.dispose]: () => {
      for (const [fd, uid] of owners) giveFile(fd, uid, `stream ${fd}`);
      owners.clear();
    },
  };
}
