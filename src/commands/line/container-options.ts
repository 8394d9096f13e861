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

/** What checkpoint and restore share. */
export const CRIU = [
  { name: "image-path", type: "string", value: "dir", summary: "directory of the checkpoint; default: checkpoint" },
  { name: "work-path", type: "string", value: "dir", summary: "directory for CRIU's log and statistics; default: that of the checkpoint" },
  { name: "tcp-established", type: "boolean", summary: "allow TCP connections that are open" },
  { name: "ext-unix-sk", type: "boolean", summary: "allow Unix sockets that lead out of the container" },
  { name: "shell-job", type: "boolean", summary: "allow a terminal that is not the container's own" },
  { name: "file-locks", type: "boolean", summary: "allow file locks; nobody outside may have one of them" },
  {
    name: "manage-cgroups-mode",
    type: "string",
    value: "mode",
    summary: "what becomes of cgroups and their limits: soft, full, strict or ignore; default: soft",
  },
  { name: "empty-ns", type: "strings", value: "type", summary: "namespace that is restored empty: network, which always is" },
  { name: "auto-dedup", type: "boolean", summary: "remove memory from images as soon as it is elsewhere" },
  { name: "lazy-pages", type: "boolean", summary: "leave memory to be fetched by a criu lazy-pages when it is used" },
] as const satisfies readonly Option[];
