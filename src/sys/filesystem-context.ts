/** What is said beside an errno: by the kernel in a file system context (fsopen(2)), by a program on its standard streams. */
import type { Fd } from "./fd.ts";
import { tryRead } from "./fd.ts";
import { statFd } from "./file.ts";

/** Lines, the oldest first. `from` is a file system context, or a pipe that whoever wrote to it has left. */
export function readWords(from: Fd): string[] {
  return statFd(from.number).kind === "fifo" ? readLines(from) : readContextLog(from);
}

function readLines(pipe: Fd): string[] {
  const buffer = Buffer.alloc(65_536); // a pipe's whole
  const length = Math.max(0, tryRead(pipe.number, buffer));
  return buffer.toString("utf8", 0, length).split("\n");
}

/** Errors and warnings. Each read(2) takes one line: a letter for its weight, a blank, the text. */
function readContextLog(context: Fd): string[] {
  const lines: string[] = [];
  const buffer = Buffer.alloc(4096);
  for (;;) {
    const length = tryRead(context.number, buffer);
    if (length <= 0) return lines; // ENODATA when there is no more, EINVAL if it is something else
    const line = buffer.toString("utf8", 0, length).trim();
    if (/^[ew] /.test(line)) lines.push(line.slice(2));
  }
}
