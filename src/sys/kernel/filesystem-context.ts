/** File system contexts (fsopen(2)): what the kernel says in one beside an errno, as programs do on their standard streams, and what it knows. */
import { decodeText } from "../../base/text.ts";
import { AT_FDCWD } from "../call/at-flags.ts";
import { Fd, tryRead } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";
import { kindOfAnonymous } from "../file/anonymous-file.ts";
import { OPEN, statFd, tryOpen } from "../file/file.ts";

const FSOPEN_CLOEXEC = 1;
const FSPICK_CLOEXEC = 1;
const FSCONFIG_SET_FLAG = 0;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_CMD_RECONFIGURE = 7;

/** Whether file systems of `type` have a parameter `key` that takes `value`. Mounts nothing. */
export function takesParameter(type: string, key: string, value: string): boolean {
  const number = syscall(SYS.fsopen, cstring(type), FSOPEN_CLOEXEC);
  if (number < 0) return false;
  using context = new Fd(number);
  return syscall(SYS.fsconfig, context.number, FSCONFIG_SET_STRING, cstring(key), cstring(value), 0) === 0;
}

/** Gives the file system that is mounted at `path` these options, which take no value, and no others. Leaves the mount alone. fspick(2) */
export function reconfigure(path: string, options: readonly string[]): void {
  const doing = `reconfigure the file system at ${path}`;
  using context = new Fd(check(syscall(SYS.fspick, AT_FDCWD, cstring(path), FSPICK_CLOEXEC), "fspick(2)", doing));
  const configure = (command: number, key: ReturnType<typeof cstring> | 0): number =>
    check(syscall(SYS.fsconfig, context.number, command, key, 0, 0), "fsconfig(2)", doing);
  for (const option of options) configure(FSCONFIG_SET_FLAG, cstring(option));
  configure(FSCONFIG_CMD_RECONFIGURE, 0);
}

/**
 * Lines, the oldest first. `from` is a file system context, or a pipe that whoever wrote to it has left; from anything else nothing is
 * read, and never more than either of them holds: it may come from somebody who has taken init over, and writes on.
 */
export function readWords(from: Fd): string[] {
  if (statFd(from.number).kind === "fifo") return readLines(from);
  return kindOfAnonymous(from) === "fscontext" ? readContextLog(from) : [];
}

/** Opened anew, so that nobody else can make it wait for a writer. */
function readLines(pipe: Fd): string[] {
  const opened = tryOpen(`/proc/self/fd/${pipe.number}`, OPEN.read | OPEN.nonBlock);
  if (opened < 0) return [];
  using reading = new Fd(opened);
  const buffer = new Uint8Array(65_536); // a pipe's whole
  const length = Math.max(0, tryRead(reading.number, buffer));
  return decodeText(buffer, 0, length).split("\n");
}

/** So many lines are kept by the kernel (struct fc_log). */
const LOG_LINES = 8;

/** Errors and warnings. Each read(2) takes one line: a letter for its weight, a blank, the text. */
function readContextLog(context: Fd): string[] {
  const lines: string[] = [];
  const buffer = new Uint8Array(4096);
  for (let i = 0; i < LOG_LINES; i++) {
    const length = tryRead(context.number, buffer);
    if (length <= 0) break; // ENODATA when there is no more
    const line = decodeText(buffer, 0, length).trim();
    if (/^[ew] /.test(line)) lines.push(line.slice(2));
  }
  return lines;
}
