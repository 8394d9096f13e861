/** What CRIU takes of the host when it restores: the mounts that native init has made below the root, in its mount namespace. */

import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, isWithin } from "../../base/paths.ts";
import type { CriuOptions } from "../../plan/criu/criu-message.ts";
import { readMounts } from "../facts/mount-table.ts";

/** For checkpoints of runc's, which has CRIU take masks of files to be from the host. */
const NULL = { key: "/dev/null", value: "/dev/null" };

/** All of them; CRIU looks for those that it has written down. One that has "]" in its name it has not (plan/criu/external-mounts.ts). */
export function externalSources(stage: number, rootfs: HostPath): CriuOptions["externalMounts"] {
  const below = readMounts(stage)
    .map(({ mountPoint }) => mountPoint)
    .filter((path) => path !== rootfs && isWithin(path, rootfs) && !path.includes("]"));
  return [...new Set(below)]
    .map((path) => ({ key: rootfs === "/" ? path : path.slice(rootfs.length), value: path as string }))
    .concat(NULL);
}

/** Throws code "config" if there is nothing for a mount that has been written down: CRIU only knows its number. */
export function requireSources(mounts: readonly string[], sources: CriuOptions["externalMounts"]): void {
  const there = new Set(sources.map(({ key }) => key));
  const missing = mounts.find((path) => !there.has(path));
  if (missing === undefined) return;
  throw new RuntimeError("config", `cannot restore the mount on ${JSON.stringify(missing)}: config.json mounts nothing there`, {
    pointer: "/mounts",
    hint: "the container had something of the host there when it was written down: add a mount with that destination",
  });
}
