/**
 * Owner, attributes, mode and time of what was unpacked, in the one order that works: changing the owner clears set-user-id and
 * security.capability, and everything but the time itself changes the time.
 */
import { RuntimeError } from "../../base/errors.ts";
import { ERRNO, errnoName } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import {
  type NodeKind,
  type Time,
  tryChangeMode,
  tryChangeModeAt,
  tryChangeOwner,
  tryChangeOwnerAt,
  trySetTime,
} from "../../sys/file/tree.ts";
import { trySetXattr, trySetXattrAt } from "../../sys/file/xattr.ts";
import { shown } from "../../tar/entry.ts";
import type { OverlayForm } from "./overlay-form.ts";

export interface FileAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modified: Time;
  readonly xattrs: ReadonlyMap<string, string>;
}

/** Comes from the policy of the machine, not from the image. */
export const SELINUX_LABEL = "security.selinux";

export interface AttributeOptions {
  /** How attributes are called on disk. */
  readonly form: Pick<OverlayForm, "toDisk">;
  /** "ignore": everything belongs to who unpacks. */
  readonly owners: "archive" | "ignore";
  readonly warn: (message: string) => void;
}

export class AttributeWriter {
  readonly #options: AttributeOptions;
  readonly #warned = new Set<string>();

  constructor(options: AttributeOptions) {
    this.#options = options;
  }

  /** Of an open file. */
  applyToFile(fd: number, name: string, attributes: FileAttributes): void {
    if (this.#options.owners === "archive") require0(tryChangeOwner(fd, attributes.uid, attributes.gid), "chown(2)", name);
    this.#xattrs(name, attributes, (key, value) => trySetXattr(fd, key, value));
    require0(tryChangeMode(fd, attributes.mode), "chmod(2)", name);
    require0(trySetTime(fd, null, attributes.modified), "utimensat(2)", name);
  }

  /** Of a name in the directory `at`, which the caller knows to be of that kind. */
  applyAt(at: number, file: string, kind: NodeKind, name: string, attributes: FileAttributes): void {
    if (this.#options.owners === "archive") require0(tryChangeOwnerAt(at, file, attributes.uid, attributes.gid), "chown(2)", name);
    this.#xattrs(name, attributes, (key, value) => trySetXattrAt(at, file, key, value));
    if (kind !== "link") require0(tryChangeModeAt(at, file, attributes.mode), "chmod(2)", name);
    require0(trySetTime(at, file, attributes.modified), "utimensat(2)", name);
  }

  /** Once for each kind of attribute or file. */
  warnOnce(kind: string, message: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.warn(message);
  }

  #xattrs(name: string, { xattrs }: FileAttributes, set: (key: string, value: string) => number): void {
    for (const [key, value] of xattrs) {
      if (key === SELINUX_LABEL) continue;
      const result = set(this.#options.form.toDisk(key), value);
      if (result === -ERRNO.EPERM || result === -ERRNO.EOPNOTSUPP) this.#warnOfXattr(key, name, -result);
      else require0(result, "setxattr(2)", name);
    }
  }

  #warnOfXattr(key: string, name: string, errno: number): void {
    const namespace = key.split(".")[0] ?? key;
    this.warnOnce(`xattr ${namespace}`, `attributes like ${key} of ${shown(name)} are left out: ${strerror(errno)}`);
  }
}

function require0(result: number, call: string, name: string): void {
  if (result < 0) throw unpackFailure(-result, call, name);
}

const HINTS: Readonly<Record<string, string>> = {
  "chown(2) EPERM": "without privileges, the owners in a layer have to be ignored",
  "chown(2) EINVAL": "the owner has no id in this user namespace; map more ids, or ignore the owners",
};

/** The kernel refused something about the entry `name`. */
export function unpackFailure(errno: number, call: string, name: string): RuntimeError {
  const detail = { call, errno: errnoName(errno) };
  const hint = HINTS[`${call} ${detail.errno}`];
  return new RuntimeError("kernel", `cannot unpack ${shown(name)}: ${strerror(errno)}`, hint === undefined ? detail : { ...detail, hint });
}
