/**
 * config.json `linux.resources.devices` → the list of devices that the container may use. Pure.
 *
 * Everything is denied first, whatever the list says (an empty one must not allow all: GHSA-g54h-m393-cpwq); then the
 * config's rules and then runc's defaults apply in order. For each of r, w and m the last matching rule decides.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { DeviceRule } from "../../spec/types.ts";

/** BPF_DEVCG_ACC_* (linux/bpf.h). */
export const ACCESS = { m: 1, r: 2, w: 4 } as const;
const EVERY_ACCESS = 7;

export interface DeviceAccess {
  readonly allow: boolean;
  /** Block, character, or any. */
  readonly type: "b" | "c" | "a";
  /** Undefined = any. */
  readonly major: number | undefined;
  readonly minor: number | undefined;
  /** ACCESS bits. */
  readonly access: number;
  readonly origin: string;
}

const LIST = "/linux/resources/devices";

/**
 * runc allows these to every container, after the rules of the config: making any node, and using the default devices,
 * terminals, and /dev/net/tun (10:200).
 */
const DEFAULTS: readonly DeviceAccess[] = [
  ...(["c", "b"] as const).map((type) => byDefault(type, undefined, undefined, ACCESS.m)),
  byDefault("c", 1, 3),
  byDefault("c", 1, 8),
  byDefault("c", 1, 7),
  byDefault("c", 5, 0),
  byDefault("c", 1, 5),
  byDefault("c", 1, 9),
  byDefault("c", 136, undefined),
  byDefault("c", 5, 2),
  byDefault("c", 10, 200),
];

export function planDeviceRules(rules: readonly DeviceRule[]): DeviceAccess[] {
  return [...rules.map((rule, i) => parseRule(rule, `${LIST}/${i}`)), ...DEFAULTS];
}

/** One line for devices.allow or devices.deny (cgroup v1, devices.rst). */
export interface DeviceLine {
  readonly file: "devices.allow" | "devices.deny";
  readonly text: string;
  readonly origin: string;
}

/**
 * The rules for cgroup v1. The kernel keeps a default plus exceptions and silently ignores a rule that takes back part of an
 * exception; so the outcome is computed here, and what v1 cannot express is an error.
 */
export function planDeviceLines(rules: readonly DeviceAccess[]): DeviceLine[] {
  const { whole, exceptions, clash } = reduceRules(rules);
  if (clash !== undefined) throw hole(clash.exception, clash.rule);
  return [whole, ...exceptions].map((rule) => ({
    file: rule.allow ? "devices.allow" : "devices.deny",
    text: `${deviceWords(rule)} ${accessWords(rule.access)}`,
    origin: rule.origin,
  }));
}

/** What a list of rules comes to: everything or nothing, and exceptions from that. */
export interface ReducedRules {
  readonly whole: DeviceAccess;
  readonly exceptions: readonly DeviceAccess[];
  /** The first rule that takes back a part of an exception, which neither v1 nor systemd can express; what comes after it is left out. */
  readonly clash?: { readonly exception: DeviceAccess; readonly rule: DeviceAccess };
}

export function reduceRules(rules: readonly DeviceAccess[]): ReducedRules {
  let whole: DeviceAccess = { allow: false, type: "a", major: undefined, minor: undefined, access: EVERY_ACCESS, origin: LIST };
  let exceptions = new Exceptions();
  for (const rule of rules) {
    if (isWhole(rule)) {
      whole = rule;
      exceptions = new Exceptions();
      continue;
    }
    // to the kernel a line of type "a" means everything, whatever its numbers
    for (const type of rule.type === "a" ? (["b", "c"] as const) : [rule.type]) {
      const one = { ...rule, type };
      if (one.allow !== whole.allow) {
        exceptions.add(one);
        continue;
      }
      const clash = exceptions.overlapping(one).find((exception) => !covers(one, exception));
      if (clash !== undefined) return { whole, exceptions: exceptions.list, clash: { exception: clash, rule: one } };
      for (const exception of exceptions.overlapping(one)) exceptions.takeBack(exception, one.access);
    }
  }
  return { whole, exceptions: exceptions.list };
}

/** Those for the same devices are one, as they become one line: an access needs a single line that grants all of it. */
class Exceptions {
  readonly #all = new Map<string, DeviceAccess>();
  /** The keys of those with the same type and major number. */
  readonly #ofMajor = new Map<string, Set<string>>();

  get list(): readonly DeviceAccess[] {
    return [...this.#all.values()];
  }

  add(exception: DeviceAccess): void {
    const key = deviceWords(exception);
    this.#all.set(key, { ...exception, access: exception.access | (this.#all.get(key)?.access ?? 0) });
    const group = majorWords(exception);
    this.#ofMajor.set(group, (this.#ofMajor.get(group) ?? new Set()).add(key));
  }

  takeBack(exception: DeviceAccess, taken: number): void {
    const key = deviceWords(exception);
    const access = exception.access & ~taken;
    if (access !== 0) this.#all.set(key, { ...exception, access });
    else {
      this.#all.delete(key);
      this.#ofMajor.get(majorWords(exception))?.delete(key);
    }
  }

  overlapping(rule: DeviceAccess): readonly DeviceAccess[] {
    return this.#near(rule).filter((exception) => overlaps(exception, rule));
  }

  /** All that overlap and perhaps others, without a look at each for a rule that has a major number. */
  #near(rule: DeviceAccess): readonly DeviceAccess[] {
    if (rule.major === undefined) return this.list;
    const majors = [rule, { ...rule, major: undefined }];
    const keys =
      rule.minor === undefined
        ? majors.flatMap((one) => [...(this.#ofMajor.get(majorWords(one)) ?? [])])
        : majors.flatMap((one) => [deviceWords(one), deviceWords({ ...one, minor: undefined })]);
    return keys.flatMap((key) => this.#all.get(key) ?? []);
  }
}

function majorWords({ type, major }: Pick<DeviceAccess, "type" | "major">): string {
  return `${type} ${major ?? "*"}`;
}

/** True if the rule covers every device and every kind of access. */
export function isWhole({ type, major, minor, access }: DeviceAccess): boolean {
  return type === "a" && major === undefined && minor === undefined && access === EVERY_ACCESS;
}

function overlaps(one: DeviceAccess, other: DeviceAccess): boolean {
  const meets = (a: number | undefined, b: number | undefined): boolean => a === undefined || b === undefined || a === b;
  return one.type === other.type && meets(one.major, other.major) && meets(one.minor, other.minor) && (one.access & other.access) !== 0;
}

function covers(outer: DeviceAccess, inner: DeviceAccess): boolean {
  return (outer.major === undefined || outer.major === inner.major) && (outer.minor === undefined || outer.minor === inner.minor);
}

function hole(exception: DeviceAccess, rule: DeviceAccess): RuntimeError {
  const verb = rule.allow ? "allow" : "forbid";
  return new RuntimeError(
    "unsupported",
    `cannot ${verb} devices ${deviceWords(rule)}: cgroup v1 cannot make an exception from the earlier rule for ${deviceWords(exception)}`,
    { pointer: rule.origin, hint: "list the devices one by one instead of all of a kind, or use a host with cgroup v2" },
  );
}

function deviceWords({ type, major, minor }: DeviceAccess): string {
  return `${type} ${major ?? "*"}:${minor ?? "*"}`;
}

function accessWords(access: number): string {
  return `${(access & ACCESS.r) === 0 ? "" : "r"}${(access & ACCESS.w) === 0 ? "" : "w"}${(access & ACCESS.m) === 0 ? "" : "m"}`;
}

function byDefault(type: "b" | "c", major: number | undefined, minor: number | undefined, access: number = EVERY_ACCESS): DeviceAccess {
  return { allow: true, type, major, minor, access, origin: "" };
}

function parseRule({ allow, type = "a", major, minor, access = "" }: DeviceRule, origin: string): DeviceAccess {
  return {
    allow,
    type: type === "" ? "a" : type,
    major: major === -1 ? undefined : major,
    minor: minor === -1 ? undefined : minor,
    access: parseAccess(access, `${origin}/access`),
    origin,
  };
}

function parseAccess(access: string, pointer: string): number {
  if (!/^[rwm]+$/.test(access)) {
    throw new RuntimeError("config", `cannot apply a device rule: access ${JSON.stringify(access)} is not made of r, w and m`, { pointer });
  }
  return (["r", "w", "m"] as const).reduce((bits, letter) => (access.includes(letter) ? bits | ACCESS[letter] : bits), 0);
}
