/** The resources that an update asked for, as the kernel has taken them: it rounds memory to pages, for one. Pure. */
import type { Resources } from "../../spec/types.ts";
import { isSet, RESOURCES } from "./limit.ts";

/** A cgroup file after the update. */
export interface Taken {
  readonly origin: string;
  /** What was written, and what the file has now; undefined if nobody can read it. */
  readonly text: string;
  readonly now: string | undefined;
}

type Group = Readonly<Record<string, unknown>>;

/** `recorded` are those of earlier updates, whose values stay where this one has none. All of it can be written as JSON. */
export function recordUpdate(recorded: Resources, asked: Resources, taken: readonly Taken[]): Resources {
  const { devices: _, ...others } = asked;
  const result: Record<string, unknown> = { ...recorded };
  for (const [name, group] of Object.entries(others)) {
    result[name] = isGroup(group)
      ? { ...(result[name] as Group | undefined), ...valuesOf(`${RESOURCES}/${name}`, group, taken) }
      : asNumbers(group);
  }
  return result as Resources; // of the same shape as the two that it is made of
}

function valuesOf(origin: string, group: Group, taken: readonly Taken[]): Group {
  return Object.fromEntries(
    Object.entries(group)
      .filter(([, value]) => !isNumber(value) || isSet(value))
      .map(([key, value]) => [key, isNumber(value) ? (lastOf(taken, `${origin}/${key}`, value) ?? Number(value)) : asNumbers(value)]),
  );
}

/** Integers of 64 bits, at any depth, as the nearest numbers: JSON.stringify refuses them. */
function asNumbers(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  return isGroup(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asNumbers(member)])) : value;
}

/** Only where the file has the same scale, so that the value was written as it is. */
function lastOf(taken: readonly Taken[], origin: string, value: number | bigint): number | undefined {
  const found = taken.findLast((one) => one.origin === origin);
  if (found === undefined || found.text !== `${value}` || !/^\d+$/.test(found.now ?? "")) return undefined;
  const now = BigInt(found.now ?? 0);
  return now >= UNLIMITED ? -1 : Number(now);
}

/** Above this, v1's limits of memory mean none. */
const UNLIMITED = 1n << 62n;

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
