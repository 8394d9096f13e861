/** File system contexts (fsopen(2)): what the kernel says in one beside an errno, as programs do on their standard streams, and what it knows. */
import { decodeText } from "../base/text.ts";
import { Fd, tryRead } from "./fd.ts";
import { statFd } from "./file.ts";
import { cstring, syscall } from "./libc.ts";
import { SYS } from "./numbers.ts";

const FSOPEN_CLOEXEC = 1;
const FSCONFIG_SET_STRING = 1;

/** Whether file systems of `type` have a parameter `key` that takes `value`. Mounts nothing. */
export function takesParameter(type: string, key: string, value: string): boolean {
  const number = syscall(SYS.fsopen, cstring(type), FSOPEN_CLOEXEC);
  if (number < 0) return false;
  using context = new Fd(number);
  return syscall(SYS.fsconfig, context.number, FSCONFIG_SET_STRING, cstring(key), cstring(value), 0) === 0;
}

/** Lines, the oldest first. `from` is a file system context, or a pipe that whoever wrote to it has left. */
export function readWords(from: Fd): string[] {
  return statFd(from.number).kind === "fifo" ? readLines(from) : readContextLog(from);
}

function readLines(pipe: Fd): string[] {
  const buffer = new Uint8Array(65_536); // a pipe's whole
  const length = Math.max(0, tryRead(pipe.number, buffer));
  return decodeText(buffer, 0, length).split("\n");
}

/** Errors and warnings. Each read(2) takes one line: a letter for its weight, a blank, the text. */
function readContextLog(context: Fd): string[] {
  const lines: string[] = [];
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = tryRead(context.number, buffer);
    if (length <= 0) return lines; // ENODATA when there is no more, EINVAL if it is something else
    const line = decodeText(buffer, 0, length).trim();
    if (/^[ew] /.test(line)) lines.push(line.slice(2));
  }
}
