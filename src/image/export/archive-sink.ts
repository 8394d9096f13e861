/** Where an archive goes: standard output, a device or pipe, or a file that has its name only when it is whole. */
import { ERRNO } from "../../sys/call/errno.ts";
import { tryWrite, writeAll } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { OPEN, openFile, realPath, statIfThere } from "../../sys/file/file.ts";
import { NewFile } from "../../sys/file/new-file.ts";
import { poll } from "../../sys/process/poll.ts";
import type { Sink } from "./export-image.ts";

const STDOUT = 1;

/** `path` "-" is standard output. A file of that name is replaced when `write` has succeeded, and left as it is when not. */
export async function writeArchive(path: string, write: (sink: Sink) => Promise<void>): Promise<void> {
  if (path === "-") return write(writeStandardOutput);
  const found = statIfThere(path);
  if (found !== undefined && found.kind !== "file") return writeInto(path, write);
  using file = new NewFile(found === undefined ? path : realPath(path), 0o644);
  await write((bytes) => file.write(bytes));
  file.publish();
}

/** A device or a pipe stays what it is. */
async function writeInto(path: string, write: (sink: Sink) => Promise<void>): Promise<void> {
  using fd = openFile(path, OPEN.write | OPEN.noTty);
  await write((bytes) => writeAll(fd.number, bytes, path));
}

/** Waits where standard output is a full pipe that somebody made non-blocking. */
function writeStandardOutput(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const written = tryWrite(STDOUT, bytes.subarray(at));
    if (written === -ERRNO.EAGAIN) poll([{ fd: STDOUT, want: "write" }], -1);
    else at += check(written, "write(2)", "write the archive to standard output");
  }
}
