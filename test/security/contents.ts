/** Everything in a host directory, to compare two snapshots of it. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

/** One line per entry: name, mode, owner, inode, and the content of a file or link. The probe is left out: tests share it. */
export function contents(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name !== "probe")
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) return `${path} -> ${readlinkSync(path)}`;
      const { mode, uid, gid, ino } = statSync(path);
      return `${path} ${mode.toString(8)} ${uid}:${gid} #${ino} ${entry.isFile() ? readFileSync(path, "utf8") : ""}`;
    })
    .sort();
}
