/** What the kernel says in a file system context (fsopen(2)) beside an errno. */
import type { Fd } from "./fd.ts";
import { tryRead } from "./fd.ts";

/** Errors and warnings, the oldest first. Each read(2) takes one line: a letter for its weight, a blank, the text. */
export function readContextLog(context: Fd): string[] {
  const lines: string[] = [];
  const buffer = Buffer.alloc(4096);
  for (;;) {
    const length = tryRead(context.number, buffer);
    if (length <= 0) return lines; // ENODATA when there is no more, EINVAL if it is something else
    const line = buffer.toString("utf8", 0, length).trim();
    if (/^[ew] /.test(line)) lines.push(line.slice(2));
  }
}
