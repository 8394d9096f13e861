/**
 * Tests compare what mounts are like, and make devices: their files lie on a mount without flags, whatever the machine's /tmp is. As a tmpfs of
 * systemd's it has no devices.
 */
import { tmpdir } from "node:os";

const PLAIN = "rw,relatime";

/** The flags are those of a mount over the directory, which only the command sees. */
const SCRIPT = 'mount --bind "$0" "$0"; mount -o remount,bind,rw,suid,dev,exec,relatime "$0"; exec "$@"';

/** Words that precede a command, which then finds the directory for temporary files on such a mount; none where it is, and where nobody may mount. */
export function onPlainMount(): readonly string[] {
  const directory = tmpdir();
  const words = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", SCRIPT, directory];
  return optionsOf(directory) === PLAIN || !succeeds([...words, "true"]) ? [] : words;
}

function optionsOf(directory: string): string {
  if (Bun.which("findmnt") === null) return PLAIN;
  return Bun.spawnSync(["findmnt", "--noheadings", "--output", "VFS-OPTIONS", "--target", directory]).stdout.toString().trim();
}

function succeeds(command: string[]): boolean {
  return Bun.which("unshare") !== null && Bun.spawnSync(command, { stderr: "ignore" }).success;
}
