/** What a container uses, in the form that `runc events` prints: its names, units and order. No code but that form. */
import type { WideJson } from "../../base/wide-json.ts";
import type { Count } from "./counters.ts";

export interface MemoryUse {
  readonly limit: Count;
  readonly usage: Count;
  readonly max: Count;
  readonly failcnt: Count;
}

export const NO_MEMORY: MemoryUse = { limit: 0n, usage: 0n, max: 0n, failcnt: 0n };

/** A device with what was counted for it. */
export interface BlockCount {
  readonly major: number;
  readonly minor: number;
  readonly op: string;
  readonly value: Count;
}

export const BLOCK_COUNTS = [
  "ioServiceBytesRecursive",
  "ioServicedRecursive",
  "ioQueueRecursive",
  "ioServiceTimeRecursive",
  "ioWaitTimeRecursive",
  "ioMergedRecursive",
  "ioTimeRecursive",
  "sectorsRecursive",
] as const;

export type BlockCounts = { readonly [Name in (typeof BLOCK_COUNTS)[number]]?: readonly BlockCount[] };

/** How long processes waited: percent of the last seconds, and microseconds in all (Documentation/accounting/psi.rst). */
export interface Pressure {
  readonly some: PressureLine;
  readonly full: PressureLine;
}

export interface PressureLine {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly total: Count;
}

export interface HugePages {
  readonly usage: Count;
  readonly max: Count;
  readonly failcnt: Count;
}

/** Times are nanoseconds, sizes bytes. */
export interface Stats {
  readonly cpu: {
    readonly total: Count;
    readonly percpu: readonly Count[];
    readonly percpuKernel: readonly Count[];
    readonly percpuUser: readonly Count[];
    readonly kernel: Count;
    readonly user: Count;
    readonly periods: Count;
    readonly throttledPeriods: Count;
    readonly throttledTime: Count;
    readonly psi?: Pressure | undefined;
  };
  readonly cpuset: { readonly cpus: readonly number[]; readonly mems: readonly number[]; readonly flags: Readonly<Record<string, Count>> };
  readonly memory: {
    readonly cache: Count;
    readonly usage: MemoryUse;
    readonly swap: MemoryUse;
    readonly kernel: MemoryUse;
    readonly kernelTCP: MemoryUse;
    readonly raw: ReadonlyMap<string, Count>;
    readonly psi?: Pressure | undefined;
  };
  /** Without a limit it is 0. */
  readonly pids: { readonly current: Count; readonly limit: Count };
  readonly blkio: BlockCounts & { readonly psi?: Pressure | undefined };
  readonly hugetlb: Readonly<Record<string, HugePages>>;
}

/** Files of a v1 cpuset that hold a number, by their names in the result. */
export const CPUSET_FLAGS = {
  cpu_exclusive: "cpu_exclusive",
  mem_hardwall: "mem_hardwall",
  mem_exclusive: "mem_exclusive",
  memory_migrate: "memory_migrate",
  memory_spread_page: "memory_spread_page",
  memory_spread_slab: "memory_spread_slab",
  memory_pressure: "memory_pressure",
  sched_load_balance: "sched_load_balance",
  sched_relax_domain_level: "sched_relax_domain_level",
} as const;

/** As runc: of most numbers and lists, zero and empty are left out. */
export function statsJson({ cpu, cpuset, memory, pids, blkio, hugetlb }: Stats, rdt: WideJson = {}): WideJson {
  return {
    cpu: {
      usage: {
        total: some(cpu.total),
        percpu: filled(cpu.percpu),
        percpu_kernel: filled(cpu.percpuKernel),
        percpu_user: filled(cpu.percpuUser),
        kernel: cpu.kernel,
        user: cpu.user,
      },
      throttling: {
        periods: some(cpu.periods),
        throttledPeriods: some(cpu.throttledPeriods),
        throttledTime: some(cpu.throttledTime),
      },
      psi: pressureJson(cpu.psi),
    },
    cpuset: cpusetJson(cpuset),
    memory: {
      cache: some(memory.cache),
      usage: memoryJson(memory.usage),
      swap: memoryJson(memory.swap),
      kernel: memoryJson(memory.kernel),
      kernelTCP: memoryJson(memory.kernelTCP),
      raw: memory.raw.size === 0 ? undefined : Object.fromEntries([...memory.raw].sort(([a], [b]) => (a < b ? -1 : 1))),
      psi: pressureJson(memory.psi),
    },
    pids: { current: some(pids.current), limit: some(pids.limit) },
    blkio: {
      ...Object.fromEntries(BLOCK_COUNTS.map((name) => [name, filled((blkio[name] ?? []).map(blockJson))])),
      psi: pressureJson(blkio.psi),
    },
    hugetlb: Object.fromEntries(
      Object.entries(hugetlb).map(([size, { usage, max, failcnt }]) => [size, { usage: some(usage), max: some(max), failcnt }]),
    ),
    intel_rdt: rdt,
    network_interfaces: null, // the specification gives a container no interface of the host that could be counted
  };
}

function cpusetJson({ cpus, mems, flags }: Stats["cpuset"]): WideJson {
  const { cpu_exclusive, ...others } = Object.fromEntries(Object.keys(CPUSET_FLAGS).map((name) => [name, flags[name] ?? 0n]));
  return { cpus: filled(cpus), cpu_exclusive, mems: filled(mems), ...others };
}

function memoryJson({ limit, usage, max, failcnt }: MemoryUse): WideJson {
  return { limit, usage: some(usage), max: some(max), failcnt };
}

function blockJson({ major, minor, op, value }: BlockCount): WideJson {
  return { major: some(major), minor: some(minor), op: op === "" ? undefined : op, value: some(value) };
}

function pressureJson(pressure: Pressure | undefined): WideJson | undefined {
  return pressure && { some: { ...pressure.some }, full: { ...pressure.full } };
}

function some<T extends number | bigint>(value: T): T | undefined {
  return BigInt(value) === 0n ? undefined : value;
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
