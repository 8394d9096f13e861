/**
 * One member of a tar archive, and what is said when it cannot be read. Pure.
 *
 * Names, link targets and attributes are byte strings, one character for each byte: a tar knows no character set.
 */
import { latin1Bytes } from "../base/bytes.ts";
import { RuntimeError } from "../base/errors.ts";
import { decodeText } from "../base/text.ts";
import { lengthOf, type Segment } from "./sparse.ts";

export type TarKind = "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo";

export interface TarEntry {
  /** As the archive has it: perhaps absolute, with "..", or with a slash at its end. */
  readonly name: string;
  readonly kind: TarKind;
  /** Permission bits with set-user-id, set-group-id and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file's content, holes included; 0 for all others. */
  readonly size: number;
  /** Where the content has data, if it has holes; see sparse.ts. */
  readonly sparse?: readonly Segment[];
  readonly modified: { readonly seconds: number; readonly nanoseconds: number };
  /** Of links, else "". */
  readonly linkName: string;
  /** Of character and block devices. */
  readonly device: { readonly major: number; readonly minor: number };
  readonly xattrs: ReadonlyMap<string, string>;
}

/** Of what has no extended attributes. */
export const NO_XATTRS: ReadonlyMap<string, string> = new Map();

/** Bytes of content in the archive. */
export function dataSize({ size, sparse }: Pick<TarEntry, "size" | "sparse">): number {
  return sparse === undefined ? size : lengthOf(sparse);
}

/** Code "integrity": the archive is damaged or malicious. Names the entry when there is one. */
export function damaged(reason: string, name?: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read ${name === undefined ? "the archive" : `archive entry ${shown(name)}`}: ${reason}`);
}

/** Code "unsupported": the archive is sound. */
export function unsupported(reason: string, name: string): RuntimeError {
  return new RuntimeError("unsupported", `cannot read archive entry ${shown(name)}: ${reason}`);
}

const LONGEST_SHOWN = 200;

/** A byte string for people, quoted, shortened. */
export function shown(name: string): string {
  const text = decodeText(latin1Bytes(name));
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}
