/** The container's scope: what systemd is asked for, and when. Pure. */
import type { HostPath } from "../../base/paths.ts";
import type { Resources, Spec } from "../../spec/types.ts";
import type { SystemdFacts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { Planned } from "../steps/step.ts";
import { lastOfEach, property, type UnitProperty } from "../steps/unit-property.ts";
import { planAnnotatedProperties } from "../systemd/annotations.ts";
import { planLimitProperties } from "../systemd/limit-properties.ts";
import { planDeviceProperties } from "./device-properties.ts";
import { planDeviceRules } from "./device-rules.ts";
import type { CgroupLimit } from "./limit.ts";
import { type CgroupUnit, findUnit, originOf, type Place, type PlaceInput, unitOf } from "./place.ts";

export interface ScopePlan {
  readonly unit: CgroupUnit;
  readonly start: Planned<HostStep>;
  /** When init has forked for the last time. */
  readonly late: readonly Planned<HostStep>[];
}

interface Wanted extends PlaceInput {
  readonly resources: Resources | undefined;
  readonly annotations?: Spec["annotations"];
}

interface ScopeInput {
  readonly input: Wanted;
  readonly places: readonly Place[];
  readonly early: readonly CgroupLimit[];
  readonly late: readonly CgroupLimit[];
}

/** Undefined without the systemd driver. */
export function planScope({ input, places, early, late }: ScopeInput): ScopePlan | undefined {
  const { systemd, mode } = input.facts;
  const unit = findUnit(input);
  if (systemd === undefined || unit === undefined) return undefined;
  const { manager, version } = systemd;
  const isV2 = mode === "v2";
  const whole = { manager, unit: unit.name };
  const lateProperties = planLimitProperties({ limits: late, isV2, version });
  const properties = lastOfEach([
    property("Description", "s", `lamina container ${input.id}`),
    property("Slice", "s", unit.slice),
    property("Delegate", "b", true),
    ...ACCOUNTING.map((name) => property(name, "b", true)),
    property(isV2 ? "IOAccounting" : "BlockIOAccounting", "b", true),
    property("DefaultDependencies", "b", false),
    ...planDevices(input, systemd, isV2),
    ...planLimitProperties({ limits: early, isV2, version }),
    ...planAnnotatedProperties(input.annotations),
  ]);
  const origin = originOf(input);
  return {
    unit: unitOf(unit, systemd),
    start: { origin, step: { op: "startUnit", ...whole, directory: directoryOf(places, isV2), properties } },
    late:
      lateProperties.length === 0
        ? []
        : [{ origin: late[0]?.origin ?? "", step: { op: "setUnitProperties", ...whole, properties: lateProperties } }],
  };
}

/** systemd writes it less exactly than it is, with every property that is set. */
export function isRounded({ file }: CgroupLimit): boolean {
  return file === "cpu.max" || file === "cpu.cfs_quota_us";
}

const ACCOUNTING = ["MemoryAccounting", "CPUAccounting", "TasksAccounting"] as const;

/** A user's systemd has no right to filter devices, and neither have we. */
function planDevices({ resources = {} }: Wanted, { manager, drivers }: SystemdFacts, isV2: boolean): UnitProperty[] {
  if (manager === "user") return [];
  return planDeviceProperties({ rules: planDeviceRules(resources.devices ?? []), isV2, drivers });
}

/** In the hierarchy in which systemd keeps its processes. */
function directoryOf(places: readonly Place[], isV2: boolean): HostPath | undefined {
  return places.find(({ controllers }) => (isV2 ? controllers.length === 0 : controllers.includes("name=systemd")))?.directory;
}
