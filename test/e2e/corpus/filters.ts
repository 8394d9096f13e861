/** System call filters. */
import { number } from "../../support/filtered.ts";
import type { JsonObject } from "../../support/json.ts";
import type { Case } from "./case.ts";

const SYNC = String(number("sync"));
const filter = (seccomp: JsonObject, ...words: readonly string[]): Pick<Case, "config" | "args"> => ({
  config: { linux: { seccomp } },
  args: ["/probe", ...words],
});
const forSync = (action: string, more: JsonObject = {}): JsonObject => ({
  defaultAction: "SCMP_ACT_ALLOW",
  syscalls: [{ names: ["sync"], action, ...more }],
});
const architectures = (...names: readonly string[]): JsonObject => ({
  ...forSync("SCMP_ACT_ERRNO"),
  architectures: names.map((name) => `SCMP_ARCH_${name}`),
});
const flags = (...names: readonly string[]): JsonObject => ({
  ...forSync("SCMP_ACT_ERRNO"),
  flags: names.map((name) => `SECCOMP_FILTER_FLAG_${name}`),
});

const ACTIONS = [
  ["sync", "KILL"],
  ["fsync", "KILL_PROCESS"],
  ["fdatasync", "KILL_THREAD"],
  ["syncfs", "TRAP"],
  ["fchdir", "ERRNO"],
  ["flock", "TRACE"],
  ["dup", "ALLOW"],
  ["fchmod", "LOG"],
] as const;

const OPERATORS: readonly (readonly [call: string, op: string, values: JsonObject])[] = [
  ["fsync", "NE", { value: 991 }],
  ["fdatasync", "LT", { value: 991 }],
  ["fchdir", "LE", { value: 990 }],
  ["dup", "EQ", { value: 990 }],
  ["syncfs", "GE", { value: 991 }],
  ["flock", "GT", { value: 990 }],
  ["fchmod", "MASKED_EQ", { value: 1, valueTwo: 1 }],
];

/** What the probe calls, and what runtimes do between their filter and the program. */
export const NEEDED = [
  ...["execve", "write", "writev", "exit", "exit_group", "ioctl", "brk", "mmap", "munmap", "mprotect", "mremap", "arch_prctl", "fstat"],
  ...["newfstatat", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlink", "readlinkat", "getrandom", "uname", "fcntl"],
  ...["fork", "clone", "clone3", "wait4", "rt_sigprocmask", "rt_sigaction", "rt_sigreturn", "sigaltstack", "gettid", "getpid", "tgkill"],
  ...["futex", "nanosleep", "clock_nanosleep", "sched_yield", "sched_getaffinity", "madvise", "epoll_pwait", "epoll_ctl", "epoll_create1"],
  ...["eventfd2", "pipe2", "read", "close", "close_range", "openat", "openat2", "open", "lseek", "capget", "capset", "prctl", "setuid"],
  ...[
    "setgid",
    "setgroups",
    "setresuid",
    "setresgid",
    "getuid",
    "getgid",
    "fchdir",
    "chdir",
    "getcwd",
    "stat",
    "lstat",
    "fstatfs",
    "statfs",
  ],
  ...["faccessat2", "faccessat", "access", "dup", "dup2", "dup3", "recvfrom", "recvmsg", "sendto", "sendmsg", "getppid", "umask", "poll"],
  ...[
    "getdents64",
    "statx",
    "pidfd_open",
    "pidfd_send_signal",
    "waitid",
    "tkill",
    "seccomp",
    "setsid",
    "timer_create",
    "timer_settime",
    "timer_delete",
    "setitimer",
    "socket",
    "connect",
  ],
];

const RULES: readonly Case[] = [
  {
    title: "[C112] every action on a call",
    ...filter(
      { defaultAction: "SCMP_ACT_ALLOW", syscalls: ACTIONS.map(([name, action]) => ({ names: [name], action: `SCMP_ACT_${action}` })) },
      ...ACTIONS.flatMap(([name]) => ["call-in-child", String(number(name))]),
    ),
  },
  { title: "[C111] a call with an errno of its own", ...filter(forSync("SCMP_ACT_ERRNO", { errnoRet: 28 }), "call", SYNC) },
  {
    title: "[C112] every operator on an argument",
    ...filter(
      {
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: OPERATORS.map(([name, op, values]) => ({
          names: [name],
          action: "SCMP_ACT_ERRNO",
          errnoRet: 28,
          args: [{ index: 0, op: `SCMP_CMP_${op}`, ...values }],
        })),
      },
      ...OPERATORS.flatMap(([name]) => ["990", "991"].flatMap((value) => ["call-with", String(number(name)), value])),
    ),
  },
  ...(["KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ERRNO", "TRACE", "LOG"] as const).map(
    (action): Case => ({
      title: `[C111] calls that no rule names are ${action}`,
      ...filter(
        {
          defaultAction: `SCMP_ACT_${action}`,
          ...(action === "ERRNO" ? { defaultErrnoRet: 28 } : {}),
          syscalls: [{ names: NEEDED, action: "SCMP_ACT_ALLOW" }],
        },
        "call-in-child",
        SYNC,
      ),
    }),
  ),
  {
    title: "[C113] calls that no rule names are not for a listener",
    follow: {
      as: "runc",
      because: "who is to be asked about every call of its own start cannot start; crun answers ENOSYS",
      differs: ["- exit status 1", "+ exit status 0", "+ call 162 ENOSYS", "+ child exited 0"],
    },
    ...filter({ defaultAction: "SCMP_ACT_NOTIFY", syscalls: [{ names: NEEDED, action: "SCMP_ACT_ALLOW" }] }, "call-in-child", SYNC),
  },
  { title: "[C112] all that a processor of Intel's executes", ...filter(architectures("X86_64", "X86", "X32"), "call", SYNC) },
  {
    title: "[C112] other processors, with bytes in the same order",
    follow: {
      as: "crun",
      because: "runc 1.1 does not know RISC-V; runc 1.2 does",
      differs: ["- exit status 0", "+ exit status 1", "- call 162 EPERM"],
    },
    ...filter(architectures("ARM", "AARCH64", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC64LE", "RISCV64"), "call", SYNC),
  },
  {
    title: "[C112] other processors, with bytes in another order",
    ...filter(architectures("MIPS", "MIPS64", "MIPS64N32", "PPC", "PPC64", "S390", "S390X", "PARISC", "PARISC64"), "call", SYNC),
  },
  {
    title: "[C112] processors that libseccomp knows since 2.6",
    ...filter(architectures("LOONGARCH64", "M68K", "SH", "SHEB"), "call", SYNC),
  },
  {
    title: "[C112] the flags of a filter",
    follow: {
      as: "crun",
      because: "runc 1.1 knows no flags; runc 1.2 does",
      differs: ["- exit status 0", "+ exit status 1", "- call 162 EPERM"],
    },
    ...filter(flags("LOG", "SPEC_ALLOW"), "call", SYNC),
  },
  {
    title: "[C112] the flag for all threads",
    follow: {
      as: "crun",
      because: "runc 1.1 knows no flags; runc 1.2 does",
      differs: ["- exit status 0", "+ exit status 1", "- call 162 EPERM"],
    },
    ...filter(flags("TSYNC"), "call", SYNC),
  },
  {
    title: "[C112] the flag for listeners, without one",
    follow: {
      as: "runc",
      because: "the kernel takes it with a listener only; crun drops it",
      differs: ["- exit status 1", "+ exit status 0", "+ call 162 EPERM"],
    },
    ...filter(flags("WAIT_KILLABLE_RECV"), "call", SYNC),
  },
  {
    title: "[C113] a listener is left alone if no rule notifies it",
    follow: {
      as: "runc",
      because: "the specification says that it is ignored; crun connects nevertheless",
      differs: ["- exit status 0", "+ exit status 1", "- call 162 EPERM"],
    },
    ...filter({ ...forSync("SCMP_ACT_ERRNO"), listenerPath: "/no/such/socket", listenerMetadata: "words" }, "call", SYNC),
  },
  {
    title: "[C113] a listener that is not there is an error if a rule notifies it",
    ...filter({ ...forSync("SCMP_ACT_NOTIFY"), listenerPath: "/no/such/socket" }, "call", SYNC),
  },
  {
    title: "[C113] a rule that notifies nobody is an error",
    follow: {
      as: "runc",
      because: "the specification asks for listenerPath; crun answers ENOSYS",
      differs: ["- exit status 1", "+ exit status 0", "+ call 162 ENOSYS"],
    },
    ...filter(forSync("SCMP_ACT_NOTIFY"), "call", SYNC),
  },
];

export const FILTERS: readonly Case[] = RULES.map((row) => ({ ...row, needs: ["seccomp", "libseccomp", ...(row.needs ?? [])] }));
