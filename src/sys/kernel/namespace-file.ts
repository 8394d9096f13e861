/** Files that stand for namespaces. ioctl_ns(2) */
import { Fd } from "../call/fd.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { OPEN, statIfThere, tryOpen } from "../file/file.ts";

const NS_GET_NSTYPE = 0xb703;

/** The clone(2) flag of the namespace that the file at `path` stands for; 0 if it stands for none, undefined if it is not there or cannot be opened. */
export function namespaceAt(path: string): number | undefined {
  const found = statIfThere(path);
  if (found === undefined) return undefined;
  if (found.kind !== "file") return 0; // to open another file may do something, or take forever
  const opened = tryOpen(path, OPEN.read);
  if (opened < 0) return undefined;
  using fd = new Fd(opened);
  return Math.max(0, syscall(SYS.ioctl, fd.number, NS_GET_NSTYPE, 0));
}
