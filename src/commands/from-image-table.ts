/** The options of commands that make a bundle of an image; see table.ts. */
import type { Option, Positional } from "./table-row.ts";

export const FROM_IMAGE = [
  {
    name: "volume",
    type: "strings",
    alias: "v",
    value: "src:dst[:ro]",
    summary: "show a directory or file of the host, or with a plain name a directory that lamina keeps, at dst; may be repeated",
  },
  {
    name: "driver",
    type: "string",
    value: "name",
    summary: "what puts the layers together: overlay (default), fuse-overlayfs, vfs or btrfs",
  },
  { name: "memory", type: "string", alias: "m", value: "bytes", summary: "limit of memory, as in 512m or 1g" },
  { name: "cpu-shares", type: "number", value: "n", summary: "weight among other containers; 1024 is normal" },
  { name: "env", type: "strings", alias: "e", value: "name=value", summary: "set a variable; may be repeated" },
  { name: "user", type: "string", alias: "u", value: "user[:group]", summary: "names of the image's, or numbers; default: the image's" },
  { name: "entrypoint", type: "string", value: "program", summary: "run this instead of the image's Entrypoint and Cmd" },
  { name: "workdir", type: "string", alias: "w", value: "dir", summary: "working directory of the process; default: the image's" },
  { name: "hostname", type: "string", value: "name", summary: "name of the container's machine; default: its id" },
  { name: "read-only", type: "boolean", summary: "make the root filesystem read-only" },
  { name: "tty", type: "boolean", alias: "t", summary: "give the process a terminal" },
] as const satisfies readonly Option[];

export const COMMAND = { name: "command", summary: "what to run instead of the image's Cmd" } as const satisfies Positional;
