/** Reads what a container uses from its cgroups of v1 (Documentation/admin-guide/cgroup-v1). */
import type { CgroupPaths } from "../../plan/cgroup/place.ts";
import { readCgroupFile } from "../cgroup/cgroup-file.ts";
import { type Count, parseList, readCount, readCounts, readLines, readTable } from "./counters.ts";
import { hugePageSizes } from "./huge-pages.ts";
import { type BlockCount, type BlockCounts, CPUSET_FLAGS, type HugePages, type MemoryUse, type Stats } from "./stats.ts";

export function readV1Stats(paths: CgroupPaths): Stats {
  return {
    cpu: readCpu(paths),
    cpuset: readCpuset(paths.cpuset),
    memory: readMemory(paths.memory),
    pids: readPids(paths.pids),
    blkio: readBlockIo(paths.blkio),
    hugetlb: readHugePages(paths.hugetlb),
  };
}

/** USER_HZ is 100 on all architectures that there is a lamina for. */
const NANOSECONDS_PER_TICK = 10_000_000n;

function readCpu({ cpu, cpuacct }: CgroupPaths): Stats["cpu"] {
  const throttling = readTable(cpu, "cpu.stat");
  const ticks = readTable(cpuacct, "cpuacct.stat");
  const [, ...modes] = readLines(cpuacct, "cpuacct.usage_all"); // below a heading: cpu user system
  const column = (index: number): Count[] => modes.map((line) => BigInt(line.split(" ")[index] ?? 0));
  return {
    total: readCount(cpuacct, "cpuacct.usage") ?? 0n,
    percpu: readCounts(cpuacct, "cpuacct.usage_percpu"),
    percpuKernel: column(2),
    percpuUser: column(1),
    kernel: (ticks.get("system") ?? 0n) * NANOSECONDS_PER_TICK,
    user: (ticks.get("user") ?? 0n) * NANOSECONDS_PER_TICK,
    periods: throttling.get("nr_periods") ?? 0n,
    throttledPeriods: throttling.get("nr_throttled") ?? 0n,
    throttledTime: throttling.get("throttled_time") ?? 0n,
  };
}

function readCpuset(directory: string | undefined): Stats["cpuset"] {
  const list = (name: string): number[] => parseList(readLines(directory, `cpuset.${name}`)[0] ?? "");
  const flag = (name: string): Count => BigInt(readLines(directory, `cpuset.${name}`)[0] ?? 0); // -1 is one too
  return {
    cpus: list("cpus"),
    mems: list("mems"),
    flags: Object.fromEntries(Object.entries(CPUSET_FLAGS).map(([name, file]) => [name, flag(file)])),
  };
}

function readMemory(directory: string | undefined): Stats["memory"] {
  const raw = readTable(directory, "memory.stat");
  const use = (kind: string): MemoryUse => {
    const count = (name: string): Count => readCount(directory, `memory.${kind}${name}`) ?? 0n;
    return { limit: count("limit_in_bytes"), usage: count("usage_in_bytes"), max: count("max_usage_in_bytes"), failcnt: count("failcnt") };
  };
  return { cache: raw.get("cache") ?? 0n, usage: use(""), swap: use("memsw."), kernel: use("kmem."), kernelTCP: use("kmem.tcp."), raw };
}

function readPids(directory: string | undefined): Stats["pids"] {
  const isUnlimited = directory === undefined || readCgroupFile(`${directory}/pids.max`) === "max";
  return {
    current: readCount(directory, "pids.current") ?? 0n,
    limit: isUnlimited ? 0n : (readCount(directory, "pids.max") ?? 0n),
  };
}

const FILES = {
  sectorsRecursive: "sectors_recursive",
  ioServiceTimeRecursive: "io_service_time_recursive",
  ioWaitTimeRecursive: "io_wait_time_recursive",
  ioMergedRecursive: "io_merged_recursive",
  ioQueueRecursive: "io_queued_recursive",
  ioTimeRecursive: "time_recursive",
  ioServicedRecursive: "io_serviced_recursive",
  ioServiceBytesRecursive: "io_service_bytes_recursive",
} as const satisfies { readonly [Name in keyof BlockCounts]: string };

const TRANSFERS = { ioServicedRecursive: "io_serviced_recursive", ioServiceBytesRecursive: "io_service_bytes_recursive" } as const;

/** Who counts depends on the scheduler, and on how the kernel is built: the first that has counted anything is believed. */
const SOURCES = [
  { prefix: "blkio.bfq.", files: FILES },
  { prefix: "blkio.bfq.", files: TRANSFERS },
  { prefix: "blkio.", files: FILES },
  { prefix: "blkio.throttle.", files: TRANSFERS },
  { prefix: "blkio.throttle.", files: { ioServicedRecursive: "io_serviced", ioServiceBytesRecursive: "io_service_bytes" } },
] as const;

function readBlockIo(directory: string | undefined): BlockCounts {
  for (const { prefix, files } of SOURCES) {
    const [first = ""] = Object.values(files);
    if (readBlockCounts(directory, prefix + first).length === 0) continue;
    return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readBlockCounts(directory, prefix + file)]));
  }
  return {};
}

/** Lines such as `8:0 Read 4096`, `8:0 5`, and a total that is left out. */
function readBlockCounts(directory: string | undefined, file: string): BlockCount[] {
  return readLines(directory, file).flatMap((line) => {
    const [, major, minor, op = "", value] = /^(\d+):(\d+) (?:(\S+) )?(\d+)$/.exec(line) ?? [];
    return value === undefined ? [] : { major: Number(major), minor: Number(minor), op, value: BigInt(value) };
  });
}

function readHugePages(directory: string | undefined): Readonly<Record<string, HugePages>> {
  if (directory === undefined) return {};
  const sizes = hugePageSizes().map((size) => {
    const reserved = readCount(directory, `hugetlb.${size}.rsvd.usage_in_bytes`);
    const count = (name: string): Count => readCount(directory, `hugetlb.${size}.${reserved === undefined ? "" : "rsvd."}${name}`) ?? 0n;
    return [size, { usage: count("usage_in_bytes"), max: count("max_usage_in_bytes"), failcnt: count("failcnt") }] as const;
  });
  return Object.fromEntries(sizes);
}
