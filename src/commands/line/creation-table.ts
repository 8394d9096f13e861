/** The rows of table.ts for commands that start a process: what they share, and the options of exec. */
import type { CommandRow, Option, Positional } from "./table-row.ts";

export const ID = { name: "id", summary: "container id, unique below --root" } as const satisfies Positional;

export const BUNDLE = {
  name: "bundle",
  type: "string",
  alias: "b",
  value: "dir",
  summary: "directory with config.json; default: the working directory",
} as const satisfies Option;

const CONSOLE_SOCKET = {
  name: "console-socket",
  type: "string",
  value: "path",
  summary: "send the terminal's file descriptor to this AF_UNIX socket",
} as const satisfies Option;

const PIDFD_SOCKET = {
  name: "pidfd-socket",
  type: "string",
  value: "path",
  summary: "send a pidfd of the container's first process to this AF_UNIX socket",
} as const satisfies Option;

const PID_FILE = {
  name: "pid-file",
  type: "string",
  value: "file",
  summary: "write the pid of the container's first process to this file",
} as const satisfies Option;

const PRESERVE_FDS = {
  name: "preserve-fds",
  type: "number",
  default: 0,
  value: "n",
  summary: "pass n more file descriptors, after those of LISTEN_FDS",
} as const satisfies Option;

/** What create and run share, and explain takes because it changes the plan. */
export const CREATION = [
  BUNDLE,
  CONSOLE_SOCKET,
  PIDFD_SOCKET,
  PID_FILE,
  { name: "no-pivot", type: "boolean", summary: "do not use pivot_root; for a root filesystem on a ramdisk" },
  { name: "no-new-keyring", type: "boolean", summary: "keep the caller's session keyring" },
  PRESERVE_FDS,
] as const satisfies readonly Option[];

export const EXEC = {
  summary: "run one more process in a container",
  details:
    "Runs a program in a running container and exits with its status. It is given what the container's own process was given, changed by the options, or what the process.json says. Everything after the id belongs to the program. Exits with 255 if the process cannot be started.",
  positionals: [ID],
  rest: { name: "command", summary: "the program and its arguments" },
  failureStatus: 255,
  options: [
    { name: "process", type: "string", alias: "p", value: "file", summary: "take the process from this process.json instead of options" },
    { name: "tty", type: "boolean", alias: "t", summary: "give the process a terminal" },
    { name: "detach", type: "boolean", alias: "d", summary: "exit once the process runs" },
    { name: "cwd", type: "string", value: "dir", summary: "working directory in the container" },
    { name: "env", type: "strings", alias: "e", value: "name=value", summary: "set an environment variable; repeatable" },
    { name: "user", type: "string", alias: "u", value: "uid[:gid]", summary: "user and group, as numbers" },
    { name: "additional-gids", type: "strings", alias: "g", value: "gid", summary: "add a supplementary group; repeatable" },
    { name: "cap", type: "strings", alias: "c", value: "name", summary: "add a capability, such as CAP_NET_RAW; repeatable" },
    { name: "no-new-privs", type: "boolean", summary: "the process and its children cannot gain privileges" },
    { name: "process-label", type: "string", value: "label", summary: "SELinux label of the process" },
    { name: "apparmor", type: "string", value: "profile", summary: "AppArmor profile of the process" },
    {
      name: "cgroup",
      type: "strings",
      value: "[controllers:]path",
      summary: "use this existing cgroup below the container's; repeatable",
    },
    { name: "ignore-paused", type: "boolean", summary: "accept a paused container: the process starts when it is resumed" },
    { ...PID_FILE, summary: "write the pid of the process to this file" },
    CONSOLE_SOCKET,
    { ...PIDFD_SOCKET, summary: "send a pidfd of the process to this AF_UNIX socket" },
    PRESERVE_FDS,
  ],
} as const satisfies CommandRow;
