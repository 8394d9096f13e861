/** A user without a name, home or processes, as whom root can run what must work without privileges. */
import { existsSync, readFileSync } from "node:fs";

export interface User {
  readonly id: number;
  readonly name: string;
  /** Words to put before a command. */
  readonly prefix: readonly string[];
}

const FIRST = 61_000; // between people's and systemd's dynamic users (see systemd's UIDS-GIDS)
const LAST = 61_180;

/** A user that can run `executable`, or why there is none. */
export function findUser(executable: string): User | string {
  if (Bun.which("setpriv") === null) return "setpriv (util-linux) is not installed";
  const taken = new Set([...idsOf("/etc/passwd", 2), ...idsOf("/etc/group", 2)]);
  for (let id = FIRST; id <= LAST; id++) {
    if (taken.has(id)) continue;
    const prefix = ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups", "--"];
    const isReachable = Bun.spawnSync([...prefix, "test", "-x", executable]).success;
    return isReachable
      ? { id, name: `user${id}`, prefix }
      : `a user cannot reach ${executable}: the project lies below a directory that others cannot enter`;
  }
  return `no free user id from ${FIRST} to ${LAST}`;
}

function idsOf(path: string, column: number): number[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) => Number(line.split(":")[column]));
}
