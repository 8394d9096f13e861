/** Whether a failure to read tells that what was read is damaged. Else it cannot be read now, or by us, and nobody knows. */
import type { RuntimeError } from "../../base/errors.ts";

/** What is not there, is of another kind, or cannot be had from the disk. errno(3) */
const OF_DAMAGE: ReadonlySet<string | undefined> = new Set("ENOENT ENOTDIR EISDIR ELOOP ENXIO EIO EUCLEAN EBADMSG".split(" "));

export function tellsOfDamage({ code, detail }: RuntimeError): boolean {
  return code === "integrity" || code === "not-found" || OF_DAMAGE.has(detail.errno);
}
