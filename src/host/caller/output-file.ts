/** Files that an option names for lamina to write to: nobody is waited for who might read them. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, tryWrite } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, statFd, tryOpen } from "../../sys/file/file.ts";
import { setSize } from "../../sys/file/holes.ts";
import { poll } from "../../sys/process/poll.ts";

/** Milliseconds that a full pipe is waited for: what is written is not worth a container that does not start. */
const PATIENCE = 1000;

export interface OutputFile {
  /** As an error calls it. */
  readonly what: string;
  readonly option: string;
  /** What is there already stays, or goes when something is written: shortening a file may wait for the disk. */
  readonly mode: "append" | "replace";
}

/** Opens the file, which is made if it is missing, until lamina ends. What is returned writes to it, each time at once and whole. */
export function openOutputFile(path: HostPath, { what, option, mode }: OutputFile): (text: string) => void {
  const opened = tryOpen(path, OPEN.write | OPEN.create | (mode === "append" ? OPEN.append : 0) | OPEN.nonBlock | OPEN.noTty, 0o644);
  if (opened === -ERRNO.ENXIO) {
    throw new RuntimeError("usage", `cannot open the ${what} ${path}: nobody reads it`, {
      hint: `it is a FIFO, a socket or a device: ${option} names a file, or a FIFO that somebody has opened for reading`,
    });
  }
  const file = new Fd(check(opened, "open(2)", `open ${path}`));
  // one write at the end of a log: lines of several processes do not mix
  return (text) => {
    if (mode === "replace" && statFd(file.number).size > 0) setSize(file.number, 0, path);
    writeWhole(file, encodeText(text), path);
  };
}

function writeWhole(file: Fd, data: Uint8Array, path: HostPath): void {
  for (let at = 0; at < data.length; ) {
    const written = tryWrite(file.number, data.subarray(at));
    if (written === -ERRNO.EAGAIN && poll([{ fd: file.number, want: "write" }], PATIENCE).length > 0) continue;
    at += check(written, "write(2)", `write ${path}`);
  }
}
