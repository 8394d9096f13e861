/** Session keyrings, which a child has from its parent: keyrings(7), keyctl(2). */
import { check, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const KEYCTL = { getId: 0, join: 1, chown: 4, setPermissions: 5, link: 8, unlink: 9 } as const;
const SESSION = -3;
const PROCESS = -2;
/** Everything for who possesses it, nothing for anybody else: KEY_POS_ALL. */
const POSSESSOR_ONLY = 0x3f00_0000;

/** Ids of ours. */
export interface KeyringOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Does `action`, such as starting a child, in a new session keyring with nothing in it, which only its possessor may use. It counts as one of the owner's
 * keys. Nobody can go back to an old one: afterwards ours is another new one in which it is. One that has been revoked or may not be linked is lost.
 */
export function whileInNewSession<T>({ uid, gid }: KeyringOwner, action: () => T): T {
  const ours = syscall(SYS.keyctl, KEYCTL.getId, SESSION, 0);
  const isKept = ours > 0 && syscall(SYS.keyctl, KEYCTL.link, ours, PROCESS) >= 0; // possessed as long as it is in one of them
  const made = joinNew();
  check(syscall(SYS.keyctl, KEYCTL.chown, made, uid, gid), "keyctl(2)", `give a session keyring to ${uid}:${gid}`);
  check(syscall(SYS.keyctl, KEYCTL.setPermissions, made, POSSESSOR_ONLY), "keyctl(2)", "keep others away from a session keyring");
  try {
    return action();
  } finally {
    joinNew();
    if (isKept) {
      check(syscall(SYS.keyctl, KEYCTL.link, ours, SESSION), "keyctl(2)", "keep our keys");
      check(syscall(SYS.keyctl, KEYCTL.unlink, ours, PROCESS), "keyctl(2)", "keep our keys");
    }
  }
}

/** Without a name, by which others could find it. */
function joinNew(): number {
  return check(syscall(SYS.keyctl, KEYCTL.join, null), "keyctl(2)", "make a session keyring");
}
