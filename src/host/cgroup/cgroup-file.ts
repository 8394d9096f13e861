/** The text of a file of the kernel's that may be missing, or readable to nobody. */
import { decodeText } from "../../base/text.ts";
import { Fd, tryReadAll } from "../../sys/call/fd.ts";
import { OPEN, tryOpen } from "../../sys/file/file.ts";

/** Without the newline at the end; undefined if there is nothing to read. */
export function readCgroupFile(path: string): string | undefined {
  const opened = tryOpen(path, OPEN.read);
  if (opened < 0) return undefined;
  using file = new Fd(opened);
  const read = tryReadAll(file.number);
  return typeof read === "number" ? undefined : decodeText(read).trimEnd();
}
