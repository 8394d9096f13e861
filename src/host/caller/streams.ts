/** The standard streams of a process, in the words of proc(5) and of CRIU. */
import { readLink, readTextIfThere } from "../../sys/file/file.ts";

export const STREAMS = [0, 1, 2] as const;

/** `pipe:[7]`, `socket:[8]`, `file[1b:2c]` for a file on a mount that is not the container's, else its path; "" if there is none. */
export function nameStream(process: number | "self", number: number, isInside: (mountId: number) => boolean): string {
  const name = readLink(`/proc/${process}/fd/${number}`) ?? "";
  if (!name.startsWith("/") || name.startsWith("/dev/")) return name;
  const info = readTextIfThere(`/proc/${process}/fdinfo/${number}`) ?? "";
  const [mount = Number.NaN, inode = Number.NaN] = ["mnt_id", "ino"].map((key) => numberOf(info, key));
  return Number.isNaN(inode) || isInside(mount) ? name : `file[${mount.toString(16)}:${inode.toString(16)}]`;
}

function numberOf(info: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)$`, "m").exec(info)?.[1] ?? Number.NaN);
}

/** What a container without a terminal of its own is given. */
export function ownStreams(): string[] {
  return STREAMS.map((number) => nameStream("self", number, () => false));
}
