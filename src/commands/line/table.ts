/**
 * The command line as data: every command with its positional arguments and options, in runc's words.
 *
 * argv.ts parses by this table, usage.ts and completion.ts make help and completion from it, and the types of what a
 * command is given are computed from it. Nothing else may know an option's name as text.
 *
 * A name of two words belongs to a group, whose row is in GROUPS: `image import`.
 */

import { BUNDLE, CREATION, EXEC, ID } from "./creation-table.ts";
import { JSON_OR_TABLE, JSON_OR_TEXT } from "./format-option.ts";
import { COMMAND, FROM_IMAGE } from "./from-image-table.ts";
import { IMAGE_COMMANDS } from "./image-table.ts";
import type { CommandRow, GroupRow, Option } from "./table-row.ts";
import { UPDATE } from "./update-table.ts";
import { VOLUME_COMMANDS } from "./volume-table.ts";

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

export const COMMANDS = {
  create: {
    summary: "create a container",
    details: "Sets up the container that config.json describes; its process waits for `start`.",
    positionals: [ID],
    options: CREATION,
  },
  start: {
    summary: "start the process of a created container",
    details: "Runs the process of config.json in a container made by `create`.",
    positionals: [ID],
    options: [],
  },
  run: {
    summary: "create and start a container",
    details:
      "Creates and starts a container, waits for its process, deletes the container and exits with the status of the process. With --image it also makes the bundle, in the image store; the bundle and its writable layer remain unless --rm is given.",
    positionals: [{ ...ID, optional: true }],
    trailing: COMMAND,
    options: [
      ...CREATION,
      { name: "image", type: "string", alias: "i", value: "image", summary: "make a bundle from this image; the id is then optional" },
      ...FROM_IMAGE,
      { name: "rm", type: "boolean", summary: "remove the bundle of --image when the process ends" },
      { name: "detach", type: "boolean", alias: "d", summary: "exit once the process runs; state and list show how it ended" },
      { name: "keep", type: "boolean", summary: "do not delete the container when its process ends" },
      {
        name: "no-subreaper",
        type: "boolean",
        summary: "do not adopt processes that the container leaves behind; with --detach, leave no supervisor",
      },
    ],
  },
  exec: EXEC,
  state: {
    summary: "print the state of a container as JSON",
    details:
      "Prints the state that the runtime specification describes, plus owner, root filesystem and creation time. If `run` saw the process end, lastRun says how; for a container that has not stopped, lastRun describes the previous run on the same writable layer.",
    positionals: [ID],
    options: [],
  },
  kill: {
    summary: "send a signal to a container",
    details: "Sends a signal, such as 9, KILL or SIGKILL, to the first process of a container. The default is TERM.",
    positionals: [ID, { name: "signal", optional: true, summary: "name or number of the signal" }],
    options: [{ name: "all", type: "boolean", alias: "a", summary: "send the signal to every process of the container" }],
  },
  delete: {
    summary: "delete a stopped container",
    details: "Removes what `create` made: state, cgroup and mounts. The bundle remains unless --rm is given.",
    positionals: [ID],
    options: [
      {
        name: "force",
        type: "boolean",
        alias: "f",
        summary: "kill a running container first; succeed if the container does not exist",
      },
      { name: "rm", type: "boolean", summary: "also remove the bundle of `run --image`, with everything the container has written" },
    ],
  },
  pause: {
    summary: "suspend all processes of a container",
    details: "Freezes the container's cgroup. Its processes notice nothing and continue on `resume`.",
    positionals: [ID],
    options: [],
  },
  resume: {
    summary: "resume a paused container",
    details: "Thaws the container's cgroup.",
    positionals: [ID],
    options: [],
  },
  update: UPDATE,
  events: {
    summary: "print what a container uses, and when it runs out of memory",
    details:
      "Prints a line of JSON with the container's statistics at each interval, and one whenever it was out of memory, until it ends. The names and units are runc's; on cgroup v2 the time that processes waited is there too.",
    positionals: [ID],
    options: [
      { name: "interval", type: "string", default: "5s", value: "duration", summary: "time between statistics, such as 5s or 100ms" },
      { name: "stats", type: "boolean", summary: "print the statistics once, and exit" },
    ],
  },
  ps: {
    summary: "list the processes of a container",
    details:
      "Prints the lines of ps(1) that belong to processes of the container, or their pids as JSON. Pids are the host's. Everything after the id goes to ps, whose output must have a PID column; the default is -ef.",
    positionals: [ID],
    rest: { name: "ps-options", summary: "options for ps(1)" },
    options: [JSON_OR_TABLE],
  },
  list: {
    summary: "list the containers below --root",
    details:
      "Lists the containers of one state directory; the global option --root chooses another. A last column shows how processes ended, if that is known for any.",
    positionals: [],
    options: [
      JSON_OR_TABLE,
      { name: "all", type: "boolean", alias: "a", summary: "include deleted containers of `run --image` whose bundle remains" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print only the ids" },
      { name: "size", type: "boolean", alias: "s", summary: "show the size of the writable layer, and the total with the layers below" },
    ],
  },
  spec: {
    summary: "write a starter config.json",
    details: "Writes a config.json that runs a shell in ./rootfs. It is a starting point: change args, and delete what you do not need.",
    positionals: [],
    options: [
      { ...BUNDLE, summary: "directory to write config.json into; default: the working directory" },
      { name: "rootless", type: "boolean", summary: "write it for an unprivileged user" },
    ],
  },
  bundle: {
    summary: "make a bundle from an image",
    details:
      "Writes config.json and layers.json for an image in the store to a directory. `create` and `run` assemble the root filesystem from the layers; the bundle keeps what the container writes.",
    positionals: [
      { name: "image", summary: "name of an image in the store, or a prefix of its digest" },
      { name: "directory", summary: "the bundle; created if missing" },
    ],
    trailing: COMMAND,
    options: FROM_IMAGE,
  },
  diff: {
    summary: "list what a container has changed",
    details:
      "Lists the paths that the container has added (A), changed (C) and deleted (D) in its writable layer. The bundle must be made of layers. The container may be running, stopped, or, if made by `run --image`, deleted.",
    positionals: [ID],
    options: [JSON_OR_TEXT],
  },
  export: {
    summary: "write a container's file system as a tar archive",
    details:
      "Writes a tar of the container's root filesystem, the writable layer and the layers below, without volumes and other mounts. `image import` makes a base image from it. A running container is paused meanwhile.",
    positionals: [ID, { name: "destination", summary: "archive, or - for standard output" }],
    options: [{ name: "no-pause", type: "boolean", summary: "do not pause a running container" }],
  },
  commit: {
    summary: "make an image from a container's changes",
    details:
      "Makes the writable layer of a container the top layer of a new image, on the layers and configuration of the image it was made from. --change takes Dockerfile instructions with their usual meaning: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and WORKDIR. With SOURCE_DATE_EPOCH the same files give the same image. A running container is paused meanwhile.",
    positionals: [ID, { name: "name", summary: "name of the new image" }],
    options: [
      { name: "message", type: "string", alias: "m", value: "text", summary: "comment in the image's history" },
      { name: "author", type: "string", alias: "a", value: "name", summary: "author of the image" },
      {
        name: "change",
        type: "strings",
        alias: "c",
        value: "instruction",
        summary: "change the configuration, for example 'CMD [\"sh\"]'; repeatable",
      },
      { name: "no-pause", type: "boolean", summary: "do not pause a running container" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print only the digest" },
    ],
  },
  explain: {
    summary: "print the steps that create would take",
    details:
      "Prints every step and the value in config.json that asks for it, without executing anything. In JSON, steps are numbered from 1 and 64-bit integers are decimal strings.",
    positionals: [{ ...ID, optional: true }],
    options: [...CREATION, JSON_OR_TEXT],
  },
  check: {
    summary: "report what is wrong with a bundle",
    details: "Validates config.json and reports what this host does not support. Exits with 1 if the bundle cannot run here.",
    positionals: [],
    options: [BUNDLE, JSON_OR_TEXT],
  },
  features: {
    summary: "print what lamina supports as JSON",
    details: "Prints the features structure of the runtime specification. Only the supportedFlags of seccomp depend on the host.",
    positionals: [],
    options: [],
  },
  completion: {
    summary: "print a completion script for a shell",
    details:
      "For bash: source <(lamina completion); for zsh, after compinit: source <(lamina completion zsh); for fish: lamina completion fish | source.",
    positionals: [{ name: "shell", optional: true, summary: "bash (the default), zsh or fish" }],
    options: [{ name: "word", type: "strings", value: "word", summary: "print the completions of these words instead", hidden: true }],
  },
  ...IMAGE_COMMANDS,
  ...VOLUME_COMMANDS,
} as const satisfies Readonly<Record<string, CommandRow>>;

export const GROUPS = {
  image: {
    summary: "images and their layers",
    details: "Root filesystems as stacks of layers, in a store that is an OCI image layout.",
  },
  volume: {
    summary: "directories that outlive containers",
    details: "Named volumes, created by `run --image --volume NAME:/DIR`. Their files are in no layer and belong to no container.",
  },
} as const satisfies Readonly<Record<string, GroupRow>>;

export type CommandName = keyof typeof COMMANDS;

export type GroupName = keyof typeof GROUPS;

export function isGroupName(name: string): name is GroupName {
  return Object.hasOwn(GROUPS, name);
}

/** What may stand in a command's place: the names of one word, and the groups. */
export function firstWords(): string[] {
  return [...Object.keys(COMMANDS).filter((name) => !name.includes(" ")), ...Object.keys(GROUPS)];
}

/** The second words of a group's commands. */
export function secondWords(group: GroupName): string[] {
  return Object.keys(COMMANDS)
    .filter((name) => name.startsWith(`${group} `))
    .map((name) => name.slice(group.length + 1));
}

/** The command of that name, as data. Own properties only: `lamina constructor` is no command. */
export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** With what lamina exits when the command itself fails. */
export function failureStatusOf(name: CommandName): number {
  const row: CommandRow = COMMANDS[name];
  return row.failureStatus ?? 1;
}
