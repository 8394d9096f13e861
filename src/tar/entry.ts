/**
 * One member of a tar archive, and how much of an archive may be asked for. Pure.
 *
 * Names, link targets and attributes are byte strings, one character for each byte: a tar knows no character set.
 */
import { RuntimeError } from "../base/errors.ts";

export type TarKind = "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo";

export interface TarEntry {
  /** As the archive has it: perhaps absolute, with "..", or with a slash at its end. */
  readonly name: string;
  readonly kind: TarKind;
  /** Permission bits with set-user-id, set-group-id and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow; 0 for all but files. */
  readonly size: number;
  readonly modified: { readonly seconds: number; readonly nanoseconds: number };
  /** Of links, else "". */
  readonly linkName: string;
  /** Of character and block devices. */
  readonly device: { readonly major: number; readonly minor: number };
  readonly xattrs: ReadonlyMap<string, string>;
}

export interface TarLimits {
  readonly entries: number;
  /** Content of all files together. */
  readonly bytes: number;
  /** Of one name or link target. */
  readonly pathBytes: number;
  readonly componentBytes: number;
  readonly depth: number;
  /** One extended header. Attributes of 64 KiB each go into one. */
  readonly headerBytes: number;
}

export const DEFAULT_LIMITS: TarLimits = {
  entries: 5_000_000,
  bytes: 2 ** 38,
  pathBytes: 4095,
  componentBytes: 255,
  depth: 1024,
  headerBytes: 1024 * 1024,
};

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
  const text = Buffer.from(name, "latin1").toString();
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

/** Throws when a name is longer or deeper than the limits. */
export function requireWithinLimits(name: string, path: string, limits: TarLimits): void {
  if (path.length > limits.pathBytes) throw damaged(`a path of ${path.length} bytes; at most ${limits.pathBytes} are accepted`, name);
  if (path.length <= limits.componentBytes && path.length < 2 * limits.depth) return; // cannot exceed the others
  const parts = path.split("/");
  const longest = Math.max(...parts.map((part) => part.length));
  if (longest > limits.componentBytes) throw damaged(`a name of ${longest} bytes; at most ${limits.componentBytes} are accepted`, name);
  if (parts.length > limits.depth) throw damaged(`${parts.length} directories deep; at most ${limits.depth} are accepted`, name);
}
