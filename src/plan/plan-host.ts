/** The host's half of the plan for a container: everything outside of it, around the points where init waits. Pure. */
import type { HostPath } from "../base/paths.ts";
import type { Spec } from "../spec/types.ts";
import type { CgroupPlan } from "./cgroup/phases.ts";
import type { Facts } from "./facts.ts";
import type { FilterPlan } from "./filter/filter.ts";
import type { WriteIdMaps } from "./namespaces/id-maps.ts";
import type { Placement } from "./namespaces/joined-mounts.ts";
import type { Namespaces } from "./namespaces/namespaces.ts";
import { hasNetDevices, planNetDevices } from "./namespaces/net-devices.ts";
import { hasCreateHooks, planHostHooks } from "./process/hooks.ts";
import type { SchedulingPlan } from "./process/scheduling.ts";
import type { ResctrlPlan } from "./resctrl.ts";
import type { LayersPlan } from "./root/layer-driver.ts";
import { mountsOnHost } from "./root/rootfs.ts";
import type { HostStep } from "./steps/host-step.ts";
import type { Planned, SyncPoint } from "./steps/step.ts";

export interface HostInput {
  readonly spec: Spec;
  readonly namespaces: Namespaces;
  readonly facts: Facts;
  readonly layers: LayersPlan | undefined;
  readonly options: { readonly pidFile: HostPath | undefined; readonly pidfdSocket: HostPath | undefined };
  readonly cgroup: CgroupPlan;
  readonly idMaps: WriteIdMaps | undefined;
  readonly filter: FilterPlan["host"];
  readonly scheduling: SchedulingPlan["host"];
  readonly resctrl: ResctrlPlan;
  readonly placement: Placement;
}

/** Everything outside the container, around the points where init waits for it. */
export function planHost(input: HostInput): Planned<HostStep>[] {
  const { spec, namespaces, layers, options, cgroup, idMaps, filter, scheduling, resctrl, placement } = input;
  return [
    ...(layers?.host ?? []),
    ...resctrl.before,
    hostStep({ op: "spawnInit" }),
    ...(layers?.meanwhile === undefined ? [] : [...layers.meanwhile, hostStep({ op: "release", point: "layers" })]),
    ...(cgroup.before.length === 0 ? [] : [...cgroup.before, hostStep({ op: "release", point: "cgroup" })]), // init makes its namespaces meanwhile
    ...(cgroup.meeting.length === 0 ? [] : meet("cgroup", cgroup.meeting)),
    ...(idMaps === undefined ? [] : meet("id-maps", [{ origin: "/linux/uidMappings", step: idMaps }])),
    ...(mountsOnHost(spec, namespaces) ? meet("root", []) : []),
    ...meetBeforePivot(input),
    ...(placement.root === undefined ? [] : meet("root", [])),
    ...filter,
    hostStep({ op: "await", point: "ready" }),
    ...cgroup.after,
    ...resctrl.after,
    ...scheduling,
    ...(options.pidfdSocket === undefined ? [] : [hostStep({ op: "sendPidfd", socket: options.pidfdSocket, name: "standard" })]),
    hostStep({ op: "saveState" }),
    ...(options.pidFile === undefined ? [] : [hostStep({ op: "writePidFile", path: options.pidFile })]),
    hostStep({ op: "release", point: "ready" }),
  ];
}

/** The container's network devices, then hooks that may be about them. */
function meetBeforePivot({ spec, facts }: HostInput): Planned<HostStep>[] {
  if (!meetsBeforePivot(spec)) return [];
  const hooks = [...planHostHooks(spec, "prestart"), ...planHostHooks(spec, "createRuntime")];
  return meet("hooks", [...planNetDevices(spec.linux, facts), ...hooks]);
}

/** Init waits for the host when all is mounted. */
export function meetsBeforePivot(spec: Spec): boolean {
  return hasCreateHooks(spec) || hasNetDevices(spec);
}

/** Init waits at a sync point while the host does its part. */
function meet(point: SyncPoint, part: readonly Planned<HostStep>[]): Planned<HostStep>[] {
  return [hostStep({ op: "await", point }), ...part, hostStep({ op: "release", point })];
}

function hostStep(step: HostStep): Planned<HostStep> {
  return { origin: "", step };
}
