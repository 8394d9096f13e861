/** What lamina writes down beside CRIU's images: descriptors.json as runc does, mounts.json for those who are to know what is missing. */
import { RuntimeError } from "../../base/errors.ts";
import { parseOwnJson } from "../../base/own-json.ts";
import type { HostPath } from "../../base/paths.ts";
import { byteLength } from "../../base/text.ts";
import type { SeenMount } from "../../plan/criu/external-mounts.ts";
import type { SeenIds } from "../../plan/criu/user-namespace.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { nameStream, STREAMS } from "../caller/streams.ts";

const DESCRIPTORS = "descriptors.json";
const MOUNTS = "mounts.json";
const LARGEST = 16 << 20;

export interface CheckpointFiles {
  /** What the standard streams of the container's init were. */
  readonly streams: readonly string[];
  /** Mount points of what came from the host, and all mounts; none in a checkpoint of runc's. */
  readonly external: readonly string[];
  readonly mounts: readonly WrittenMount[];
  /** Of a user namespace of the container's own. */
  readonly ids?: SeenIds | undefined;
}

export type WrittenMount = Pick<SeenMount, "mountPoint" | "flags">;

export function writeCheckpointFiles(images: HostPath, { streams, external, mounts, ids }: CheckpointFiles): void {
  const told = JSON.stringify({ external, mounts: mounts.map(({ mountPoint, flags }) => ({ mountPoint, flags })), ids });
  if (byteLength(told) > LARGEST) {
    throw new RuntimeError(
      "unsupported",
      `cannot checkpoint the container: its ${mounts.length} mounts take more than ${LARGEST} bytes to list`,
    );
  }
  replaceFile(`${images}/${DESCRIPTORS}`, JSON.stringify(streams), { mode: 0o600 });
  replaceFile(`${images}/${MOUNTS}`, told, { mode: 0o600 });
}

/** Throws code "not-found" if there is no checkpoint, "integrity" if it is damaged. */
export function readCheckpointFiles(images: HostPath): CheckpointFiles {
  const streams = readJson(`${images}/${DESCRIPTORS}`);
  if (streams === undefined) {
    throw new RuntimeError("not-found", `cannot find a checkpoint in ${images}: it has no ${DESCRIPTORS}`, {
      hint: "--image-path names the directory that checkpoint has written",
    });
  }
  const { external, mounts, ids }: Partial<Record<string, unknown>> = readJson(`${images}/${MOUNTS}`) ?? { external: [], mounts: [] };
  if (isTexts(streams) && isTexts(external) && isMounts(mounts) && isIds(ids)) return { streams, external, mounts, ids };
  throw new RuntimeError("integrity", `cannot use the checkpoint in ${images}: ${DESCRIPTORS} or ${MOUNTS} is not as lamina writes it`);
}

function readJson(path: string): object | undefined {
  const text = readTextIfThere(path, { limit: LARGEST });
  if (text === undefined) return undefined;
  const value = parseOwnJson(text);
  if (typeof value === "object" && value !== null) return value;
  throw new RuntimeError("integrity", `cannot use the checkpoint: ${path} is damaged`);
}

function isMounts(value: unknown): value is readonly WrittenMount[] {
  return Array.isArray(value) && value.every((one: Partial<WrittenMount> | null) => isTexts([one?.mountPoint, one?.flags]));
}

function isIds(value: unknown): value is SeenIds | undefined {
  const { uidMap, gidMap }: Partial<Record<string, unknown>> = value ?? { uidMap: "", gidMap: "" };
  return isTexts([uidMap, gidMap]);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && !one.includes("\0"));
}

const OF_CALLERS = /^(?:(?:pipe|socket):\[\d+\]|file\[[0-9a-f]+:[0-9a-f]+\])$/;

/**
 * What a container's init was given, and else what it has open now. A shell that is redirecting just then has something else in its place,
 * and the given ones under other numbers; CRIU finds them by name.
 */
export function readStreams(pid: number, given: readonly string[], mountIds: ReadonlySet<number>): string[] {
  return STREAMS.map((number) => {
    const name = given[number] ?? "";
    return OF_CALLERS.test(name) ? name : nameStream(pid, number, (mountId) => mountIds.has(mountId));
  });
}

/** Those of the streams that the restored process is to get from its new caller. */
export function callersStreams(streams: readonly string[]): { readonly key: string; readonly fd: number }[] {
  return streams.slice(0, STREAMS.length).flatMap((key, fd) => (OF_CALLERS.test(key) ? [{ key, fd }] : []));
}

/** Those that CRIU has to be told of when it writes the process down. */
export function outsideFiles(streams: readonly string[]): string[] {
  return [...new Set(streams.filter((name) => name.startsWith("file[")))];
}
