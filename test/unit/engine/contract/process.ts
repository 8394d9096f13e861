/** The process and its children: host.ts, spawn to embedded. */
import {
  decode,
  embedded,
  engine,
  environment,
  environmentVariable,
  exit,
  fork,
  programArguments,
  sharedMemory,
  spawn,
  syscall,
} from "#host";
import { type Case, refuses, same, unchecked } from "./case.ts";
import { ENOENT, ENOSYS, O_CLOEXEC, SYS } from "./numbers.ts";

const OWN_GROUP = 1;

interface Ended {
  readonly status: number;
  readonly output: string;
}

/** Runs a program of this machine and returns its output. */
function run(args: readonly string[], { env = [], directory = null }: { env?: readonly string[]; directory?: string | null } = {}): Ended {
  const ends = new Int32Array(2);
  same(syscall(SYS.pipe2, ends, O_CLOEXEC), 0);
  const [from = -1, to = -1] = ends;
  const pid = spawn(args[0] ?? "", args, env, new Int32Array([to, 1]), directory, 0);
  syscall(SYS.close, to);
  if (pid < 0) {
    syscall(SYS.close, from);
    return { status: pid, output: "" };
  }
  const buffer = new Uint8Array(65536);
  let size = 0;
  for (let got = 1; got > 0; size += Math.max(got, 0)) got = syscall(SYS.read, from, buffer.subarray(size), buffer.length - size);
  syscall(SYS.close, from);
  return { status: wait(pid), output: decode(buffer, 0, size) };
}

function wait(pid: number): number {
  const status = new Int32Array(1);
  same(syscall(SYS.wait4, pid, status, 0, null), pid);
  return status[0] ?? -1;
}

export const processCases: readonly Case[] = [
  { title: "the engine has a name and a version", run: () => same(/^\S+ \d+\.\d+\.\d+/.test(engine), true) },
  {
    title: "a child gets its arguments byte for byte",
    run: () => same(run(["/bin/echo", "-n", "a b", "\udcff\udce9", "é", ""]), { status: 0, output: "a b \udcff\udce9 é " }),
  },
  {
    title: "a child has the given environment, duplicates and oddities included",
    run: () => {
      const env = ["A=1", "A=2", "=odd", "B=\udcff"];
      same(run(["/bin/cat", "/proc/self/environ"], { env }).output, "A=1\0A=2\0=odd\0B=\udcff\0");
    },
  },
  { title: "a child enters its directory", run: () => same(run(["/bin/sh", "-c", "pwd"], { directory: "/usr" }).output, "/usr\n") },
  {
    title: "a missing program, or a directory, gives the errno of the reason",
    run: () => {
      same(run(["/nonexistent"]).status, -ENOENT);
      same(run(["/bin/true"], { directory: "/nonexistent" }).status, -ENOENT);
      same(run(["/usr"]).status, -13);
    },
  },
  { title: "the exit status of a child is its own", run: () => same(run(["/bin/sh", "-c", "exit 3"]).status, 3 << 8) },
  {
    title: "a child ignores and blocks no signal",
    run: () => {
      const all = new BigUint64Array([2n ** 64n - 1n]);
      const before = new BigUint64Array(1);
      same(syscall(SYS.rt_sigprocmask, 2, all, before, 8), 0);
      const { output } = run(["/bin/sh", "-c", "grep -E 'Sig(Blk|Ign)' /proc/self/status"]);
      syscall(SYS.rt_sigprocmask, 2, before, null, 8);
      same(output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    },
  },
  {
    title: "a child leads its own process group if asked, and otherwise stays in ours",
    run: () => {
      for (const flags of [OWN_GROUP, 0]) {
        const pid = spawn("/bin/sleep", ["sleep", "60"], [], new Int32Array(0), null, flags);
        same(syscall(SYS.getpgid, pid), flags === OWN_GROUP ? pid : syscall(SYS.getpgid, 0));
        same(syscall(SYS.kill, pid, 9), 0);
        same(wait(pid), 9);
      }
    },
  },
  {
    title: "a forked child has what we have, and what it does to it stays its own; an engine with threads has none",
    run: () => {
      const bytes = new Uint8Array([1, 2, 3]);
      const pid = fork();
      if (pid === 0) {
        bytes.fill(4);
        exit(bytes.length === 3 && bytes[0] === 4 && syscall(SYS.getpid) !== 0 ? 7 : 1);
      }
      same(bytes, new Uint8Array([1, 2, 3]));
      if (engine.startsWith("Bun")) same(pid, -ENOSYS);
      else same(wait(pid), 7 << 8);
      refuses("TypeError", () => unchecked(fork)(1));
    },
  },
  {
    title: "what a forked child writes to shared memory is written here, too; it keeps its size",
    run: () => {
      const bytes = sharedMemory(100_000);
      same([bytes.length, bytes.every((byte) => byte === 0)], [100_000, true]);
      bytes[0] = 1;
      const pid = fork();
      if (pid === 0) {
        bytes.set([bytes[0] ?? 0, 7], 99_998);
        exit(0);
      }
      if (!engine.startsWith("Bun")) {
        same(wait(pid), 0);
        same(bytes.subarray(99_997), new Uint8Array([0, 1, 7]));
        refuses("InternalError", () => bytes.buffer.transfer(10));
      }
      same(new Uint8Array(bytes.buffer.transfer()).length, 100_000);
      for (const size of [0, -1, 2 ** 31, 0.5]) refuses("RangeError", () => sharedMemory(size));
      for (const size of [undefined, null, "1", {}]) refuses("TypeError", () => unchecked(sharedMemory)(size));
      refuses("TypeError", () => unchecked(sharedMemory)());
    },
  },
  {
    title: "descriptors are numbered in order, and one that keeps its number is passed on",
    run: () => {
      const fd = syscall(SYS.memfd_create, "contract", 1);
      const pid = spawn(
        "/bin/sh",
        ["sh", "-c", `echo >&9 && test -e /proc/self/fd/${fd}`],
        [],
        new Int32Array([fd, 8, 8, 9, fd, fd]),
        null,
        0,
      );
      same(wait(pid), 0);
      same(syscall(SYS.lseek, fd, 0, 1), 1);
      same(spawn("/bin/true", ["true"], [], new Int32Array([1_000_000, 5]), null, 0), -9);
      syscall(SYS.close, fd);
    },
  },
  {
    title: "a spawn with invalid arguments is refused",
    run: () => {
      const start = unchecked(spawn);
      const none = new Int32Array(0);
      for (const bad of [undefined, null, 1, {}, new Uint8Array(1)]) {
        refuses("TypeError", () => start(bad, ["a"], [], none, null, 0));
        refuses("TypeError", () => start("/bin/true", bad, [], none, null, 0));
        refuses("TypeError", () => start("/bin/true", ["a"], bad, none, null, 0));
        refuses("TypeError", () => start("/bin/true", ["a", bad], [], none, null, 0));
        refuses("TypeError", () => start("/bin/true", ["a"], [], bad, null, 0));
        if (bad !== null) refuses("TypeError", () => start("/bin/true", ["a"], [], none, bad, 0));
      }
      for (const flags of [-1, 2, 0.5]) refuses("RangeError", () => start("/bin/true", ["a"], [], none, null, flags));
      refuses("TypeError", () => start("/bin/true\0", ["a"], [], none, null, 0));
      refuses("TypeError", () => start("/bin/true", ["a\0b"], [], none, null, 0));
      refuses("TypeError", () => start("/bin/true", ["a"], [], none, null));
    },
  },
  {
    title: "a variable is that of its name, and there is none of a name that no variable can have",
    run: () => {
      const path = environment().find((entry) => entry.startsWith("PATH="));
      same(environmentVariable("PATH"), path?.slice("PATH=".length) ?? null);
      same([environmentVariable("NO SUCH VARIABLE"), environmentVariable(""), environmentVariable(path ?? "=")], [null, null, null]);
      for (const wrong of [undefined, 1, null, {}, "a\0b"]) refuses("TypeError", () => unchecked(environmentVariable)(wrong));
      refuses("TypeError", () => unchecked(environmentVariable)());
      refuses("TypeError", () => unchecked(environmentVariable)("a", "b"));
    },
  },
  {
    title: "arguments and environment are lists of text",
    run: () => {
      same(
        programArguments().every((text) => typeof text === "string"),
        true,
      );
      same(
        environment().every((text) => typeof text === "string"),
        true,
      );
      same(environment().length > 0, true);
      refuses("TypeError", () => unchecked(programArguments)(1));
      refuses("TypeError", () => unchecked(environment)(1));
    },
  },
  {
    title: "a missing embedded file is null",
    run: () => {
      same(embedded("nothing"), null);
      refuses("TypeError", () => unchecked(embedded)(1));
      refuses("TypeError", () => unchecked(embedded)());
    },
  },
  {
    title: "no process exits with an invalid status",
    run: () => {
      for (const status of [-1, 256, 0.5, 2n ** 70n]) refuses("RangeError", () => unchecked(exit)(status));
      for (const status of ["0", undefined, null]) refuses("TypeError", () => unchecked(exit)(status));
      refuses("TypeError", () => unchecked(exit)());
    },
  },
];
