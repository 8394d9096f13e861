/** Arguments and options that commands on containers share. */
import type { Option, Positional } from "./table-row.ts";

export const ID = { name: "id", summary: "container id, unique below --root" } as const satisfies Positional;

export const BUNDLE = {
  name: "bundle",
  type: "string",
  alias: "b",
  value: "dir",
  summary: "directory with config.json; default: the working directory",
} as const satisfies Option;

export const CONSOLE_SOCKET = {
  name: "console-socket",
  type: "string",
  value: "path",
  summary: "send the terminal's file descriptor to this AF_UNIX socket",
} as const satisfies Option;

export const PIDFD_SOCKET = {
  name: "pidfd-socket",
  type: "string",
  value: "path",
  summary: "send a pidfd of the container's first process to this AF_UNIX socket",
} as const satisfies Option;

export const PID_FILE = {
  name: "pid-file",
  type: "string",
  value: "file",
  summary: "write the pid of the container's first process to this file",
} as const satisfies Option;

export const PRESERVE_FDS = {
  name: "preserve-fds",
  type: "number",
  default: 0,
  value: "n",
  summary: "pass n more file descriptors, after those of LISTEN_FDS",
} as const satisfies Option;

export const TIMELINE = {
  name: "timeline",
  type: "string",
  bare: "-",
  value: "file",
  summary: "show how long each step took, or write it to this file; JSON for trace viewers if it ends in .json or begins with json:",
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
