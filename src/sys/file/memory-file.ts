/** Files that exist only as descriptors. memfd_create(2). */
import type { Bytes } from "../../base/bytes.ts";
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";
import { ERRNO } from "../call/errno.ts";
import { Fd, readAll, readInto, writeAll } from "../call/fd.ts";
import { check, cstring, syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_EXEC = 16;
const F_ADD_SEALS = 1033;
const ALL_SEALS = 0xf; // seal, shrink, grow, write
const SIZE_SEALS = 0x7;

export function memoryFile(name: string): Fd {
  return new Fd(check(create(name, 0), "memfd_create(2)", `make ${name}`));
}

/** Returns the descriptor, or minus errno. */
function create(name: string, more: number): number {
  return syscall(SYS.memfd_create, cstring(name), MFD_CLOEXEC | MFD_ALLOW_SEALING | more);
}

/** A file that nobody can change any more, with the read position at its start. */
export function sealedMemory(name: string, content: Uint8Array): Fd {
  return seal(memoryFile(name), name, content);
}

/** The same, of a program: executable also where others are not by default. Kernels before 6.3 have neither that default nor the flag. */
export function sealedProgram(name: string, content: Uint8Array): Fd {
  let fd = create(name, MFD_EXEC);
  if (fd === -ERRNO.EINVAL) fd = create(name, 0);
  if (fd === -ERRNO.EACCES) {
    throw new RuntimeError("unsupported", `cannot make ${name}: no file in memory may be executed`, {
      hint: "set the sysctl vm.memfd_noexec to 0 or 1",
    });
  }
  return seal(new Fd(check(fd, "memfd_create(2)", `make ${name}`)), name, content);
}

function seal(fd: Fd, name: string, content: Uint8Array): Fd {
  writeAll(fd.number, content, name);
  check(syscall(SYS.lseek, fd.number, 0, 0), "lseek(2)", `rewind ${name}`);
  check(syscall(SYS.fcntl, fd.number, F_ADD_SEALS, ALL_SEALS), "fcntl(2)", `seal ${name}`);
  return fd;
}

/** A file that stays as long as its content, which whoever has it may change and map. */
export function sharedMemory(name: string, content: Uint8Array): Fd {
  const fd = memoryFile(name);
  writeAll(fd.number, content, name);
  check(syscall(SYS.fcntl, fd.number, F_ADD_SEALS, SIZE_SEALS), "fcntl(2)", `seal ${name}`);
  return fd;
}

const LONGEST_TEXT = 65536;

/** All that was written to it. */
export function readWhole(fd: Fd): Bytes {
  rewind(fd);
  return readAll(fd.number, "what was written");
}

/** What it has, up to the size of the buffer; the rest of that stays. */
export function readBeginning(fd: Fd, buffer: Uint8Array): void {
  rewind(fd);
  readInto(fd.number, buffer, "what was written");
}

function rewind(fd: Fd): void {
  check(syscall(SYS.lseek, fd.number, 0, 0), "lseek(2)", "rewind a file");
}

/** What was written to it, as far as anybody would read it. */
export function readFromStart(fd: Fd): string {
  rewind(fd);
  const buffer = new Uint8Array(LONGEST_TEXT);
  return decodeText(buffer, 0, readInto(fd.number, buffer, "what was written"));
}
