/** The file that --log names. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { encodeText } from "../../base/text.ts";
import { ERRNO } from "../../sys/errno.ts";
import { Fd, tryWrite } from "../../sys/fd.ts";
import { OPEN, tryOpen } from "../../sys/file.ts";
import { check } from "../../sys/libc.ts";
import { poll } from "../../sys/poll.ts";

/** Milliseconds that a line waits for a full pipe: a log is not worth a container that does not start. */
const PATIENCE = 1000;

/** The file is there from now on, even if nothing is logged. It stays open until lamina ends. Nobody is waited for who might read it. */
export function openLog(path: HostPath): (line: string) => void {
  const opened = tryOpen(path, OPEN.write | OPEN.create | OPEN.append | OPEN.nonBlock | OPEN.noTty, 0o644);
  if (opened === -ERRNO.ENXIO) {
    throw new RuntimeError("usage", `cannot open the log ${path}: nobody reads it`, {
      hint: "it is a FIFO, a socket or a device: --log names a file, or a FIFO that somebody has opened for reading",
    });
  }
  const file = new Fd(check(opened, "open(2)", `open ${path}`));
  // one write per line at the end of the file: lines of several processes do not mix
  return (line) => writeLine(file, encodeText(line), path);
}

function writeLine(file: Fd, data: Uint8Array, path: HostPath): void {
  for (let at = 0; at < data.length; ) {
    const written = tryWrite(file.number, data.subarray(at));
    if (written === -ERRNO.EAGAIN && poll([{ fd: file.number, want: "write" }], PATIENCE).length > 0) continue;
    at += check(written, "write(2)", `write ${path}`);
  }
}
