/** lamina exec */
import { execInContainer } from "../../host/exec.ts";
import type { Arguments } from "../line/arguments.ts";
import { CONSOLE_SOCKET, ID, PID_FILE, PIDFD_SOCKET, PRESERVE_FDS, TIMELINE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";
import { timed } from "./timed.ts";

export const ROW = {
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
    TIMELINE,
  ],
} as const satisfies CommandRow;

export function run(args: Arguments<typeof ROW>, context: Context): number | Promise<number> {
  return timed("exec", args, context, (given) => execInContainer(args, given));
}
