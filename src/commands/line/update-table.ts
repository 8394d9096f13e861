/** The command `update`, with a limit for each of its options; see table.ts. */
import type { CommandRow, Option } from "./table-row.ts";

const DEPRECATED = "accepted for compatibility with runc and ignored: kernel memory has no limit of its own";

export const UPDATE = {
  summary: "change the limits of a container",
  details:
    "Changes the limits of a container that is created, running or paused: all that are given, or none if one is refused. 0 leaves a value as it is. With --resources all other options are ignored; the file has the form of linux.resources in config.json, whose devices cannot be changed. Bytes take a suffix, as in 512m; -1 is no limit.",
  positionals: [{ name: "id", summary: "container id, unique below --root" }],
  options: [
    {
      name: "resources",
      type: "string",
      alias: "r",
      value: "file",
      summary: "read the limits from this JSON file, or from standard input if it is -",
    },
    { name: "memory", type: "string", value: "bytes", summary: "memory" },
    { name: "memory-reservation", type: "string", value: "bytes", summary: "memory that is left to the container when it is scarce" },
    { name: "memory-swap", type: "string", value: "bytes", summary: "memory and swap together" },
    { name: "cpu-share", type: "string", value: "n", summary: "weight relative to other containers; 1024 is normal" },
    { name: "cpu-quota", type: "string", value: "us", summary: "microseconds of processor time in each period" },
    { name: "cpu-period", type: "string", value: "us", summary: "length of a period" },
    { name: "cpu-burst", type: "string", value: "us", summary: "unused time of earlier periods that may be spent in one" },
    { name: "cpu-rt-runtime", type: "string", value: "us", summary: "processor time of realtime processes in each of their periods" },
    { name: "cpu-rt-period", type: "string", value: "us", summary: "length of a realtime period" },
    { name: "cpu-idle", type: "string", value: "0|1", summary: "1: run only when nothing else wants to" },
    { name: "cpuset-cpus", type: "string", value: "list", summary: "processors, such as 0-3,7" },
    { name: "cpuset-mems", type: "string", value: "list", summary: "memory nodes, such as 0-1" },
    { name: "pids-limit", type: "string", value: "n", summary: "number of processes" },
    { name: "blkio-weight", type: "string", value: "n", summary: "weight of block I/O, 10 to 1000" },
    { name: "l3-cache-schema", type: "string", value: "schema", summary: "refused: Intel RDT is not supported" },
    { name: "mem-bw-schema", type: "string", value: "schema", summary: "refused: Intel RDT is not supported" },
    { name: "kernel-memory", type: "string", value: "bytes", summary: DEPRECATED, hidden: true },
    { name: "kernel-memory-tcp", type: "string", value: "bytes", summary: DEPRECATED, hidden: true },
  ],
} as const satisfies CommandRow & { readonly options: readonly Option[] };
