/** The program's start: arguments, environment, directory, limits, descriptors, scheduling, its exit status. */
import type { Case } from "./case.ts";

const limits = (...rlimits: readonly { type: string; soft: number; hard: number }[]) => ({ process: { rlimits } });
const env = (...entries: readonly string[]) => ({ process: { env: entries } });
const PATH = "PATH=/usr/bin:/bin";

export const PROCESS: readonly Case[] = [
  { title: "[C50] arguments arrive as they are", args: ["/probe", "args", "two words", "", "ünïcode", "new\nline", "$HOME", "-x", "--"] },
  {
    title: "[C50] the program is looked up in the container's PATH",
    config: env("PATH=/nowhere:/tools"),
    rootfs: { "tools/script": { text: "#!/probe args\n", mode: 0o755 } },
    args: ["script"],
  },
  { title: "a process without an environment has its home alone", config: { process: { env: null } }, args: ["/probe", "env"] },
  {
    title: "so has one with an empty environment, as the user that it runs as",
    config: { process: { env: [], user: { uid: 1000, gid: 1000 } } },
    args: ["/probe", "env"],
  },
  { title: "[C50] a program that PATH does not lead to is an error", args: ["nonexistent-cmd"] },
  { title: "[C50] a program that does not exist is an error", args: ["/no/such/path"] },
  {
    title: "[C50] a program that may not be executed is an error",
    rootfs: { "bin/noexec": { text: "#!/probe true\n", mode: 0o644 } },
    args: ["/bin/noexec"],
  },
  { title: "[C50] a directory is no program", args: ["/etc"] },
  {
    title: "[C50] a script is run by its interpreter",
    rootfs: { script: { text: "#!/probe args\n", mode: 0o755 } },
    args: ["/script", "one"],
  },
  {
    title: "[C50] a relative program is taken from the working directory",
    follow: {
      as: "runc",
      because: "execvp takes a name with a slash in it as it is; crun makes it absolute first",
      differs: ["- arg ./script", "+ arg /tools/./script"],
    },
    config: { process: { cwd: "/tools" } },
    rootfs: { "tools/script": { text: "#!/probe args\n", mode: 0o755 } },
    args: ["./script", "one"],
  },
  {
    title: "the environment is that of config.json and HOME",
    config: env(PATH, "A=1", "EMPTY=", "B=two words", "C=a=b"),
    args: ["/probe", "env"],
  },
  { title: "HOME in config.json is kept", config: env(PATH, "HOME=/elsewhere"), args: ["/probe", "env"] },
  {
    title: "HOME comes from the container's /etc/passwd",
    config: { process: { user: { uid: 1000, gid: 1000 }, env: [PATH] } },
    args: ["/probe", "env"],
  },
  { title: "a variable that is there twice", config: env(PATH, "A=1", "A=2"), args: ["/probe", "env"] },
  { title: "no environment at all", config: { process: { env: null } }, args: ["/probe", "env"] },
  { title: "[C49] the working directory is the one asked for", config: { process: { cwd: "/etc" } }, args: ["/probe", "cwd"] },
  {
    title: "[C49] a working directory that does not exist",
    config: { root: { readonly: false }, process: { cwd: "/made/for/it" } },
    args: ["/probe", "cwd", "stat", "/made/for/it"],
  },
  {
    title: "[C49] a working directory that does not exist on a read-only root",
    config: { process: { cwd: "/made/for/it" } },
    args: ["/probe", "cwd", "stat", "/made"],
  },
  { title: "[C49] a working directory that is a file is an error", config: { process: { cwd: "/etc/passwd" } }, args: ["/probe", "cwd"] },
  {
    title: "[C49] a working directory that only root may enter is no error for another user",
    config: { process: { cwd: "/closed", user: { uid: 1000, gid: 1000 } } },
    rootfs: { "closed/.keep": "" },
    args: ["/probe", "cwd"],
  },
  { title: "[C30] only the standard descriptors are open", args: ["/probe", "fds", "tty"] },
  { title: "standard input is the caller's", stdin: "typed\n", args: ["/probe", "stdin"] },
  { title: "no signal is blocked or ignored", args: ["/probe", "signals"] },
  { title: "the exit status is the program's", args: ["/probe", "exit", "42"] },
  { title: "the exit status 255 is the program's too", args: ["/probe", "exit", "255"] },
  { title: "standard output and error are two streams", args: ["/probe", "say", "out", "complain", "err"] },
  {
    title: "[C52] limits are exactly those given",
    config: limits(
      { type: "RLIMIT_NOFILE", soft: 100, hard: 200 },
      { type: "RLIMIT_CORE", soft: 0, hard: 0 },
      { type: "RLIMIT_STACK", soft: 1048576, hard: 2097152 },
      { type: "RLIMIT_NPROC", soft: 500, hard: 600 },
    ),
    args: ["/probe", ...["NOFILE", "CORE", "STACK", "NPROC"].flatMap((name) => ["limit", name])],
  },
  {
    title: "[C52] every kind of limit can be lowered",
    config: limits(
      ...["AS", "CPU", "DATA", "FSIZE", "LOCKS", "MEMLOCK", "MSGQUEUE", "RSS", "SIGPENDING"]
        .map((name, at) => ({ type: `RLIMIT_${name}`, soft: 65536 * 16 * 16 + at, hard: 65536 * 16 * 16 + at }))
        .map((row) => (/MEMLOCK|MSGQUEUE|SIGPENDING/.test(row.type) ? { ...row, soft: 1000, hard: 2000 } : row)),
    ),
    args: [
      "/probe",
      ...["AS", "CPU", "DATA", "FSIZE", "LOCKS", "MEMLOCK", "MSGQUEUE", "RSS", "SIGPENDING"].flatMap((name) => ["limit", name]),
    ],
  },
  {
    title: "[C52] what nobody may raise can be none",
    config: limits(...["NICE", "RTPRIO", "RTTIME"].map((name) => ({ type: `RLIMIT_${name}`, soft: 0, hard: 0 }))),
    args: ["/probe", ...["NICE", "RTPRIO", "RTTIME"].flatMap((name) => ["limit", name])],
  },
  {
    title: "[C51] an unknown limit is an error",
    config: limits({ type: "RLIMIT_NONSENSE", soft: 1, hard: 1 }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C53] the same limit twice is an error",
    config: limits({ type: "RLIMIT_NOFILE", soft: 1, hard: 1 }, { type: "RLIMIT_NOFILE", soft: 2, hard: 2 }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C52] a soft limit above the hard one is an error",
    config: limits({ type: "RLIMIT_NOFILE", soft: 20, hard: 10 }),
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C57] the oom score is raised to the value asked for",
    config: { process: { oomScoreAdj: 321 } },
    args: ["/probe", "read", "/proc/self/oom_score_adj"],
  },
  { title: "[C57] the oom score is untouched when none is given", args: ["/probe", "read", "/proc/self/oom_score_adj"] },
  {
    title: "[C121] personality LINUX32 is set",
    follow: {
      as: "crun",
      because: "runc 1.1 ignores personality (runc 1.2 does not)",
      differs: ["- personality LINUX32", "+ personality LINUX"],
    },
    config: { linux: { personality: { domain: "LINUX32" } } },
    args: ["/probe", "personality"],
  },
  {
    title: "[C121] personality LINUX is the usual one",
    config: { linux: { personality: { domain: "LINUX" } } },
    args: ["/probe", "personality"],
  },
  {
    title: "[C72] unknown members are no error",
    config: { "x-unknown": 1, process: { "x-unknown": { a: [1] } }, linux: { "x-unknown": true } },
    args: ["/probe", "say", "here"],
  },
  { title: "[C33] a config of an older minor version is accepted", config: { ociVersion: "1.0.0" }, args: ["/probe", "say", "here"] },
  {
    title: "[C48] the size of a terminal is nothing without one",
    config: { process: { terminal: false, consoleSize: { height: 25, width: 80 } } },
    args: ["/probe", "tty"],
  },
  {
    title: "a terminal inside takes none outside",
    follow: {
      as: "specification",
      because:
        "terminal is one for the program, and what it prints is copied to where standard output leads; runc and crun need one there, too",
      shows: { exitCode: 0, lines: ["here"] },
    },
    config: { process: { terminal: true } },
    args: ["/probe", "say", "here"],
  },
  {
    title: "[C59] an AppArmor profile that is not there is an error",
    config: { process: { apparmorProfile: "no-such-profile" } },
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C59] an SELinux label that is none is an error",
    config: { process: { selinuxLabel: "no such label" } },
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C120] a label of mounts that is none is an error",
    follow: {
      as: "runc",
      because: "what cannot be applied is an error; crun passes over the label where there is no SELinux",
      differs: ["- exit status 1", "+ exit status 0", "+ never"],
    },
    config: { linux: { mountLabel: "no such label" } },
    args: ["/probe", "say", "never"],
  },
  { title: "an orphan dies with the container's pid namespace", args: ["/probe", "fork-orphan", "say", "done"] },
];
