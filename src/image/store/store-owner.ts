/** Whose a store is: whoever may write to it can put links there, which root would follow. */
import { RuntimeError } from "../../base/errors.ts";
import { effectiveUid } from "../../sys/call/own-ids.ts";
import { statIfThere } from "../../sys/file/file.ts";

const WRITABLE_BY_ALL = 0o002;

/** Throws code "state" for a store to be changed that belongs to another user than root and us, or that everyone can write to. */
export function requireOwnStore(root: string): void {
  const status = statIfThere(root);
  if (status === undefined) return;
  const { uid, mode } = status;
  if (uid !== 0 && uid !== effectiveUid()) {
    throw new RuntimeError("state", `cannot use the image store ${root}: it belongs to user ${uid}`, {
      hint: "that user could make it change other files: name another directory with --image-root",
    });
  }
  if ((mode & WRITABLE_BY_ALL) === 0) return;
  throw new RuntimeError("state", `cannot use the image store ${root}: everyone can write to it`, {
    hint: `revoke that with: chmod o-w ${root}`,
  });
}
