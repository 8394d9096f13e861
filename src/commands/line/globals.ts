/** The global options, which stand before the command. */
import type { Option } from "./table-row.ts";

export const GLOBALS = [
  {
    name: "root",
    type: "string",
    value: "dir",
    summary: "state directory; default: /run/lamina, or $XDG_RUNTIME_DIR/lamina for users",
  },
  {
    name: "image-root",
    type: "string",
    value: "dir",
    summary: "image store; default: /var/lib/lamina, or $XDG_DATA_HOME/lamina for users",
  },
  { name: "log", type: "string", value: "file", summary: "also append errors, warnings and debug lines to this file" },
  { name: "log-format", type: "string", choices: ["text", "json"], default: "text", value: "format", summary: "log format" },
  { name: "debug", type: "boolean", summary: "log each action" },
  { name: "systemd-cgroup", type: "boolean", summary: "have systemd make the cgroups; cgroupsPath is slice:prefix:name then" },
  {
    name: "rootless",
    type: "string",
    choices: ["auto", "true", "false"],
    default: "auto",
    value: "when",
    summary: "continue without a cgroup if permission is missing",
  },
  { name: "criu", type: "string", value: "path", summary: "accepted for compatibility with runc and ignored", hidden: true },
] as const satisfies readonly Option[];
