/** The options of commands that make a bundle of an image. */
import type { Option, Positional } from "./table-row.ts";

export const FROM_IMAGE = [
  {
    name: "volume",
    type: "strings",
    alias: "v",
    value: "src:dst[:ro]",
    summary: "mount a host directory or file at dst, or, given a plain name, a named volume; repeatable",
  },
  {
    name: "driver",
    type: "string",
    value: "name",
    summary: "storage driver: overlay (default), fuse-overlayfs, vfs or btrfs",
  },
  { name: "memory", type: "string", alias: "m", value: "bytes", summary: "memory limit, for example 512m or 1g" },
  { name: "cpu-shares", type: "number", value: "n", summary: "CPU weight relative to other containers; 1024 is normal" },
  { name: "env", type: "strings", alias: "e", value: "name=value", summary: "set an environment variable; repeatable" },
  {
    name: "user",
    type: "string",
    alias: "u",
    value: "user[:group]",
    summary: "user and group, as numbers or names from the image; default: the image's",
  },
  { name: "entrypoint", type: "string", value: "program", summary: "run this instead of the image's Entrypoint and Cmd" },
  { name: "workdir", type: "string", alias: "w", value: "dir", summary: "working directory of the process; default: the image's" },
  { name: "hostname", type: "string", value: "name", summary: "host name of the container; default: its id" },
  { name: "read-only", type: "boolean", summary: "make the root filesystem read-only" },
  { name: "tty", type: "boolean", alias: "t", summary: "give the process a terminal" },
] as const satisfies readonly Option[];

export const COMMAND = { name: "command", summary: "what to run instead of the image's Cmd" } as const satisfies Positional;
