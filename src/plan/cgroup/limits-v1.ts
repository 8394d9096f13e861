/** config.json `linux.resources` → writes to the files of cgroup v1 (Documentation/admin-guide/cgroup-v1). Pure. */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { BlockIo, Cpu, Memory, Network, Resources } from "../../spec/types.ts";
import {
  type CgroupFiles,
  type CgroupLimit,
  type CgroupLimits,
  isSet,
  kernelMemoryWarnings,
  missingBurst,
  pidsText,
  RESOURCES,
  rdmaText,
  requireBurst,
  THROTTLE_NAMES,
  writeLimit,
} from "./limit.ts";

/** `now` is what the files have that decide about the order; nothing is known of a cgroup that has yet to be made. */
export function planV1Limits(resources: Resources, now: CgroupFiles = {}): CgroupLimits {
  const { cpu = {}, memory = {}, pids, blockIO = {}, hugepageLimits = [], network = {}, rdma = {}, unified = {} } = resources;
  const [file] = Object.keys(unified);
  if (file !== undefined) throw refuseUnified(file);
  const limits = [
    ...planCpuset(cpu),
    ...planMemory(memory, now),
    ...planCpu(cpu, now),
    ...planRealtime(cpu, now),
    ...(pids?.limit === undefined ? [] : [writeLimit("pids", "pids.max", pidsText(pids.limit), "/pids/limit")]),
    ...planBlockIo(blockIO),
    ...hugepageLimits.flatMap(({ pageSize, limit }, i) => [
      writeLimit("hugetlb", `hugetlb.${pageSize}.limit_in_bytes`, limit, `/hugepageLimits/${i}`),
      // reservations are counted since Linux 5.7; before that, the limit above is the only one
      writeLimit("hugetlb", `hugetlb.${pageSize}.rsvd.limit_in_bytes`, limit, `/hugepageLimits/${i}`, "ignore"),
    ]),
    ...planNetwork(network),
    ...Object.entries(rdma).map(([device, limit]) => writeLimit("rdma", "rdma.max", rdmaText(device, limit), `/rdma/${device}`)),
  ];
  return { limits, warnings: kernelMemoryWarnings(memory, ["kernel"]) };
}

/** In runc's words. */
function refuseUnified(file: string): RuntimeError {
  return new RuntimeError("unsupported", "invalid configuration: cannot use unified on cgroup v1", {
    pointer: `${RESOURCES}/unified`,
    hint: `cgroup v1 limits containers on this host, and ${file} is a file of cgroup v2: leave it out`,
  });
}

function planCpuset({ cpus = "", mems = "" }: Cpu): CgroupLimit[] {
  return [
    ...(cpus === "" ? [] : [writeLimit("cpuset", "cpuset.cpus", cpus, "/cpu/cpus")]),
    ...(mems === "" ? [] : [writeLimit("cpuset", "cpuset.mems", mems, "/cpu/mems")]),
  ];
}

/** The kernel keeps memory ≤ memory plus swap at every moment. */
function planMemory(memory: Memory, now: CgroupFiles): CgroupLimit[] {
  const { reservation, swappiness, disableOOMKiller, useHierarchy, kernelTCP } = memory;
  if (swappiness !== undefined && swappiness > 100) {
    throw new RuntimeError("config", `cannot set swappiness to ${swappiness}: accepted are 0 to 100`, {
      pointer: `${RESOURCES}/memory/swappiness`,
    });
  }
  return [
    ...planMemoryAndSwap(memory, now),
    ...(isSet(reservation) ? [writeLimit("memory", "memory.soft_limit_in_bytes", reservation, "/memory/reservation")] : []),
    ...(isSet(kernelTCP) ? [writeLimit("memory", "memory.kmem.tcp.limit_in_bytes", kernelTCP, "/memory/kernelTCP", "warn")] : []),
    ...planOomKiller(disableOOMKiller, now),
    ...(swappiness === undefined || swappiness < 0 ? [] : [writeLimit("memory", "memory.swappiness", swappiness, "/memory/swappiness")]),
    ...(useHierarchy ? [writeLimit("memory", "memory.use_hierarchy", 1, "/memory/useHierarchy", "warn")] : []),
  ];
}

/** A new cgroup has one, as nearly all are to have. */
function planOomKiller(isDisabled: boolean | undefined, now: CgroupFiles): CgroupLimit[] {
  const isBack = isDisabled === false && (now["memory.oom_control"] ?? "").includes("oom_kill_disable 1");
  return isDisabled || isBack ? [writeLimit("memory", "memory.oom_control", isDisabled ? 1 : 0, "/memory/disableOOMKiller")] : [];
}

const SWAP_FILE = "memory.memsw.limit_in_bytes";

function planMemoryAndSwap({ limit, swap }: Memory, now: CgroupFiles): CgroupLimit[] {
  const writeMemory = isSet(limit) ? [writeLimit("memory", "memory.limit_in_bytes", limit, "/memory/limit")] : [];
  const writeSwap = isSet(swap) ? [writeLimit("memory", SWAP_FILE, swap < 0 ? -1 : swap, "/memory/swap")] : [];
  // without a limit on memory there is none on memory plus swap; the file is missing where swap is not accounted
  if (isSet(limit) && !isSet(swap) && limit < 0) return [writeLimit("memory", SWAP_FILE, -1, "/memory/limit", "ignore"), ...writeMemory];
  if (!isSet(limit) || !isSet(swap) || swap < 0) return [...writeSwap, ...writeMemory];
  const current = now[SWAP_FILE];
  // a cgroup that was there already may have any limit: it is lifted
  if (current === undefined) return [writeLimit("memory", SWAP_FILE, -1, "/memory/swap"), ...writeMemory, ...writeSwap];
  return BigInt(swap) < BigInt(current) ? [...writeMemory, ...writeSwap] : [...writeSwap, ...writeMemory];
}

/** The kernel silently clamps shares to this range. */
const FEWEST_SHARES = 2;
const MOST_SHARES = 262144;

/** An idle group rejects shares: it stops being one first, and becomes one last. */
function planCpu(cpu: Cpu, now: CgroupFiles): CgroupLimit[] {
  const { shares, quota, period, burst, idle } = cpu;
  if (isSet(shares)) requireShares(shares);
  requireBurst(cpu);
  const writePeriod = isSet(period) ? [writeLimit("cpu", "cpu.cfs_period_us", period, "/cpu/period")] : [];
  const writeQuota = isSet(quota) ? [writeLimit("cpu", "cpu.cfs_quota_us", quota < 0 ? -1 : quota, "/cpu/quota")] : [];
  // since Linux 5.14
  const writeBurst =
    burst === undefined ? [] : [writeLimit("cpu", "cpu.cfs_burst_us", burst, "/cpu/burst", missingBurst(now["cpu.cfs_burst_us"]))];
  const isShorter = isSet(period) && isLess(period, now["cpu.cfs_period_us"]);
  const writeIdle = idle === undefined ? [] : [writeLimit("cpu", "cpu.idle", idle, "/cpu/idle")];
  const time = isShorter ? [...writeQuota, ...writePeriod] : [...writePeriod, ...writeQuota];
  return [
    ...(isSet(idle) ? [] : writeIdle),
    ...(isSet(shares) ? [writeLimit("cpu", "cpu.shares", shares, "/cpu/shares")] : []),
    // a burst never exceeds the quota
    ...(burst !== undefined && isLess(burst, now["cpu.cfs_burst_us"]) ? [...writeBurst, ...time] : [...time, ...writeBurst]),
    ...(isSet(idle) ? writeIdle : []),
  ];
}

function requireShares(shares: number | bigint): void {
  if (shares >= FEWEST_SHARES && shares <= MOST_SHARES) return;
  const reason =
    shares < FEWEST_SHARES ? `the minimum allowed cpu-shares is ${FEWEST_SHARES}` : `the maximum allowed cpu-shares is ${MOST_SHARES}`;
  throw new RuntimeError("config", `cannot set cpu shares to ${shares}: ${reason}`, { pointer: `${RESOURCES}/cpu/shares` });
}

/** Must be set before a process with a realtime policy enters: the kernel refuses to move one into a group without realtime. */
function planRealtime({ realtimePeriod: period, realtimeRuntime: runtime }: Cpu, now: CgroupFiles): CgroupLimit[] {
  const writePeriod = isSet(period) ? [writeLimit("cpu", "cpu.rt_period_us", period, "/cpu/realtimePeriod")] : [];
  const writeRuntime = isSet(runtime) ? [writeLimit("cpu", "cpu.rt_runtime_us", runtime, "/cpu/realtimeRuntime")] : [];
  const isShorter = isSet(period) && isLess(period, now["cpu.rt_period_us"]);
  return isShorter ? [...writeRuntime, ...writePeriod] : [...writePeriod, ...writeRuntime];
}

/**
 * A group's share of time, quota by period, never exceeds its parent's: of the two, what makes it smaller is written first. A period that
 * gets longer does that whatever becomes of the quota, and one that gets shorter never does.
 */
function isLess(value: number | bigint, current: string | undefined): boolean {
  return current !== undefined && BigInt(value) < BigInt(current);
}

const THROTTLE_FILES = {
  throttleReadBpsDevice: "blkio.throttle.read_bps_device",
  throttleWriteBpsDevice: "blkio.throttle.write_bps_device",
  throttleReadIOPSDevice: "blkio.throttle.read_iops_device",
  throttleWriteIOPSDevice: "blkio.throttle.write_iops_device",
} as const;

function planBlockIo(blockIO: BlockIo): CgroupLimit[] {
  const { weight, leafWeight, weightDevice = [] } = blockIO;
  const limits = [
    ...(isSet(weight) ? planWeight("weight", `${weight}`, "/blockIO/weight") : []),
    ...(isSet(leafWeight) ? [writeLimit("blkio", "blkio.leaf_weight", leafWeight, "/blockIO/leafWeight")] : []),
  ];
  for (const [i, device] of weightDevice.entries()) {
    const { major, minor, weight: own, leafWeight: leaf } = device;
    const origin = `/blockIO/weightDevice/${i}`;
    if (isSet(own)) append(limits, planWeight("weight_device", `${major}:${minor} ${own}`, origin));
    if (isSet(leaf)) limits.push(writeLimit("blkio", "blkio.leaf_weight_device", `${major}:${minor} ${leaf}`, origin));
  }
  for (const name of THROTTLE_NAMES) {
    for (const [i, { major, minor, rate }] of (blockIO[name] ?? []).entries()) {
      limits.push(writeLimit("blkio", THROTTLE_FILES[name], `${major}:${minor} ${rate}`, `/blockIO/${name}/${i}`));
    }
  }
  return limits;
}

/** Since Linux 5.0 weights belong to the BFQ scheduler, and so do their files. */
function planWeight(file: string, text: string, origin: string): CgroupLimit[] {
  return [writeLimit("blkio", `blkio.${file}`, text, origin, "else"), writeLimit("blkio", `blkio.bfq.${file}`, text, origin)];
}

function planNetwork({ classID, priorities = [] }: Network): CgroupLimit[] {
  return [
    ...(isSet(classID) ? [writeLimit("net_cls", "net_cls.classid", classID, "/network/classID")] : []),
    ...priorities.map(({ name, priority }, i) =>
      writeLimit("net_prio", "net_prio.ifpriomap", `${name} ${priority}`, `/network/priorities/${i}`),
    ),
  ];
}
