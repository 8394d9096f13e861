/** System calls: host.ts, syscall and syscallOnce. */
import { decode, encode, environment, machine, syscall, syscallOnce } from "#host";
import { type Case, refuses, same, unchecked } from "./case.ts";
import { AT_FDCWD, EBADF, EINVAL, ENOENT, ENOSYS, O_CLOEXEC, SYS } from "./numbers.ts";

function temporaryDirectory(): string {
  return (
    environment()
      .find((entry) => entry.startsWith("TMPDIR="))
      ?.slice(7) ?? "/tmp"
  );
}

export const kernelCases: readonly Case[] = [
  { title: "the processor is one that the build supports", run: () => same(["x86_64", "aarch64"].includes(machine), true) },
  { title: "a call returns its result", run: () => same(syscall(SYS.getpid) > 0, true) },
  {
    title: "a failure is minus errno",
    run: () => {
      same(syscall(SYS.close, 1_000_000), -EBADF);
      same(syscall(SYS.openat, AT_FDCWD, "/nonexistent", O_CLOEXEC), -ENOENT);
      same(syscall(9999), -ENOSYS);
    },
  },
  {
    title: "bytes pass through a pipe",
    run: () => {
      const ends = new Int32Array(2);
      same(syscall(SYS.pipe2, ends, O_CLOEXEC), 0);
      const [from = -1, to = -1] = ends;
      same(syscall(SYS.write, to, encode("häß"), 5), 5);
      const buffer = new Uint8Array(8);
      same(syscall(SYS.read, from, buffer, buffer.length), 5);
      same(decode(buffer, 0, 5), "häß");
      same(syscall(SYS.close, from) + syscall(SYS.close, to), 0);
    },
  },
  {
    title: "a path that is not UTF-8 names the same file each time",
    run: () => {
      const directory = `${temporaryDirectory()}/lamina-\udcff\udce9-${syscall(SYS.getpid)}`;
      same(syscall(SYS.mkdirat, AT_FDCWD, directory, 0o700), 0);
      same(syscall(SYS.unlinkat, AT_FDCWD, encode(directory, true), 0x200), 0);
    },
  },
  {
    title: "a view of memory is passed from its start",
    run: () => {
      const buffer = new Uint8Array(16);
      const fd = syscall(SYS.memfd_create, "contract", 1);
      same(syscall(SYS.write, fd, "abcdef", 6), 6);
      same(syscall(SYS.pread64, fd, buffer.subarray(4), 3, 1), 3);
      same(decode(buffer, 3, 8), "\0bcd\0");
      same(syscall(SYS.pread64, fd, new Uint16Array(buffer.buffer, 8, 2), 4, 0), 4);
      same(decode(buffer, 8, 12), "abcd");
      same(syscall(SYS.close, fd), 0);
    },
  },
  {
    title: "numbers beyond 32 bits and bigints are passed whole",
    run: () => {
      const fd = syscall(SYS.memfd_create, "contract", 1);
      same(syscall(SYS.lseek, fd, 2 ** 40 + 1, 0), 2 ** 40 + 1);
      same(syscall(SYS.lseek, fd, 2n ** 41n, 0), 2 ** 41);
      same(syscall(SYS.lseek, fd, -1, 1), 2 ** 41 - 1);
      same(syscall(SYS.lseek, fd, -1n, 1), 2 ** 41 - 2);
      same(syscall(SYS.lseek, fd, 2n ** 64n - 1n, 1), 2 ** 41 - 3);
      same(syscall(SYS.lseek, fd, -1, 0), -EINVAL);
      same(syscall(SYS.close, fd), 0);
    },
  },
  {
    title: "null and empty memory are passed as a null pointer",
    run: () => {
      same(syscall(SYS.write, 1, new Uint8Array(0), 0), 0);
      same(syscall(SYS.write, 1, null, 0), 0);
      same(syscall(SYS.openat, AT_FDCWD, null, 0), -14);
    },
  },
  {
    title: "an interrupted sleep is not restarted, and an interrupted poll continues until its timeout",
    run: () => {
      same(syscallOnce(SYS.nanosleep, new BigInt64Array([0n, 1000n]), null), 0);
      const time = new BigInt64Array([0n, 2_000_000n]);
      same(syscall(SYS.ppoll, null, 0, time, null, 0), 0);
    },
  },
  {
    title: "a number of arguments that no system call has is refused",
    run: () => {
      refuses("TypeError", () => unchecked(syscall)());
      refuses("TypeError", () => syscall(SYS.getpid, 1, 2, 3, 4, 5, 6, 7));
      refuses("TypeError", () => syscallOnce(SYS.getpid, 1, 2, 3, 4, 5, 6, 7));
    },
  },
  {
    title: "an invalid system call number is refused",
    run: () => {
      for (const number of ["39", undefined, null, {}, true, new Uint8Array(1)]) refuses("TypeError", () => unchecked(syscall)(number));
      for (const number of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 70n]) {
        refuses("RangeError", () => unchecked(syscall)(number));
      }
    },
  },
  {
    title: "arguments of other types, and numbers that do not fit a register, are refused",
    run: () => {
      for (const word of [undefined, true, {}, [], () => 0, Symbol.iterator, new ArrayBuffer(8), new DataView(new ArrayBuffer(8))]) {
        refuses("TypeError", () => unchecked(syscall)(SYS.close, word));
      }
      for (const word of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2n ** 64n, -(2n ** 63n) - 1n, 2n ** 200n]) {
        refuses("RangeError", () => syscall(SYS.close, word));
      }
      refuses("TypeError", () => syscall(SYS.openat, AT_FDCWD, "/tmp\0/x", 0));
    },
  },
  {
    title: "transferred memory is refused before the call",
    run: () => {
      const gone = new Uint8Array(4);
      gone.buffer.transfer();
      refuses("TypeError", () => syscall(SYS.write, 1, gone, 4));
    },
  },
];
