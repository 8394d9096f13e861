/**
 * The result of a command on stdout, whole. By write(2): the engine's own way to a file first makes it longer and then writes
 * to it, so that one opened for appending (`lamina state ID >> log`) would begin with NUL bytes.
 */
import { ERRNO } from "../sys/errno.ts";
import { tryWrite } from "../sys/fd.ts";
import { check } from "../sys/libc.ts";
import { poll } from "../sys/poll.ts";

const STDOUT = 1;

/** Waits where stdout is a full pipe that somebody made non-blocking. Throws when it does not take it all. */
export function writeResult(text: string): void {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; ) {
    const written = tryWrite(STDOUT, data.subarray(at));
    if (written === -ERRNO.EAGAIN) poll([{ fd: STDOUT, want: "write" }], -1);
    else at += check(written, "write(2)", "write the result to stdout");
  }
}
