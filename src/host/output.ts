/**
 * The result of a command on stdout, whole, and what a person at a terminal is shown meanwhile. By write(2): the engine's own way to a file first makes it longer and then writes
 * to it, so that one opened for appending (`lamina state ID >> log`) would begin with NUL bytes.
 */
import { encodeText } from "../base/text.ts";
import { ERRNO } from "../sys/errno.ts";
import { tryWrite } from "../sys/fd.ts";
import { check } from "../sys/libc.ts";
import { poll } from "../sys/poll.ts";
import { readWindowSize } from "../sys/terminal.ts";

const STDOUT = 1;
const STDERR = 2;
const USUAL_WIDTH = 80;

/** Columns of the terminal that stderr is. undefined if it is none, or one that cannot write over a line. */
export function terminalWidth(): number | undefined {
  if (process.env.TERM === "dumb") return undefined;
  const size = readWindowSize(STDERR);
  return size && (size.width || USUAL_WIDTH);
}

/** At once. A terminal that is gone is no reason to give up what is shown on it. */
export function writeTerminal(text: string): void {
  tryWrite(STDERR, encodeText(text));
}

/** Waits where stdout is a full pipe that somebody made non-blocking. Throws when it does not take it all. */
export function writeResult(text: string): void {
  const data = encodeText(text);
  for (let at = 0; at < data.length; ) {
    const written = tryWrite(STDOUT, data.subarray(at));
    if (written === -ERRNO.EAGAIN) poll([{ fd: STDOUT, want: "write" }], -1);
    else at += check(written, "write(2)", "write the result to stdout");
  }
}
