/** Rules for `linux.resources`; the input of update has to keep them too. */
import type { Cpu, Memory, Resources } from "../types.ts";
import { isCpusetList } from "./number-list.ts";
import { member, NONE, type Problem, quote, type Rule, within } from "./rule.ts";

export const resourceRules: readonly Rule<Resources>[] = [
  within("/memory", (resources) => resources.memory, [swapCountsMemory]),
  within("/cpu", (resources) => resources.cpu, [burstFitsQuota, realtimeFitsPeriod, cpuListsAreLists]),
  within("/blockIO/weightDevice", (resources) => resources.blockIO?.weightDevice, [devicesHaveAWeight]),
  within("/rdma", (resources) => resources.rdma, [rdmaLimitsSomething]),
  within("/unified", (resources) => resources.unified, [unifiedNamesFiles]),
];

/** `swap` limits memory and swap together, so it cannot be less than memory alone. */
function swapCountsMemory({ limit, swap }: Memory): readonly Problem[] {
  if (limit === undefined || swap === undefined || swap <= 0 || limit <= swap) return NONE;
  return [{ pointer: "/swap", problem: `includes memory, so it must not be less than "limit", which is ${limit}, not ${swap}` }];
}

function burstFitsQuota({ burst, quota }: Cpu): readonly Problem[] {
  if (burst === undefined || quota === undefined || quota <= 0 || burst <= quota) return NONE;
  return [{ pointer: "/burst", problem: `must not exceed "quota", which is ${quota}, not ${burst}` }];
}

/** The kernel answers a bare EINVAL, as for a cgroup above that has less. */
function realtimeFitsPeriod({ realtimeRuntime, realtimePeriod }: Cpu): readonly Problem[] {
  if (realtimeRuntime === undefined || realtimePeriod === undefined || realtimePeriod <= 0 || realtimeRuntime <= realtimePeriod)
    return NONE;
  return [{ pointer: "/realtimeRuntime", problem: `must not exceed "realtimePeriod", which is ${realtimePeriod}, not ${realtimeRuntime}` }];
}

function cpuListsAreLists(cpu: Cpu): readonly Problem[] {
  return (["cpus", "mems"] as const).flatMap((name) => {
    const list = cpu[name] ?? "";
    return list === "" || isCpusetList(list) ? [] : { pointer: `/${name}`, problem: `must be a list such as "0-3,7", not ${quote(list)}` };
  });
}

function devicesHaveAWeight(devices: NonNullable<NonNullable<Resources["blockIO"]>["weightDevice"]>): readonly Problem[] {
  return devices.flatMap(({ weight, leafWeight }, i) =>
    weight === undefined && leafWeight === undefined ? { pointer: `/${i}`, problem: 'needs "weight" or "leafWeight"' } : [],
  );
}

function rdmaLimitsSomething(rdma: NonNullable<Resources["rdma"]>): readonly Problem[] {
  return Object.entries(rdma).flatMap(([device, { hcaHandles, hcaObjects }]) =>
    hcaHandles === undefined && hcaObjects === undefined ? { pointer: member(device), problem: 'needs "hcaHandles" or "hcaObjects"' } : [],
  );
}

/** They do something to processes, or to the cgroups below: whoever is in a container's cgroup ends with it, so nobody is put there but its own. */
const NO_LIMITS: readonly string[] = ["procs", "threads", "freeze", "kill", "subtree_control", "type"].map((name) => `cgroup.${name}`);

/** A key names a file in the container's own cgroup directory, and must not lead out of it. */
function unifiedNamesFiles(unified: NonNullable<Resources["unified"]>): readonly Problem[] {
  return Object.keys(unified).flatMap((key) => {
    const isFile = key !== "" && key !== "." && key !== ".." && !key.includes("/");
    if (isFile && !NO_LIMITS.includes(key)) return [];
    const problem = isFile ? `must set a limit, which ${quote(key)} is not` : `must name a file of the cgroup, not ${quote(key)}`;
    return { pointer: member(key), problem };
  });
}
