/** A property of a systemd unit (org.freedesktop.systemd1(5)). No code but for making one. */
import type { BusData, BusValue } from "../../base/bus-value.ts";

export interface UnitProperty extends BusValue {
  readonly name: string;
  /** JSON pointer of the annotation that asks for it. */
  readonly origin?: string;
}

export function property(name: string, signature: string, value: BusData): UnitProperty {
  return { name, signature, value };
}

/** What systemd takes for "no limit", and for a time without end. */
export const INFINITY: bigint = (1n << 64n) - 1n;

/** Where one is set twice, the later value counts. */
export function lastOfEach(properties: readonly UnitProperty[]): UnitProperty[] {
  return [...new Map(properties.map((one) => [one.name, one])).values()];
}
