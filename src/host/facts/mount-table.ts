/** /proc/self/mountinfo, or that of another process, as data. proc_pid_mountinfo(5). */
import { type HostPath, isWithin } from "../../base/paths.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { readText } from "../../sys/file/file.ts";

export interface Mount {
  readonly id: number;
  /** Of the mount that it is mounted on. */
  readonly parentId: number;
  /** The file system, `major:minor`. */
  readonly device: string;
  /** The directory of the file system that is mounted. */
  readonly root: HostPath;
  readonly mountPoint: HostPath;
  /** Of the mount and not of the file system, separated by commas. */
  readonly flags: string;
  readonly isReadonly: boolean;
  readonly isMapped: boolean;
  /** Mounts below it appear at other places too, or those at others appear here. */
  readonly isTied: boolean;
  /** What is mounted on it appears at other places too. */
  readonly isShared: boolean;
  readonly type: string;
  /** Separated by commas. */
  readonly superOptions: string;
}

/** Those of a process's mount namespace below its root, as that names them; in the order in which they were mounted. */
export function readMounts(process: number | "self" = "self"): Mount[] {
  return parseMounts(readText(`/proc/${process}/mountinfo`));
}

export function parseMounts(text: string): Mount[] {
  return text.trimEnd().split("\n").map(parseMount);
}

/** "shared:N" and the like, up to a hyphen. */
const FIRST_TIE = 6;

function parseMount(line: string): Mount {
  const fields = line.split(" ");
  const options = fields[5] ?? "";
  let separator = FIRST_TIE;
  let isTied = false;
  let isShared = false;
  for (; separator < fields.length && fields[separator] !== "-"; separator++) {
    isTied ||= fields[separator] !== "unbindable";
    isShared ||= fields[separator]?.startsWith("shared:") === true;
  }
  return {
    id: Number(fields[0]),
    parentId: Number(fields[1]),
    device: fields[2] ?? "",
    root: unescapePath(fields[3] ?? "/"),
    mountPoint: unescapePath(fields[4] ?? "/"),
    flags: options,
    isReadonly: options === "ro" || options.startsWith("ro,"), // which this or "rw" always is
    isMapped: options.includes("idmapped"),
    isTied,
    isShared,
    type: fields[separator + 1] ?? "",
    superOptions: fields[separator + 3] ?? "",
  };
}

/** Blank, tab, newline and backslash are written as three octal digits. */
function unescapePath(text: string): HostPath {
  if (!text.includes("\\")) return text as HostPath;
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))) as HostPath;
}

/**
 * The mount that shows `path`: of the longest mount point above it the mount on which no other one is. That need not be the
 * last of the list, since what spreads from a shared mount slips in below what is there.
 */
export function mountOf(path: HostPath, mounts: readonly Mount[]): Mount | undefined {
  let stack: Mount[] = [];
  let longest = 0;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    if (mountPoint.length < longest || !isWithin(path, mountPoint)) continue;
    if (mountPoint.length > longest) stack = [];
    longest = mountPoint.length;
    stack.push(mount);
  }
  return stack.find(({ id }) => !stack.some((other) => other.parentId === id && other.id !== id));
}

/** By procfs, which asks no file system; in our own mount namespace. proc_pid_fdinfo(5) */
export function mountIdOf(file: Fd): number {
  return Number(/^mnt_id:\s*(\d+)$/m.exec(readText(`/proc/self/fdinfo/${file.number}`))?.[1]);
}
