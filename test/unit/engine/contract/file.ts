/** Small files as a whole: host.ts, readFile to writeFile. */
import { encode, readFile, readFileAt, syscall, writeFile } from "#host";
import { type Case, randomBytes, refuses, same, unchecked } from "./case.ts";
import { AT_FDCWD, EBADF, EFBIG, EISDIR, ENOENT, ENXIO, O_CLOEXEC, SYS } from "./numbers.ts";

const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_NONBLOCK = 0o4000;
const S_IFIFO = 0o10000;
const READ = O_NONBLOCK | O_CLOEXEC;
const WRITE = O_WRONLY | O_CLOEXEC;

/** A name for a file that is there while `use` runs, with `content`. */
function withFile(content: Uint8Array, use: (path: string) => void): void {
  const fd = syscall(SYS.memfd_create, "contract", 1);
  same(syscall(SYS.write, fd, content, content.length), content.length);
  use(`/proc/self/fd/${fd}`);
  same(syscall(SYS.close, fd), 0);
}

/** The lowest number that is free: what is left open would be there. */
function freeDescriptor(): number {
  const fd = syscall(SYS.memfd_create, "contract", 1);
  same(syscall(SYS.close, fd), 0);
  return fd;
}

export const fileCases: readonly Case[] = [
  {
    title: "a file is read whole, whatever its size",
    run: () => {
      const random = randomBytes(3);
      for (const size of [0, 1, 16383, 16384, 16385, 100_000]) {
        const content = random(size);
        withFile(content, (path) => same(encode(readFile(path, READ, 2 ** 31 - 1) as string), content));
      }
    },
  },
  {
    title: "a file that does not tell its size is read to its end",
    run: () => same(/^Name:.*\nnonvoluntary_ctxt_switches:\t\d+\n$/s.test(readFile("/proc/self/status", READ, 100_000) as string), true),
  },
  {
    title: "bytes that are not UTF-8 survive in what is read, written and named",
    run: () => {
      withFile(new Uint8Array([0xff, 0, 0x61]), (path) => same(readFile(path, READ, 3), "\udcff\0a"));
      const path = `/tmp/lamina-\udcff\udce9-${syscall(SYS.getpid)}`;
      const fd = syscall(SYS.openat, AT_FDCWD, encode(path, true), WRITE | O_CREAT, 0o600);
      same(syscall(SYS.close, fd), 0);
      same(writeFile(path, WRITE, "é\udcff"), 3);
      same(readFile(path, READ, 3), "é\udcff");
      same(syscall(SYS.unlinkat, AT_FDCWD, path, 0), 0);
    },
  },
  {
    title: "more than the limit is an error, of files that tell their size and of others",
    run: () => {
      withFile(encode("12345"), (path) => same([readFile(path, READ, 5), readFile(path, READ, 4)], ["12345", -EFBIG]));
      same(readFile("/proc/self/status", READ, 100), -EFBIG);
      same(readFile("/proc/self/status", READ, 0), -EFBIG);
    },
  },
  {
    title: "what is no regular file is not read, nor waited for",
    run: () => {
      same([readFile("/", READ, 9), readFile("/dev/zero", READ, 9)], [-EISDIR, -ENXIO]);
      const fifo = `/tmp/lamina-fifo-${syscall(SYS.getpid)}`;
      same(syscall(SYS.mknodat, AT_FDCWD, fifo, S_IFIFO | 0o600, 0), 0);
      same(readFile(fifo, READ, 9), -ENXIO);
      same(syscall(SYS.unlinkat, AT_FDCWD, fifo, 0), 0);
    },
  },
  {
    title: "a regular file of a directory is read into memory, as far as one of them goes, and nothing else is opened",
    run: () => {
      const path = `/tmp/lamina-directory-${syscall(SYS.getpid)}`;
      same(syscall(SYS.mkdirat, AT_FDCWD, path, 0o700), 0);
      const directory = syscall(SYS.openat, AT_FDCWD, path, O_CLOEXEC, 0);
      const name = encode("f\udcff", true);
      const random = randomBytes(9)(70_000);
      const fd = syscall(SYS.openat, directory, name, WRITE | O_CREAT, 0o600);
      same([syscall(SYS.write, fd, random, random.length), syscall(SYS.close, fd)], [random.length, 0]);
      same(syscall(SYS.mknodat, directory, "fifo", S_IFIFO | 0o600, 0), 0);
      const free = freeDescriptor();
      const large = new Uint8Array(70_001).fill(7);
      same([readFileAt(directory, name, large), large[70_000]], [70_000, 7]);
      same(large.subarray(0, 70_000), random);
      const words = new Uint16Array(2);
      same([readFileAt(directory, name, words.subarray(1)), words[0]], [2, 0]);
      same([readFileAt(directory, name, new Uint8Array(0)), readFileAt(AT_FDCWD, encode(`${path}/f\udcff`, true), large)], [0, 70_000]);
      const others = ["fifo", ".", "..", "none"].map((other) => readFileAt(directory, encode(other, true), large));
      same(others, [-ENOENT, -ENOENT, -ENOENT, -ENOENT]);
      same(readFileAt(1_000_000, name, large) < 0, true);
      same(
        [readFileAt(AT_FDCWD, encode("/proc/mounts", true), large), readFileAt(AT_FDCWD, encode("/dev/null", true), large)],
        [-ENOENT, -ENOENT],
      );
      same(freeDescriptor(), free);
      for (const wrong of [encode("f"), new Uint8Array(0), encode("f\0f\0")])
        refuses("TypeError", () => readFileAt(directory, wrong, large));
      for (const wrong of [undefined, null, "f", 1]) {
        refuses("TypeError", () => unchecked(readFileAt)(directory, wrong, large));
        refuses("TypeError", () => unchecked(readFileAt)(directory, name, wrong));
      }
      refuses("RangeError", () => readFileAt(2 ** 31, name, large));
      refuses("TypeError", () => unchecked(readFileAt)(directory, name));
      for (const other of [name, "fifo"]) same(syscall(SYS.unlinkat, directory, other, 0), 0);
      same([syscall(SYS.close, directory), syscall(SYS.unlinkat, AT_FDCWD, path, 0x200)], [0, 0]);
    },
  },
  {
    title: "text is written at the beginning, and replaces what was there only if that is asked for",
    run: () => {
      withFile(encode("12345"), (path) => {
        same([writeFile(path, WRITE, "ab"), readFile(path, READ, 9)], [2, "ab345"]);
        same([writeFile(path, WRITE | O_TRUNC, "é"), readFile(path, READ, 9)], [2, "é"]);
        same([writeFile(path, WRITE, ""), readFile(path, READ, 9)], [0, "é"]);
      });
    },
  },
  {
    title: "a file that cannot be opened, read or written gives the errno of the reason",
    run: () => {
      same([readFile("/nonexistent", READ, 9), writeFile("/nonexistent", WRITE, "a")], [-ENOENT, -ENOENT]);
      same(writeFile("/", WRITE, "a"), -EISDIR);
      withFile(encode("1"), (path) => same([readFile(path, WRITE, 9), writeFile(path, O_CLOEXEC, "a")], [-EBADF, -EBADF]));
    },
  },
  {
    title: "no descriptor stays open",
    run: () => {
      const before = freeDescriptor();
      for (const path of ["/proc/self/status", "/", "/dev/zero", "/nonexistent"]) readFile(path, READ, 9);
      writeFile("/proc/self/status", WRITE, "a");
      same(freeDescriptor(), before);
    },
  },
  {
    title: "files, flags, limits and texts that are none are refused",
    run: () => {
      for (const wrong of [undefined, null, 1, {}, new Uint8Array(2), "a\0b"]) {
        refuses("TypeError", () => unchecked(readFile)(wrong, READ, 9));
        refuses("TypeError", () => unchecked(writeFile)(wrong, WRITE, "a"));
        refuses("TypeError", () => unchecked(writeFile)("/nonexistent", WRITE, wrong));
      }
      for (const wrong of [-1, 2 ** 31, 0.5, 2n ** 70n]) {
        refuses("RangeError", () => unchecked(readFile)("/nonexistent", wrong, 9));
        refuses("RangeError", () => unchecked(readFile)("/nonexistent", READ, wrong));
        refuses("RangeError", () => unchecked(writeFile)("/nonexistent", wrong, "a"));
      }
      for (const call of [readFile, writeFile]) {
        refuses("TypeError", () => unchecked(call)("/nonexistent", READ));
        refuses("TypeError", () => unchecked(call)("/nonexistent", READ, 9, 9));
      }
    },
  },
];
