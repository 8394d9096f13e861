/**
 * The command line as data: every command with its positional arguments and options, in runc's words.
 *
 * argv.ts parses by this table, usage.ts and completion.ts make help and completion from it, and the types of what a
 * command is given are computed from it. Nothing else may know an option's name as text.
 *
 * A name of two words belongs to a group, whose row is in GROUPS: `image import`.
 */

import { JSON_OR_TABLE, JSON_OR_TEXT } from "./format-option.ts";
import { COMMAND, FROM_IMAGE } from "./from-image-table.ts";
import { IMAGE_COMMANDS } from "./image-table.ts";
import type { CommandRow, GroupRow, Option, Positional } from "./table-row.ts";
import { VOLUME_COMMANDS } from "./volume-table.ts";

export const GLOBALS = [
  {
    name: "root",
    type: "string",
    value: "dir",
    summary: "directory of the containers' state; default: /run/lamina, or $XDG_RUNTIME_DIR/lamina for users",
  },
  {
    name: "image-root",
    type: "string",
    value: "dir",
    summary: "directory of images and layers; default: /var/lib/lamina, or $XDG_DATA_HOME/lamina for users",
  },
  { name: "log", type: "string", value: "file", summary: "append errors, warnings and debug lines to this file as well" },
  { name: "log-format", type: "string", choices: ["text", "json"], default: "text", value: "format", summary: "format of the log" },
  { name: "debug", type: "boolean", summary: "log what is being done" },
  { name: "systemd-cgroup", type: "boolean", summary: "refused: this version writes to cgroups itself (cgroupfs)" },
  {
    name: "rootless",
    type: "string",
    choices: ["auto", "true", "false"],
    default: "auto",
    value: "when",
    summary: "go on without a cgroup where permission for it is missing",
  },
  { name: "criu", type: "string", value: "path", summary: "accepted for runc's sake and ignored", hidden: true },
] as const satisfies readonly Option[];

const ID = { name: "id", summary: "name of the container, unique below --root" } as const satisfies Positional;

const BUNDLE = {
  name: "bundle",
  type: "string",
  alias: "b",
  value: "dir",
  summary: "directory with config.json; default: the working directory",
} as const satisfies Option;

/** What create and run share, and explain takes because it changes the plan. */
const CREATION = [
  BUNDLE,
  { name: "console-socket", type: "string", value: "path", summary: "send the terminal's descriptor to this AF_UNIX socket" },
  { name: "pidfd-socket", type: "string", value: "path", summary: "send a pidfd of the container's first process to this AF_UNIX socket" },
  { name: "pid-file", type: "string", value: "file", summary: "write the process id of the container's first process to this file" },
  { name: "no-pivot", type: "boolean", summary: "do not use pivot_root, for a root filesystem on a ramdisk" },
  { name: "no-new-keyring", type: "boolean", summary: "keep the caller's session keyring" },
  {
    name: "preserve-fds",
    type: "number",
    default: 0,
    value: "n",
    summary: "pass n more descriptors on, counted after those of LISTEN_FDS",
  },
] as const satisfies readonly Option[];

export const COMMANDS = {
  create: {
    summary: "create a container",
    details: "Sets everything up as config.json of the bundle asks, and leaves its process waiting for `start`.",
    positionals: [ID],
    options: CREATION,
  },
  start: {
    summary: "start the process of a created container",
    details: "Runs the process of config.json in a container that `create` has made.",
    positionals: [ID],
    options: [],
  },
  run: {
    summary: "create and start a container",
    details:
      "Does `create` and `start`, stays until the process ends, deletes the container and exits with the process's status. With --image it makes the bundle as well, in the image store; the bundle and its writable layer stay, unless with --rm.",
    positionals: [{ ...ID, optional: true }],
    trailing: COMMAND,
    options: [
      ...CREATION,
      { name: "image", type: "string", alias: "i", value: "image", summary: "make a bundle of this image; the id may then be left out" },
      ...FROM_IMAGE,
      { name: "rm", type: "boolean", summary: "remove the bundle of --image when the process has ended" },
      { name: "detach", type: "boolean", alias: "d", summary: "exit once the process runs; state and list tell later how it ended" },
      { name: "keep", type: "boolean", summary: "do not delete the container when its process has ended" },
      {
        name: "no-subreaper",
        type: "boolean",
        summary: "do not adopt processes that the container leaves behind; with --detach, leave no supervisor",
      },
    ],
  },
  state: {
    summary: "print the state of a container as JSON",
    details:
      "Prints the state that the runtime specification describes, and beside it the owner, the root filesystem, the time of creation and, as lastRun, how the process ended if `run` has seen it: of a container that has not stopped, the one before it on the same writable layer.",
    positionals: [ID],
    options: [],
  },
  kill: {
    summary: "send a signal to a container",
    details: "Sends a signal, given as 9, KILL or SIGKILL, to the first process of a container. Without one it sends TERM.",
    positionals: [ID, { name: "signal", optional: true, summary: "name or number of the signal" }],
    options: [{ name: "all", type: "boolean", alias: "a", summary: "send it to every process of the container" }],
  },
  delete: {
    summary: "delete a stopped container",
    details: "Removes what `create` made: state, cgroup and mounts. The bundle stays as it is, unless with --rm.",
    positionals: [ID],
    options: [
      {
        name: "force",
        type: "boolean",
        alias: "f",
        summary: "kill a running container first; a container that does not exist is no error",
      },
      { name: "rm", type: "boolean", summary: "remove the bundle of `run --image` as well, with all that the container has written" },
    ],
  },
  pause: {
    summary: "stop all processes of a container for a while",
    details: "Freezes the container's cgroup. Its processes notice nothing, and go on at `resume`.",
    positionals: [ID],
    options: [],
  },
  resume: {
    summary: "let a paused container go on",
    details: "Thaws the container's cgroup.",
    positionals: [ID],
    options: [],
  },
  list: {
    summary: "list the containers below --root",
    details:
      "Lists the containers of one state directory. Use the global option --root to choose another one. How processes ended is in a last column, if it is known of any.",
    positionals: [],
    options: [
      JSON_OR_TABLE,
      { name: "all", type: "boolean", alias: "a", summary: "also those of `run --image` that are gone, but for their bundles" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print only the ids" },
      { name: "size", type: "boolean", alias: "s", summary: "tell how large the writable layer is, and the whole with the layers below" },
    ],
  },
  spec: {
    summary: "write a config.json to begin with",
    details: "Writes config.json for a shell in ./rootfs. It is a starting point: change args, and delete what you do not need.",
    positionals: [],
    options: [
      { ...BUNDLE, summary: "directory to write config.json into; default: the working directory" },
      { name: "rootless", type: "boolean", summary: "write it for a user without privileges" },
    ],
  },
  bundle: {
    summary: "make a bundle of an image",
    details:
      "Writes config.json and layers.json for an image of the store to a directory. `create` and `run` put the root filesystem together from the layers; what the container writes is kept in the bundle.",
    positionals: [
      { name: "image", summary: "name of an image in the store, or the beginning of its digest" },
      { name: "directory", summary: "the bundle; it is made if it is missing" },
    ],
    trailing: COMMAND,
    options: FROM_IMAGE,
  },
  diff: {
    summary: "list what a container has changed",
    details:
      "Lists the paths that the container has added (A), changed (C) and deleted (D) in its writable layer. Its bundle has to be made of layers; the container may run, have stopped, or be one of `run --image` that is deleted already.",
    positionals: [ID],
    options: [JSON_OR_TEXT],
  },
  export: {
    summary: "write a container's file system as one archive",
    details:
      "Writes a tar of all files that the container sees in its root filesystem, its own and those of the layers below, without volumes and other mounts. `image import` makes a base image of it. A running container is paused meanwhile.",
    positionals: [ID, { name: "destination", summary: "archive, or - for standard output" }],
    options: [{ name: "no-pause", type: "boolean", summary: "let a running container go on meanwhile" }],
  },
  commit: {
    summary: "make an image of what a container has changed",
    details:
      "Makes the writable layer of a container the top layer of a new image, on the layers and the configuration of the image that it was made of. Changes mean what they mean in a Dockerfile: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and WORKDIR. With SOURCE_DATE_EPOCH the same files give the same image. A running container is paused meanwhile.",
    positionals: [ID, { name: "name", summary: "name of the new image" }],
    options: [
      { name: "message", type: "string", alias: "m", value: "text", summary: "comment for the image's history" },
      { name: "author", type: "string", alias: "a", value: "name", summary: "author of the image" },
      {
        name: "change",
        type: "strings",
        alias: "c",
        value: "instruction",
        summary: "change the configuration, as in 'CMD [\"sh\"]'; may be repeated",
      },
      { name: "no-pause", type: "boolean", summary: "let a running container go on meanwhile" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print nothing but the digest" },
    ],
  },
  explain: {
    summary: "print the steps that create would take",
    details:
      "Prints every step, and the value of config.json that asks for it, without executing anything. In JSON, steps count from 1 and integers of 64 bits are decimal strings.",
    positionals: [{ ...ID, optional: true }],
    options: [...CREATION, JSON_OR_TEXT],
  },
  check: {
    summary: "say what is wrong with a bundle",
    details: "Validates config.json and says what this host cannot give it. Exits with 1 if the bundle cannot run here.",
    positionals: [],
    options: [BUNDLE, JSON_OR_TEXT],
  },
  features: {
    summary: "print what lamina supports as JSON",
    details: "Prints the features structure of the runtime specification. It does not depend on the host.",
    positionals: [],
    options: [],
  },
  completion: {
    summary: "print a completion script for bash",
    details: "Use it as in: source <(lamina completion)",
    positionals: [],
    options: [{ name: "word", type: "strings", value: "word", summary: "print the completions of these words instead", hidden: true }],
  },
  ...IMAGE_COMMANDS,
  ...VOLUME_COMMANDS,
} as const satisfies Readonly<Record<string, CommandRow>>;

export const GROUPS = {
  image: {
    summary: "images and their layers",
    details: "Root filesystems as stacks of layers, kept in a store that is an OCI image layout.",
  },
  volume: {
    summary: "directories that outlive containers",
    details: "Named volumes, which `run --image --volume NAME:/DIR` makes. Their files are in no layer and belong to no container.",
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
