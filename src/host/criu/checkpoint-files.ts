/** What lamina writes down beside CRIU's images: descriptors.json as runc does, mounts.json for those who are to know what is missing. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { readLink, readTextIfThere } from "../../sys/file/file.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";

const DESCRIPTORS = "descriptors.json";
const MOUNTS = "mounts.json";
const LARGEST = 1 << 20;

export interface CheckpointFiles {
  /** What the standard streams of the container's init were. */
  readonly streams: readonly string[];
  /** Mount points, those of what came from the host, and all; none in a checkpoint of runc's. */
  readonly external: readonly string[];
  readonly mounts: readonly string[];
}

export function writeCheckpointFiles(images: HostPath, { streams, external, mounts }: CheckpointFiles): void {
  replaceFile(`${images}/${DESCRIPTORS}`, JSON.stringify(streams), { mode: 0o600 });
  replaceFile(`${images}/${MOUNTS}`, JSON.stringify({ external, mounts }), { mode: 0o600 });
}

/** Throws code "not-found" if there is no checkpoint, "integrity" if it is damaged. */
export function readCheckpointFiles(images: HostPath): CheckpointFiles {
  const streams = readJson(`${images}/${DESCRIPTORS}`);
  if (streams === undefined) {
    throw new RuntimeError("not-found", `cannot find a checkpoint in ${images}: it has no ${DESCRIPTORS}`, {
      hint: "--image-path names the directory that checkpoint has written",
    });
  }
  const { external, mounts }: Partial<Record<string, unknown>> = readJson(`${images}/${MOUNTS}`) ?? { external: [], mounts: [] };
  if (isTexts(streams) && isTexts(external) && isTexts(mounts)) return { streams, external, mounts };
  throw new RuntimeError("integrity", `cannot use the checkpoint in ${images}: ${DESCRIPTORS} or ${MOUNTS} is not as lamina writes it`);
}

function readJson(path: string): object | undefined {
  const text = readTextIfThere(path, { limit: LARGEST });
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RuntimeError("integrity", `cannot use the checkpoint: ${path} is damaged`);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && !one.includes("\0"));
}

const STREAMS = [0, 1, 2];

/**
 * `pipe:[7]`, `socket:[8]`, `file[1b:2c]` for a file that no mount of the container has, else its path. It is what the process has open now,
 * which is what it was given unless it has put something else in its place.
 */
export function readStreams(pid: number, mountIds: ReadonlySet<number>): string[] {
  return STREAMS.map((number) => {
    const name = readLink(`/proc/${pid}/fd/${number}`) ?? "";
    const info = readTextIfThere(`/proc/${pid}/fdinfo/${number}`) ?? "";
    const [mount, inode] = ["mnt_id", "ino"].map((key) => Number(new RegExp(`^${key}:\\s*(\\d+)$`, "m").exec(info)?.[1] ?? Number.NaN));
    const isOutside = name.startsWith("/") && !name.startsWith("/dev/") && mount !== undefined && !mountIds.has(mount);
    return isOutside && inode !== undefined && !Number.isNaN(inode) ? `file[${mount.toString(16)}:${inode.toString(16)}]` : name;
  });
}

const OF_CALLERS = /^(?:(?:pipe|socket):\[\d+\]|file\[[0-9a-f]+:[0-9a-f]+\])$/;

/** Those of the streams that the restored process is to get from its new caller. */
export function callersStreams(streams: readonly string[]): { readonly key: string; readonly fd: number }[] {
  return streams.slice(0, STREAMS.length).flatMap((key, fd) => (OF_CALLERS.test(key) ? [{ key, fd }] : []));
}

/** Those that CRIU has to be told of when it writes the process down. */
export function outsideFiles(streams: readonly string[]): string[] {
  return [...new Set(streams.filter((name) => name.startsWith("file[")))];
}
