/**
 * Writes to cgroup files → the properties by which systemd makes the same ones (systemd.resource-control(5)): it writes them again
 * whenever it reloads its configuration, and shows them. What has no property stays a matter of the file alone. Pure.
 */

import { INFINITY, lastOfEach, property, type UnitProperty } from "../steps/unit-property.ts";
import { numbersOf } from "./number-bits.ts";

export interface LimitInput {
  readonly limits: readonly { readonly file: string; readonly text: string }[];
  readonly isV2: boolean;
  /** Of systemd: older ones do not know all properties. */
  readonly version: number;
  /** What the files have now that new values are joined with. */
  readonly now?: Readonly<Record<string, string>> | undefined;
}

type Translate = (text: string) => UnitProperty | undefined;

/** `since` = the first systemd that has it. */
interface Translation {
  readonly since: number;
  readonly translate: Translate;
}

const V2: Readonly<Record<string, Translation>> = {
  "memory.max": { since: 231, translate: amount("MemoryMax") },
  "memory.high": { since: 231, translate: amount("MemoryHigh") },
  "memory.low": { since: 231, translate: amount("MemoryLow") },
  "memory.min": { since: 240, translate: amount("MemoryMin") },
  "memory.swap.max": { since: 232, translate: amount("MemorySwapMax") },
  "pids.max": { since: 227, translate: amount("TasksMax") },
  "cpu.weight": { since: 231, translate: amount("CPUWeight") },
  "cpu.idle": { since: 252, translate: (text) => (text === "1" ? property("CPUWeight", "t", 0n) : undefined) },
  "io.weight": { since: 230, translate: amount("IOWeight") },
  "cpuset.cpus": { since: 244, translate: bits("AllowedCPUs") },
  "cpuset.mems": { since: 244, translate: bits("AllowedMemoryNodes") },
};

const V1: Readonly<Record<string, Translation>> = {
  "memory.limit_in_bytes": { since: 0, translate: amount("MemoryLimit") },
  "pids.max": { since: 227, translate: amount("TasksMax") },
  "cpu.shares": { since: 0, translate: amount("CPUShares") },
  "blkio.weight": { since: 0, translate: amount("BlockIOWeight") },
};

export function planLimitProperties(whole: LimitInput): UnitProperty[] {
  const input = { ...whole, limits: whole.limits.filter(({ text }) => text !== "") }; // the kernel takes an empty text for nothing
  const known = input.isV2 ? V2 : V1;
  const single = input.limits.flatMap(({ file, text }): UnitProperty[] => {
    const row = Object.hasOwn(known, file) ? known[file] : undefined;
    const found = row === undefined || input.version < row.since ? undefined : row.translate(text);
    return found === undefined ? [] : [found];
  });
  return lastOfEach([...single, ...planQuota(input)]);
}

/** Bytes or a number; whatever is none, such as a line for one device, has no such property. */
function amount(name: string): Translate {
  return (text) => {
    const value = amountOf(text);
    return value === undefined ? undefined : property(name, "t", value);
  };
}

function amountOf(text: string): bigint | undefined {
  if (text === "max" || /^-\d+$/.test(text)) return INFINITY;
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

function bits(name: string): Translate {
  return (text) => {
    const numbers = numbersOf(text);
    return numbers === undefined ? undefined : property(name, "ay", numbers);
  };
}

/** The kernel's own default, in microseconds. */
const PERIOD = 100_000n;
const SECOND = 1_000_000n;
/** systemd thinks in hundredths of a processor. */
const HUNDREDTH = SECOND / 100n;
const SINCE_PERIOD = 242;

function planQuota({ limits, isV2, version, now = {} }: LimitInput): UnitProperty[] {
  const texts = Object.fromEntries(limits.map(({ file, text }) => [file, text]));
  const [quota, period] = isV2 ? (texts["cpu.max"] ?? "").split(" ") : [texts["cpu.cfs_quota_us"], texts["cpu.cfs_period_us"]];
  if (!quota && !period) return [];
  const time = amountOf(quota ?? now["cpu.cfs_quota_us"] ?? "-1") ?? INFINITY;
  const span = amountOf(period ?? now["cpu.cfs_period_us"] ?? "") ?? PERIOD;
  return [
    ...(period === undefined || version < SINCE_PERIOD ? [] : [property("CPUQuotaPeriodUSec", "t", span)]),
    property("CPUQuotaPerSecUSec", "t", perSecond(time, span)),
  ];
}

/** Rounded up, so that it never is what limits; the file then has the exact value. */
function perSecond(time: bigint, span: bigint): bigint {
  if (time === INFINITY || span === 0n) return INFINITY;
  const exact = (time * SECOND) / span;
  return ((exact + HUNDREDTH - 1n) / HUNDREDTH) * HUNDREDTH;
}
