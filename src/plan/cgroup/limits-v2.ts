/**
 * config.json `linux.resources` → writes to the files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). Pure.
 *
 * The specification's values are those of v1. Where v2 uses another scale they are converted as runc does; where v2 has
 * no equivalent they are refused.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { BlockIo, Cpu, Memory, Resources } from "../../spec/types.ts";
import {
  type CgroupLimit,
  type CgroupLimits,
  cannotLimit,
  isSet,
  kernelMemoryWarnings,
  pidsText,
  RESOURCES,
  rdmaText,
  requireBurst,
  THROTTLE_NAMES,
  writeLimit,
} from "./limit.ts";

export function planV2Limits(resources: Resources): CgroupLimits {
  const { cpu = {}, memory = {}, pids, blockIO = {}, hugepageLimits = [], network = {}, rdma = {}, unified = {} } = resources;
  if (isSet(network.classID)) throw cannotLimit("network", NOT_ON_V2, `${RESOURCES}/network/classID`);
  if ((network.priorities ?? []).length > 0) throw cannotLimit("network", NOT_ON_V2, `${RESOURCES}/network/priorities`);
  const limits = [
    ...(pids?.limit === undefined ? [] : [writeLimit("pids", "pids.max", pidsText(pids.limit), "/pids/limit")]),
    ...planMemory(memory),
    ...planBlockIo(blockIO),
    ...planCpu(cpu),
    ...(cpu.cpus ? [writeLimit("cpuset", "cpuset.cpus", cpu.cpus, "/cpu/cpus")] : []),
    ...(cpu.mems ? [writeLimit("cpuset", "cpuset.mems", cpu.mems, "/cpu/mems")] : []),
    ...hugepageLimits.flatMap(({ pageSize, limit }, i) => [
      writeLimit("hugetlb", `hugetlb.${pageSize}.max`, limit, `/hugepageLimits/${i}`),
      // reservations are counted since Linux 5.7; before that, the limit above is the only one
      writeLimit("hugetlb", `hugetlb.${pageSize}.rsvd.max`, limit, `/hugepageLimits/${i}`, "ignore"),
    ]),
    ...Object.entries(rdma).map(([device, limit]) => writeLimit("rdma", "rdma.max", rdmaText(device, limit), `/rdma/${device}`)),
    ...Object.entries(unified).flatMap(([file, text]) => planUnified(file, text)),
  ];
  return { limits, warnings: kernelMemoryWarnings(memory, ["kernel", "kernelTCP"]) };
}

const NOT_ON_V2 = "cgroup v2 has no equivalent";

function planMemory(memory: Memory): CgroupLimit[] {
  const { limit, reservation, swappiness, disableOOMKiller } = memory;
  if (swappiness !== undefined && swappiness >= 0) throw cannotLimit("swappiness", NOT_ON_V2, `${RESOURCES}/memory/swappiness`);
  if (disableOOMKiller) throw cannotLimit("out-of-memory killing", NOT_ON_V2, `${RESOURCES}/memory/disableOOMKiller`);
  const swap = swapLimit(memory);
  // the file is missing where swap is not accounted: there is no limit anyway, and with 0 there is nothing to forbid
  const isOptional = swap === "max" || swap === "0";
  return [
    ...(swap === undefined ? [] : [writeLimit("memory", "memory.swap.max", swap, "/memory/swap", isOptional ? "ignore" : "stop")]),
    ...(isSet(limit) ? [writeLimit("memory", "memory.max", maxText(limit), "/memory/limit")] : []),
    ...(isSet(reservation) ? [writeLimit("memory", "memory.low", maxText(reservation), "/memory/reservation")] : []),
  ];
}

/** v1 limits memory and swap together, v2 swap alone. */
function swapLimit({ limit = 0, swap = 0 }: Memory): string | undefined {
  if (!isSet(swap)) return limit < 0 ? "max" : undefined;
  if (swap < 0 || limit < 0) return maxText(swap);
  if (!isSet(limit)) {
    throw new RuntimeError("config", "cannot limit swap: unable to set swap limit without memory limit", {
      pointer: `${RESOURCES}/memory/swap`,
    });
  }
  if (swap < limit) {
    throw new RuntimeError("config", `cannot limit swap: ${swap} for memory and swap together is less than ${limit} for memory`, {
      pointer: `${RESOURCES}/memory/swap`,
    });
  }
  return `${BigInt(swap) - BigInt(limit)}`;
}

function maxText(limit: number | bigint): string {
  return limit < 0 ? "max" : `${limit}`;
}

/** The kernel's own default (cgroup-v2.rst, cpu.max). */
const PERIOD = 100_000;

/** An idle group rejects a weight, so `cpu.idle` comes last. */
function planCpu(cpu: Cpu): CgroupLimit[] {
  const { shares, quota, period, burst, idle, realtimePeriod, realtimeRuntime } = cpu;
  if (isSet(realtimePeriod)) throw cannotLimit("realtime", NOT_ON_V2, `${RESOURCES}/cpu/realtimePeriod`);
  if (isSet(realtimeRuntime)) throw cannotLimit("realtime", NOT_ON_V2, `${RESOURCES}/cpu/realtimeRuntime`);
  requireBurst(cpu);
  const max = `${isSet(quota) ? maxText(quota) : "max"} ${isSet(period) ? period : PERIOD}`;
  return [
    ...(isSet(shares) ? [writeLimit("cpu", "cpu.weight", weightOfShares(shares), "/cpu/shares")] : []),
    ...(isSet(quota) || isSet(period) ? [writeLimit("cpu", "cpu.max", max, isSet(quota) ? "/cpu/quota" : "/cpu/period")] : []),
    // since Linux 5.14
    ...(burst === undefined ? [] : [writeLimit("cpu", "cpu.max.burst", burst, "/cpu/burst", "warn")]),
    ...(idle === undefined ? [] : [writeLimit("cpu", "cpu.idle", idle, "/cpu/idle")]),
  ];
}

/** Maps 2…262144 shares (default 1024) to a weight of 1…10000 (default 100): a curve through these three points. */
export function weightOfShares(shares: number | bigint): number {
  if (shares <= 2) return 1;
  if (shares >= 262144) return 10000;
  const log = Math.log2(Number(shares));
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}

const THROTTLE_KEYS = {
  throttleReadBpsDevice: "rbps",
  throttleWriteBpsDevice: "wbps",
  throttleReadIOPSDevice: "riops",
  throttleWriteIOPSDevice: "wiops",
} as const;

function planBlockIo(blockIO: BlockIo): CgroupLimit[] {
  const { weight, leafWeight, weightDevice = [] } = blockIO;
  if (isSet(leafWeight)) throw cannotLimit("block I/O", NOT_ON_V2, `${RESOURCES}/blockIO/leafWeight`);
  const limits = isSet(weight) ? planWeight("", weight, "/blockIO/weight") : [];
  for (const [i, device] of weightDevice.entries()) {
    const origin = `/blockIO/weightDevice/${i}`;
    if (isSet(device.leafWeight)) throw cannotLimit("block I/O", NOT_ON_V2, `${RESOURCES}${origin}/leafWeight`);
    if (isSet(device.weight)) limits.push(...planWeight(`${device.major}:${device.minor} `, device.weight, origin));
  }
  for (const name of THROTTLE_NAMES) {
    for (const [i, { major, minor, rate }] of (blockIO[name] ?? []).entries()) {
      const text = `${major}:${minor} ${THROTTLE_KEYS[name]}=${isSet(rate) ? rate : "max"}`;
      limits.push(writeLimit("io", "io.max", text, `/blockIO/${name}/${i}`));
    }
  }
  return limits;
}

/** The BFQ scheduler uses v1's scale of 10…1000; the kernel's io.cost model uses 1…10000. */
function planWeight(device: string, weight: number, origin: string): CgroupLimit[] {
  const converted = 1 + Math.floor(((weight - 10) * 9999) / 990);
  return [
    writeLimit("io", "io.bfq.weight", `${device}${weight}`, origin, "else"),
    writeLimit("io", "io.weight", `${device}${Math.max(1, converted)}`, origin),
  ];
}

/** A cgroup file takes one line per write. */
function planUnified(file: string, text: string): CgroupLimit[] {
  const origin = `/unified/${file.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const [controller = "", parameter] = file.split(".");
  if (file.includes("/") || controller === "" || parameter === undefined || parameter === "") {
    throw new RuntimeError(
      "config",
      `cannot write to cgroup file ${JSON.stringify(file)}: a file name must have the form CONTROLLER.PARAMETER`,
      {
        pointer: `${RESOURCES}${origin}`,
      },
    );
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => writeLimit(controller, file, line, origin));
}
