/**
 * config.json `linux.resources` → writes to the files of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). Pure.
 *
 * The specification's values are those of v1. Where v2 uses another scale they are converted as runc does; where v2 has
 * no equivalent they are refused.
 */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { BlockIo, Cpu, Memory, Resources } from "../../spec/types.ts";
import {
  type CgroupFiles,
  type CgroupLimit,
  type CgroupLimits,
  cannotLimit,
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

/** `now` is what the files have that new values are joined with; nothing is known of a cgroup that has yet to be made. */
export function planV2Limits(resources: Resources, now: CgroupFiles = {}): CgroupLimits {
  const { cpu = {}, memory = {}, pids, blockIO = {}, hugepageLimits = [], network = {}, rdma = {}, unified = {} } = resources;
  if (isSet(network.classID)) throw cannotLimit("network", NOT_ON_V2, `${RESOURCES}/network/classID`);
  if ((network.priorities ?? []).length > 0) throw cannotLimit("network", NOT_ON_V2, `${RESOURCES}/network/priorities`);
  const limits = [
    ...(pids?.limit === undefined ? [] : [writeLimit("pids", "pids.max", pidsText(pids.limit), "/pids/limit")]),
    ...planMemory(memory, now),
    ...planBlockIo(blockIO),
    ...planCpu(cpu, now),
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

function planMemory(memory: Memory, now: CgroupFiles): CgroupLimit[] {
  const { limit, reservation, swappiness, disableOOMKiller } = memory;
  if (swappiness !== undefined && swappiness >= 0) throw cannotLimit("swappiness", NOT_ON_V2, `${RESOURCES}/memory/swappiness`);
  if (disableOOMKiller) throw cannotLimit("out-of-memory killing", NOT_ON_V2, `${RESOURCES}/memory/disableOOMKiller`);
  if (memory.checkBeforeUpdate) requireRoom(memory, now);
  const swap = swapLimit(memory, now);
  // the file is missing where swap is not accounted: there is no limit anyway, and with 0 there is nothing to forbid
  const isOptional = swap === "max" || swap === "0";
  return [
    ...(swap === undefined ? [] : [writeLimit("memory", "memory.swap.max", swap, "/memory/swap", isOptional ? "ignore" : "stop")]),
    ...(isSet(limit) ? [writeLimit("memory", "memory.max", maxText(limit), "/memory/limit")] : []),
    ...(isSet(reservation) ? [writeLimit("memory", "memory.low", maxText(reservation), "/memory/reservation")] : []),
  ];
}

/** In runc's words. Of a cgroup that has yet to be made nothing is used. */
function requireRoom({ limit = 0, swap = 0 }: Memory, now: CgroupFiles): void {
  const usage = BigInt(now["memory.current"] ?? 0);
  if (limit > 0 && limit < usage) {
    throw new RuntimeError("state", `rejecting memory limit ${limit} < usage ${usage}`, { pointer: `${RESOURCES}/memory/limit` });
  }
  const whole = usage + BigInt(now["memory.swap.current"] ?? 0);
  if (swap > 0 && swap < whole) {
    throw new RuntimeError("state", `rejecting memory+swap limit ${swap} < usage ${whole}`, { pointer: `${RESOURCES}/memory/swap` });
  }
}

/** v1 limits memory and swap together, v2 swap alone. */
function swapLimit({ limit, swap = 0 }: Memory, now: CgroupFiles): string | undefined {
  const memory = isSet(limit) ? BigInt(limit) : currentLimit(now);
  if (!isSet(swap)) return isSet(limit) && limit < 0 ? "max" : undefined;
  if (swap < 0 || (isSet(limit) && limit < 0)) return maxText(swap);
  if (memory === undefined) {
    throw new RuntimeError("config", "cannot limit swap: unable to set swap limit without memory limit", {
      pointer: `${RESOURCES}/memory/swap`,
    });
  }
  if (swap < memory) {
    throw new RuntimeError("config", `cannot limit swap: ${swap} for memory and swap together is less than ${memory} for memory`, {
      pointer: `${RESOURCES}/memory/swap`,
    });
  }
  return `${BigInt(swap) - memory}`;
}

function currentLimit({ "memory.max": text = "max" }: CgroupFiles): bigint | undefined {
  return text === "max" ? undefined : BigInt(text);
}

function maxText(limit: number | bigint): string {
  return limit < 0 ? "max" : `${limit}`;
}

/** The kernel's own default (cgroup-v2.rst, cpu.max). */
const PERIOD = 100_000;

/** An idle group rejects a weight: it stops being one first, and becomes one last. */
function planCpu(cpu: Cpu, now: CgroupFiles): CgroupLimit[] {
  const { shares, quota, period, burst, idle, realtimePeriod, realtimeRuntime } = cpu;
  if (isSet(realtimePeriod)) throw cannotLimit("realtime", NOT_ON_V2, `${RESOURCES}/cpu/realtimePeriod`);
  if (isSet(realtimeRuntime)) throw cannotLimit("realtime", NOT_ON_V2, `${RESOURCES}/cpu/realtimeRuntime`);
  requireBurst(cpu);
  const [oldQuota = "max", oldPeriod = `${PERIOD}`] = now["cpu.max"]?.split(" ") ?? [];
  const max = `${isSet(quota) ? maxText(quota) : oldQuota} ${isSet(period) ? period : oldPeriod}`;
  const time = isSet(quota) || isSet(period) ? [writeLimit("cpu", "cpu.max", max, isSet(quota) ? "/cpu/quota" : "/cpu/period")] : [];
  // since Linux 5.14
  const writeBurst =
    burst === undefined ? [] : [writeLimit("cpu", "cpu.max.burst", burst, "/cpu/burst", missingBurst(now["cpu.max.burst"]))];
  const isLess = burst !== undefined && BigInt(burst) < BigInt(now["cpu.max.burst"] ?? 0); // a burst never exceeds the quota
  const writeIdle = idle === undefined ? [] : [writeLimit("cpu", "cpu.idle", idle, "/cpu/idle")];
  return [
    ...(isSet(idle) ? [] : writeIdle),
    ...(isSet(shares) ? [writeLimit("cpu", "cpu.weight", weightOfShares(shares), "/cpu/shares")] : []),
    ...(isLess ? [...writeBurst, ...time] : [...time, ...writeBurst]),
    ...(isSet(idle) ? writeIdle : []),
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
    if (isSet(device.weight)) append(limits, planWeight(`${device.major}:${device.minor} `, device.weight, origin));
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

/** A cgroup file takes one line per write. A value without any is written as it is: the kernel says whether there is such a file. */
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
  const lines = text.split("\n").filter((line) => line !== "");
  return (lines.length === 0 ? [text] : lines).map((line) => writeLimit(controller, file, line, origin));
}
