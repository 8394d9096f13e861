/** The compiled system call filter of a container, beside its record: `exec` loads the very same one. */
import { RuntimeError } from "../../base/errors.ts";
import type { FilterFacts } from "../../plan/facts.ts";
import { FILTER_FILE } from "../../state/directory.ts";
import { Fd, readInto, writeAll } from "../../sys/call/fd.ts";
import { OPEN, openFile, statFd, tryOpen } from "../../sys/file/file.ts";
import { admissionOf } from "../facts/last-stage.ts";

/** In bytes; the kernel takes 4096 instructions of 8 (BPF_MAXINSNS). */
const LARGEST = 4096 * 8;

export function writeContainerFilter(directory: string, program: Uint8Array): void {
  const path = `${directory}/${FILTER_FILE}`;
  using file = openFile(path, OPEN.write | OPEN.create | OPEN.exclusive | OPEN.noFollow, 0o600);
  writeAll(file.number, program, path);
}

/** Throws code "integrity" unless it is there whole: a process without its container's filter could do more than the container. */
export function readContainerFilter(directory: string, hasListener: boolean): FilterFacts {
  const path = `${directory}/${FILTER_FILE}`;
  const opened = tryOpen(path, OPEN.read | OPEN.noFollow | OPEN.nonBlock);
  if (opened < 0) throw damaged(path);
  using file = new Fd(opened);
  const { kind, size } = statFd(file.number);
  if (kind !== "file" || size === 0 || size > LARGEST || size % 8 !== 0) throw damaged(path);
  const program = new Uint8Array(size);
  if (readInto(file.number, program, path) !== size) throw damaged(path);
  return { program, isCached: true, ...admissionOf(program, hasListener) };
}

function damaged(path: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read the system call filter of the container: ${path} is not as lamina writes it`, {
    hint: "create the container anew",
  });
}
