/**
 * The directory of all containers. Its content is trusted (it names hooks to run and processes to kill), so nobody else may
 * have put it there.
 */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import { effectiveUid } from "../sys/call/own-ids.ts";
import { type FileStatus, statIfThere } from "../sys/file/file.ts";

const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** Throws code "state" for a root that another user made or that anyone can write to. One that does not exist is fine. */
export function requireOwnRoot(root: HostPath): void {
  const status = statIfThere(root, false);
  if (status === undefined) return;
  requireNotPlanted(root, status);
  const { mode } = (status.kind === "link" ? statIfThere(root) : status) ?? { mode: 0 };
  if ((mode & (WRITABLE_BY_ALL | STICKY)) !== WRITABLE_BY_ALL) return;
  throw new RuntimeError("state", `cannot use the state directory ${root}: everyone can write to it`, {
    hint: `revoke that with: chmod o-w ${root}`,
  });
}

/** For a root that the caller named: if it does not exist, that is a mistake and not merely a host without containers. */
export function requireExistingRoot(root: HostPath): void {
  if (statIfThere(root) !== undefined) return;
  throw new RuntimeError("not-found", `open ${root}: no such file or directory`, {
    hint: "it is made when the first container is created",
  });
}

/** Where anyone can make directories, as in /tmp, only our own and root's are trusted. */
export function requireNotPlanted(path: HostPath, { uid }: FileStatus): void {
  if (uid === 0 || uid === effectiveUid()) return;
  const parent = statIfThere(path.slice(0, path.lastIndexOf("/")) || "/");
  if (((parent?.mode ?? 0) & WRITABLE_BY_ALL) === 0) return;
  throw new RuntimeError("state", `cannot use the state directory ${path}: it belongs to user ${uid}`, {
    hint: "anyone could have put it there: name another directory with --root, or set XDG_RUNTIME_DIR",
  });
}
