/**
 * The devices that the container may use → `DevicePolicy` and `DeviceAllow` (systemd.resource-control(5)). systemd knows lists of what
 * is allowed, and no exceptions from it. Pure.
 *
 * On v2 systemd's filter and our own both have to agree, so where systemd cannot say it exactly, it forbids nothing, and ours decides. On
 * v1 there is one list, which systemd writes anew whenever it reloads: there it is given less rather than more, as in runc.
 */
import type { BusData } from "../../base/bus-value.ts";
import { property, type UnitProperty } from "../steps/unit-property.ts";
import { ACCESS, type DeviceAccess, reduceRules } from "./device-rules.ts";

export interface DeviceInput {
  readonly rules: readonly DeviceAccess[];
  readonly isV2: boolean;
  /** /proc/devices: what the drivers are called that majors belong to. */
  readonly drivers: string;
}

export function planDeviceProperties({ rules, isV2, drivers }: DeviceInput): UnitProperty[] {
  const { whole, exceptions, clash } = reduceRules(rules);
  const isExact = clash === undefined && (!whole.allow || exceptions.length === 0);
  if (whole.allow && isExact) return policy("auto", []);
  const allowed = whole.allow ? [] : exceptions.filter(({ allow }) => allow);
  const entries = allowed.map((one) => entryFor(one, drivers));
  const known = entries.filter((entry) => entry !== undefined);
  return isV2 && (!isExact || known.length < entries.length) ? policy("auto", []) : policy("strict", known);
}

function policy(kind: "auto" | "strict", entries: readonly BusData[]): UnitProperty[] {
  return [property("DevicePolicy", "s", kind), property("DeviceAllow", "a(ss)", entries)];
}

/** Path or driver, and access; undefined for devices that systemd has no name for. */
function entryFor({ type, major, minor, access }: DeviceAccess, drivers: string): readonly [string, string] | undefined {
  const kind = type === "b" ? "block" : "char";
  const words = (["r", "w", "m"] as const).filter((letter) => (access & ACCESS[letter]) !== 0).join("");
  if (major !== undefined && minor !== undefined) return [`/dev/${kind}/${major}:${minor}`, words];
  if (major === undefined) return minor === undefined ? [`${kind}-*`, words] : undefined;
  const driver = driverOf(kind, major, drivers);
  return driver === undefined ? undefined : [`${kind}-${driver}`, words];
}

/** Two sections of lines, `Character devices:` and `Block devices:`; proc_devices(5). To systemd a name stands for all its majors. */
function driverOf(kind: "block" | "char", major: number, drivers: string): string | undefined {
  const [characters = "", blocks = ""] = drivers.split(/^Block devices:$/m);
  const lines = (kind === "char" ? characters : blocks).split("\n").map((line) => /^ *(\d+) (.+)$/.exec(line));
  return lines.find((line) => line?.[1] === String(major))?.[2];
}
