/**
 * What the engine under this program changes about the process before our first line runs, as far as a container would inherit it. With an
 * engine that changes nothing this file goes, and `openFiles` with it.
 *
 * Bun raises its own soft limit of open files to the hard one, and keeps the old value nowhere: not in its memory, and the kernel has
 * only the new one. So it is guessed.
 */
import { parentPid } from "./own-ids.ts";
import { readLimit } from "./process.ts";

const RLIMIT_NOFILE = 7;

/**
 * The limit of open files that this process was started with; undefined if it is still the same. The parent's, unless the parent has
 * another hard limit: then somebody has set ours for us alone, and ours counts. Wrong where only the soft limit was set for us alone: by
 * prlimit(1), or by a shell that executes us in its own place.
 */
export function limitBeforeEngine(): { readonly soft: bigint; readonly hard: bigint } | undefined {
  const own = readLimit(0, RLIMIT_NOFILE);
  const parent = readLimit(parentPid(), RLIMIT_NOFILE);
  if (own === undefined || parent === undefined || own.soft !== own.hard) return undefined;
  return parent.hard === own.hard && parent.soft !== own.soft ? parent : undefined;
}
