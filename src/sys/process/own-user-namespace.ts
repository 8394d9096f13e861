/**
 * Files of an ordinary user that he may not read himself: an image's /etc/shadow has mode 0, and must keep it, since a container sees the modes that
 * the disk has. Root of a container reads it by CAP_DAC_OVERRIDE, and so do we, in a user namespace of our own. user_namespaces(7)
 */

import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { effectiveGid, effectiveUid } from "../call/own-ids.ts";
import { tryWriteExisting } from "../file/file.ts";

const CLONE_NEWUSER = 0x10000000;

/**
 * From here on our own files, and no others, open whatever their modes. Ids stay what they are, but those of others cannot be told any more, and
 * nothing that needs the first user namespace works. Nothing changes for root, or where the host allows no user namespaces.
 */
export function enterOwnUserNamespace(): void {
  const [uid, gid] = [effectiveUid(), effectiveGid()];
  if (uid === 0 || syscall(SYS.unshare, CLONE_NEWUSER) < 0) return;
  for (const [file, text] of [
    ["setgroups", "deny"],
    ["gid_map", `${gid} ${gid} 1`],
    ["uid_map", `${uid} ${uid} 1`],
  ]) {
    check(tryWriteExisting(`/proc/self/${file}`, text ?? ""), "write(2)", `write ${text} to /proc/self/${file}`);
  }
}
