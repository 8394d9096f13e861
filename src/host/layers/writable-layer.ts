/**
 * A bundle's writable layer: made when it is missing, and used by one container at a time.
 *
 * With most containers no process of lamina's stays, so no lock of the kernel can stand for its use. UPPER.lock names
 * the container instead, and whoever wants the layer looks whether that one is still there and has not stopped. The
 * kernel's lock on that file is held only while it is read and written: so of two containers that want the layer one is
 * first, and a creator that is killed, at whatever moment, leaves the name of nobody or of a container that has stopped.
 */
import type { Bytes } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { parseOwnJson } from "../../base/own-json.ts";
import type { HostPath } from "../../base/paths.ts";
import { decodeText, encodeText } from "../../base/text.ts";
import { treeMark } from "../../base/tree-mark.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { isContainerId, requireContainerId } from "../../state/container-id.ts";
import { StateDirectory } from "../../state/directory.ts";
import { settleRun } from "../../state/last-run.ts";
import { readState } from "../../state/status.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, overwrite, tryReadAll } from "../../sys/call/fd.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import {
  makeDirectories,
  OPEN,
  openFile,
  statFd,
  statIfThere,
  tryMakeDirectory,
  tryOpenRegular,
  tryRemoveDirectory,
  tryUnlink,
} from "../../sys/file/file.ts";
import { lockFile } from "../../sys/file/file-lock.ts";
import { setOwnership, tryChangeMode } from "../../sys/file/ownership.ts";
import { requireNoTree } from "./whole-tree.ts";

/** One container and no other: an id may be used again, but not with the same time of creation. */
export interface LayerUser {
  /** Where its state is. */
  readonly root: HostPath;
  readonly id: string;
  readonly created: string;
}

type ClaimLayer = Extract<HostStep, { readonly op: "claimLayer" }>;
type MakeUpper = Extract<HostStep, { readonly op: "makeUpper" }>;

/** The state of `user` must be on disk before, so that others see it. Throws code "state" if the layer is in use. */
export function claimWritableLayer(step: ClaimLayer, user: LayerUser, pointer: string): void {
  askedFor({ pointer }, () => claim(step, user, pointer));
}

/** What goes wrong is told with the value of layers.json that asked for it. */
export function askedFor(detail: { readonly pointer: string; readonly hint?: string }, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, error.message, { ...detail, ...error.detail, cause: error });
  }
}

function claim({ upper }: ClaimLayer, user: LayerUser, pointer: string): void {
  const path = `${upper}.lock`;
  using file = openLock(path);
  lockFile(file, "exclusive");
  const before = readLock(file, path);
  const other = parseUser(decodeText(before));
  if (other !== undefined && isUsing(other)) throw inUse(upper, other, pointer);
  const text = JSON.stringify(user);
  const bytes = encodeText(text);
  const spaces = " ".repeat(Math.max(0, before.length - bytes.length)); // no truncation: ext4 writes such files to the disk when they are closed
  overwrite(file.number, spaces === "" ? bytes : encodeText(text + spaces), path);
}

/** Does nothing if the layer is another's by now. */
export function whileClaimed(upper: HostPath, { root, id, created }: LayerUser, action: () => void): void {
  using file = openLockIfThere(upper);
  if (file === undefined) return; // somebody has removed the bundle
  lockFile(file, "exclusive");
  const user = parseUser(decodeText(readLock(file, upper)));
  if (user?.root === root && user.id === id && user.created === created) action();
}

/** Nobody begins to use the layer while `action` runs. Throws code "state", and does nothing, if a container uses it. */
export function whileUnused(upper: HostPath, action: () => void): void {
  using file = openLockIfThere(upper);
  if (file !== undefined) {
    lockFile(file, "exclusive");
    const user = parseUser(decodeText(readLock(file, upper)));
    if (user !== undefined && isUsing(user)) {
      throw new RuntimeError("state", `container ${user.id} uses its writable layer`, {
        hint: `its state is in ${user.root}: stop it first, with lamina kill ${user.id} KILL`,
      });
    }
  }
  action();
}

/** The last container that used the layer; it may be gone. */
export function lastUserOf(upper: HostPath): LayerUser | undefined {
  using file = openLockIfThere(upper);
  return file === undefined ? undefined : parseUser(decodeText(readLock(file, upper)));
}

function openLockIfThere(upper: HostPath): Fd | undefined {
  const path = `${upper}.lock`;
  const opened = tryOpenRegular(path, OPEN.read | OPEN.noFollow);
  return opened === -ERRNO.ENOENT ? undefined : new Fd(check(opened, "open(2)", `open ${path}`));
}

function openLock(path: string): Fd {
  const flags = OPEN.readWrite | OPEN.create | OPEN.noFollow;
  const opened = tryOpenRegular(path, flags, 0o600);
  if (opened !== -ERRNO.ENOENT) return new Fd(check(opened, "open(2)", `open ${path}`));
  makeDirectories(path.slice(0, path.lastIndexOf("/")) || "/", 0o755);
  return new Fd(check(tryOpenRegular(path, flags, 0o600), "open(2)", `open ${path}`));
}

/** Bytes. It has two names and a date. */
const LARGEST_LOCK = 65536;
const USUAL_LOCK = 512;

function readLock(file: Fd, what: string): Bytes {
  const read = tryReadAll(file.number, LARGEST_LOCK, USUAL_LOCK);
  if (typeof read !== "number") return read;
  throw kernelError(-read, "read(2)", `read the lock of writable layer ${what}`);
}

function inUse(upper: HostPath, { id, root }: LayerUser, pointer: string): RuntimeError {
  return new RuntimeError("state", `cannot use writable layer ${upper}: container ${id} uses it`, {
    pointer,
    hint: `its state is in ${root}: stop it first, or give this container another directory as "upper"`,
  });
}

/** undefined for a new file, and for one whose writer died on the way: it had not come to use the layer. */
function parseUser(text: string): LayerUser | undefined {
  const value = parseOwnJson(text);
  return isUser(value) ? value : undefined;
}

function isUser(value: unknown): value is LayerUser {
  if (typeof value !== "object" || value === null || !("root" in value) || !("id" in value) || !("created" in value)) return false;
  const isPath = typeof value.root === "string" && value.root.startsWith("/");
  return isPath && typeof value.id === "string" && isContainerId(value.id) && typeof value.created === "string";
}

function isUsing({ root, id, created }: LayerUser): boolean {
  if (statIfThere(`${root}/${id}`) === undefined) return false; // mostly: an error would cost more than all the rest here
  using directory = StateDirectory.openIfThere(root, requireContainerId(id));
  if (directory === undefined) return false;
  const { record, status } = readState(directory);
  if (record?.created !== created) return false;
  return status !== "stopped" || !settleRun(directory);
}

/** For whoever has claimed the layer. */
export function makeUpper(step: MakeUpper, pointer: string): void {
  askedFor({ pointer }, () => {
    makeTop(step);
    makeDirectories(step.work, 0o700);
    forgetVolatile(step.work);
  });
}

/** The top directory of the upper layer is what the container sees as "/", so it has to look like that of the layer below. */
function makeTop({ upper, like }: MakeUpper): void {
  const made = tryMakeDirectory(upper, 0o755);
  if (made === -ERRNO.EEXIST) {
    requireNoTree(upper);
    return;
  }
  check(made, "mkdir(2)", `make writable layer ${upper}`);
  tryUnlink(treeMark(upper)); // of a tree that somebody has removed
  using directory = openFile(upper, OPEN.read | OPEN.directory | OPEN.noFollow);
  using model = openFile(like, OPEN.path | OPEN.directory);
  setOwnership(directory, statFd(model.number), upper);
}

/** The kernel refuses an upper layer that was mounted volatile before: who asked for that has accepted what a crash can do. */
function forgetVolatile(work: HostPath): void {
  const mark = `${work}/work/incompat/volatile`;
  const removed = tryRemoveDirectory(mark);
  if (removed === -ERRNO.ENOENT || removed === 0) return;
  for (const path of [`${work}/work`, `${work}/work/incompat`, mark]) tryChangeMode(path, 0o700); // the kernel gives nobody a way in
  tryUnlink(`${mark}/dirty`);
  const result = tryRemoveDirectory(mark);
  if (result !== -ERRNO.ENOENT) check(result, "rmdir(2)", `remove ${mark}`);
}
