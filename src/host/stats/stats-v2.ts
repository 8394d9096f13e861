/** Reads what a container uses from its cgroup of v2 (Documentation/admin-guide/cgroup-v2.rst), in the names of v1 as runc does. */
import { type Count, NO_LIMIT, parseCount, readCount, readLines, readTable } from "./counters.ts";
import { hugePageSizes } from "./huge-pages.ts";
import {
  type BlockCount,
  type BlockCounts,
  type HugePages,
  type MemoryUse,
  NO_MEMORY,
  type Pressure,
  type PressureLine,
  type Stats,
} from "./stats.ts";

export function readV2Stats(directory: string): Stats {
  return {
    cpu: readCpu(directory),
    cpuset: { cpus: [], mems: [], flags: {} },
    memory: readMemory(directory),
    pids: readPids(directory),
    blkio: { ...readBlockIo(directory), psi: readPressure(directory, "io") },
    hugetlb: readHugePages(directory),
  };
}

function readCpu(directory: string): Stats["cpu"] {
  const table = readTable(directory, "cpu.stat");
  const count = (name: string): Count => table.get(name) ?? 0n;
  return {
    total: count("usage_usec") * 1000n,
    percpu: [],
    percpuKernel: [],
    percpuUser: [],
    kernel: count("system_usec") * 1000n,
    user: count("user_usec") * 1000n,
    periods: count("nr_periods"),
    throttledPeriods: count("nr_throttled"),
    throttledTime: count("throttled_usec") * 1000n,
    psi: readPressure(directory, "cpu"),
  };
}

/** v1 counts memory and swap together; the most that both had together is not known here. */
function readMemory(directory: string): Stats["memory"] {
  const raw = readTable(directory, "memory.stat");
  const usage = readUse(directory, "memory");
  const swap = readUse(directory, "memory.swap");
  const together = {
    limit: swap.limit === NO_LIMIT || usage.limit === NO_LIMIT ? NO_LIMIT : swap.limit + usage.limit,
    usage: swap.usage + usage.usage,
    max: 0n,
    failcnt: swap.failcnt,
  };
  const psi = readPressure(directory, "memory");
  return { cache: raw.get("file") ?? 0n, usage, swap: together, kernel: NO_MEMORY, kernelTCP: NO_MEMORY, raw, psi };
}

function readUse(directory: string, prefix: string): MemoryUse {
  return {
    limit: readCount(directory, `${prefix}.max`) ?? 0n,
    usage: readCount(directory, `${prefix}.current`) ?? 0n,
    max: readCount(directory, `${prefix}.peak`) ?? 0n, // since Linux 5.19, of swap since 6.5
    failcnt: 0n,
  };
}

/** Without the controller the processes are counted. */
function readPids(directory: string): Stats["pids"] {
  const limit = readCount(directory, "pids.max") ?? 0n;
  const current = readCount(directory, "pids.current") ?? BigInt(readLines(directory, "cgroup.procs").length);
  return { current, limit: limit === NO_LIMIT ? 0n : limit };
}

/** Items of io.stat that v1 has a name for. */
const TRANSFERS = {
  rbytes: { name: "ioServiceBytesRecursive", op: "Read" },
  wbytes: { name: "ioServiceBytesRecursive", op: "Write" },
  rios: { name: "ioServicedRecursive", op: "Read" },
  wios: { name: "ioServicedRecursive", op: "Write" },
} as const;

/** Lines such as `8:0 rbytes=4096 wbytes=0 rios=1 wios=0`. */
function readBlockIo(directory: string): BlockCounts {
  const counts: Record<(typeof TRANSFERS)[keyof typeof TRANSFERS]["name"], BlockCount[]> = {
    ioServiceBytesRecursive: [],
    ioServicedRecursive: [],
  };
  for (const line of readLines(directory, "io.stat")) {
    const [device = "", ...items] = line.split(" ");
    const [major = Number.NaN, minor = Number.NaN] = device.split(":").map(Number);
    if (!Number.isInteger(major) || !Number.isInteger(minor)) continue;
    for (const item of items) {
      const [key = "", text] = item.split("=");
      const value = parseCount(text);
      const transfer = Object.entries(TRANSFERS).find(([name]) => name === key)?.[1];
      if (transfer !== undefined && value !== undefined) counts[transfer.name].push({ major, minor, op: transfer.op, value });
    }
  }
  return counts;
}

function readHugePages(directory: string): Readonly<Record<string, HugePages>> {
  const sizes = hugePageSizes().flatMap((size) => {
    const usage = readCount(directory, `hugetlb.${size}.rsvd.current`) ?? readCount(directory, `hugetlb.${size}.current`);
    if (usage === undefined) return [];
    return [[size, { usage, max: 0n, failcnt: readTable(directory, `hugetlb.${size}.events`).get("max") ?? 0n }] as const];
  });
  return Object.fromEntries(sizes);
}

const NO_PRESSURE: PressureLine = { avg10: 0, avg60: 0, avg300: 0, total: 0n };

/** Undefined where the kernel does not measure it. */
function readPressure(directory: string, resource: "cpu" | "io" | "memory"): Pressure | undefined {
  const lines = readLines(directory, `${resource}.pressure`);
  const line = (kind: string): PressureLine => {
    const found = lines.find((one) => one.startsWith(`${kind} `));
    return found === undefined ? NO_PRESSURE : parsePressure(found);
  };
  return lines.length === 0 ? undefined : { some: line("some"), full: line("full") };
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` */
function parsePressure(line: string): PressureLine {
  const values = new Map(line.split(" ").map((item) => item.split("=") as [string, string | undefined]));
  const average = (name: string): number => Number(values.get(name) ?? 0);
  return { avg10: average("avg10"), avg60: average("avg60"), avg300: average("avg300"), total: parseCount(values.get("total")) ?? 0n };
}
