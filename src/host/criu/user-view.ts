/**
 * What CRIU needs for a container with a user namespace, besides what it needs for any: it works there as the container's root, whom the kernel
 * neither lets into directories of the host's root, nor clone a mount without those that lie on it.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, isWithin } from "../../base/paths.ts";
import type { CriuOptions } from "../../plan/criu/criu-message.ts";
import type { StageMount } from "../../plan/criu/external-sources.ts";
import { ownerInside } from "../../plan/criu/user-namespace.ts";
import type { Spec } from "../../spec/types.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, statFd, statIfThere, tryMakeDirectory } from "../../sys/file/file.ts";
import { giveFile } from "../../sys/file/ownership.ts";
import { attachMount, cloneMount, mountOverlay, mountTmpfs } from "../../sys/kernel/mount.ts";
import { isTerminal } from "../../sys/process/stdio.ts";
import { PARENT, type Places } from "./criu-options.ts";

type Sources = CriuOptions["externalMounts"];

/** Where CRIU finds everything. */
export interface View {
  readonly root: HostPath;
  readonly sources: Sources;
  readonly places: Places;
}

interface Stage extends Omit<View, "root"> {
  readonly mounts: readonly StageMount[];
  readonly rootfs: HostPath;
  /** A directory of lamina's. */
  readonly directory: HostPath;
}

/** To be called in the mount namespace of native init. The images are to be closed. */
export function showToUser({ mounts, rootfs, directory, sources, places }: Stage): View {
  const images = openImages(places, directory);
  return { ...showMounts(mounts, rootfs, sources), places: { ...places, images, work: places.work ?? places.images } };
}

/**
 * Every mount below the rootfs by itself, and the root, in a tmpfs that covers the rootfs: its path is one that the container's root can
 * walk.
 */
function showMounts(mounts: readonly StageMount[], rootfs: HostPath, sources: Sources): Omit<View, "places"> {
  if (rootfs === "/") {
    throw new RuntimeError("unsupported", "cannot restore a container with a user namespace whose root is the host's", {
      pointer: "/root/path",
    });
  }
  using stack = new DisposableStack();
  const below = mounts.filter(({ mountPoint }) => mountPoint !== rootfs && isWithin(mountPoint, rootfs));
  const paths = [rootfs, ...new Set(below.map(({ mountPoint }) => mountPoint as HostPath))];
  const shown = paths.map((path, i) => ({ path, place: `${rootfs}/${i}` as HostPath, mount: stack.use(cloneMount(path)) }));
  mountTmpfs(rootfs);
  for (const { place, mount } of shown) {
    makeMountPoint(place, statFd(mount.number).kind === "directory");
    attachMount(mount, place);
  }
  const places = new Map<string, string>(shown.map(({ path, place }) => [path, place]));
  return { root: `${rootfs}/0` as HostPath, sources: sources.map(({ key, value }) => ({ key, value: places.get(value) ?? value })) };
}

function makeMountPoint(path: HostPath, isDirectory: boolean): void {
  if (isDirectory) check(tryMakeDirectory(path, 0o755), "mkdir(2)", `create ${path}`);
  else openFile(path, OPEN.write | OPEN.create | OPEN.exclusive, 0o644).close();
}

const OTHERS_ENTER = 0o005;

/**
 * The images as the container's root may read them, though their directory is for its owner alone: below an empty directory in one overlay, which has
 * the other's mode; it is mounted on `place`.
 */
function openImages({ path, images }: Places, place: HostPath): Fd {
  if ((statFd(images.number).mode & OTHERS_ENTER) === OTHERS_ENTER) return openFile(path, OPEN.read | OPEN.directory);
  if (statIfThere(`${path}/${PARENT}`, false) !== undefined) {
    const reason = "it continues an earlier dump, and the container's root may not enter it";
    throw new RuntimeError("unsupported", `cannot restore from ${path}: ${reason}`, { hint: "let everybody read both directories" });
  }
  mountTmpfs(place);
  using top = openFile(place, OPEN.path | OPEN.directory);
  mountOverlay([top, images], place);
  return openFile(place, OPEN.read | OPEN.directory);
}

/** CRIU opens streams that it is given once more, as the container's root. */
export function giveStreams(streams: readonly { readonly fd: number }[], spec: Spec): void {
  for (const { fd } of streams) {
    const status = statFd(fd);
    const { kind } = status;
    const isGiven = kind === "character" ? isTerminal(fd) : kind !== "block" && kind !== "directory";
    const uid = isGiven ? ownerInside(spec, status) : undefined;
    if (uid !== undefined) giveFile(fd, uid, `stream ${fd}`);
  }
}
