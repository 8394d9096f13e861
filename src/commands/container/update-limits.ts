/** The options of `update` → linux.resources, and back: which option a value of it came from. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { resourceRules } from "../../spec/rules/resources.ts";
import { applyRules } from "../../spec/rules/rule.ts";
import type { Resources } from "../../spec/types.ts";
import type { OptionValues } from "../line/arguments.ts";
import type { Option } from "../line/table-row.ts";

const DEPRECATED = "accepted for compatibility with runc and ignored: kernel memory has no limit of its own";

export const LIMIT_OPTIONS = [
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
  { name: "kernel-memory", type: "string", value: "bytes", summary: DEPRECATED, hidden: true },
  { name: "kernel-memory-tcp", type: "string", value: "bytes", summary: DEPRECATED, hidden: true },
] as const satisfies readonly Option[];

export type LimitArguments = OptionValues<typeof LIMIT_OPTIONS>;

interface LimitOption {
  readonly option: string;
  /** Where its value belongs. */
  readonly group: "memory" | "cpu" | "blockIO" | "pids";
  readonly key: string;
  readonly parse: (text: string) => number | string | undefined;
}

const OPTIONS: { readonly [K in keyof LimitArguments]?: LimitOption } = {
  memory: { option: "memory", group: "memory", key: "limit", parse: parseBytes },
  memoryReservation: { option: "memory-reservation", group: "memory", key: "reservation", parse: parseBytes },
  memorySwap: { option: "memory-swap", group: "memory", key: "swap", parse: parseBytes },
  kernelMemory: { option: "kernel-memory", group: "memory", key: "kernel", parse: parseBytes },
  kernelMemoryTcp: { option: "kernel-memory-tcp", group: "memory", key: "kernelTCP", parse: parseBytes },
  cpuShare: { option: "cpu-share", group: "cpu", key: "shares", parse: parseCount },
  cpuQuota: { option: "cpu-quota", group: "cpu", key: "quota", parse: parseInteger },
  cpuPeriod: { option: "cpu-period", group: "cpu", key: "period", parse: parseCount },
  cpuBurst: { option: "cpu-burst", group: "cpu", key: "burst", parse: parseCount },
  cpuRtRuntime: { option: "cpu-rt-runtime", group: "cpu", key: "realtimeRuntime", parse: parseInteger },
  cpuRtPeriod: { option: "cpu-rt-period", group: "cpu", key: "realtimePeriod", parse: parseCount },
  cpuIdle: { option: "cpu-idle", group: "cpu", key: "idle", parse: (text) => (/^[01]$/.test(text) ? Number(text) : undefined) },
  cpusetCpus: { option: "cpuset-cpus", group: "cpu", key: "cpus", parse: (text) => text },
  cpusetMems: { option: "cpuset-mems", group: "cpu", key: "mems", parse: (text) => text },
  pidsLimit: { option: "pids-limit", group: "pids", key: "limit", parse: parseInteger },
  blkioWeight: { option: "blkio-weight", group: "blockIO", key: "weight", parse: parseWeight },
};

/** Throws code "usage", in runc's words, for a value that is none. */
export function limitsOf(args: LimitArguments): Resources {
  const resources: Record<string, Record<string, number | string>> = {};
  for (const [name, row] of Object.entries(OPTIONS)) {
    const text = args[name as keyof LimitArguments];
    if (typeof text !== "string") continue;
    const value = row.parse(text);
    if (value === undefined) {
      throw new RuntimeError("usage", `invalid value for ${row.option}: ${JSON.stringify(text)}`, { hint: "see lamina update --help" });
    }
    resources[row.group] = { ...resources[row.group], [row.key]: value };
  }
  const limits = resources as Resources; // the table puts each value where the specification has it
  for (const { pointer, problem } of applyRules(resourceRules, limits)) {
    throw new RuntimeError("usage", `invalid value for ${optionOf(pointer)?.slice(2)}: it ${problem}`, {
      hint: "see lamina update --help",
    });
  }
  return limits;
}

/** The option that a value of linux.resources came from, by its pointer below that. */
export function optionOf(pointer: string): string | undefined {
  const found = Object.values(OPTIONS).find(({ group, key }) => pointer === `/${group}/${key}`);
  return found && `--${found.option}`;
}

const UNITS = "kmgtp";

/** As runc: a number with or without a fraction, a unit of 1024, and -1. */
function parseBytes(text: string): number | undefined {
  if (text === "-1") return -1;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgtp])?i?b?$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const bytes = Math.floor(Number(number) * 1024 ** (UNITS.indexOf(unit.toLowerCase()) + (unit === "" ? 0 : 1)));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function parseInteger(text: string): number | undefined {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseCount(text: string): number | undefined {
  const value = parseInteger(text);
  return value === undefined || value < 0 ? undefined : value;
}

/** What the specification can express; which of them the kernel takes is for the kernel to say. */
function parseWeight(text: string): number | undefined {
  const value = parseCount(text);
  return value === undefined || value > 65535 ? undefined : value;
}
