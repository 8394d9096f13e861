/** Annotations `org.systemd.property.NAME` → properties of the container's scope, as runc reads them (docs/systemd.md of runc). Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Spec } from "../../spec/types.ts";
import { INFINITY, property, type UnitProperty } from "../steps/unit-property.ts";
import { parseVariantText, VariantFault } from "./variant-text.ts";

export const PROPERTY_PREFIX = "org.systemd.property.";

export function planAnnotatedProperties(annotations: Spec["annotations"] = {}): UnitProperty[] {
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(PROPERTY_PREFIX))
    .map(([key, text]) => parseProperty(key, text));
}

function parseProperty(key: string, text: string): UnitProperty {
  const name = key.slice(PROPERTY_PREFIX.length);
  try {
    if (!/^[A-Za-z]{3,}$/.test(name))
      throw new VariantFault(`${JSON.stringify(name)} is not the name of a property: at least three letters`);
    const { signature, value } = parseVariantText(text);
    const one = property(name, signature, value);
    return /[a-z]Sec$/.test(name) ? inMicroseconds(one) : one;
  } catch (error) {
    if (!(error instanceof VariantFault)) throw error;
    throw new RuntimeError("config", `cannot read annotation ${key}=${text}: ${error.message}`, {
      pointer: `/annotations/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      hint: `write the value as GVariant text: true, uint64 5, 'text', ['a', 'b']`,
    });
  }
}

/** In unit files a time is in seconds, as in `TimeoutStopSec`; the property behind it is called `TimeoutStopUSec`. */
function inMicroseconds({ name, value }: UnitProperty): UnitProperty {
  if (typeof value !== "bigint" && typeof value !== "number") throw new VariantFault("a time is a number of seconds");
  return property(`${name.slice(0, -"Sec".length)}USec`, "t", microseconds(value));
}

/** A negative time has no end, as in runc, where the number becomes about the largest there is. */
function microseconds(seconds: bigint | number): bigint {
  if (typeof seconds === "number" && Number.isNaN(seconds)) throw new VariantFault("a time is a number of seconds");
  if (seconds < 0 || seconds === Number.POSITIVE_INFINITY) return INFINITY;
  const time = typeof seconds === "bigint" ? seconds * 1_000_000n : BigInt(Math.trunc(seconds * 1_000_000));
  if (time > INFINITY) throw new VariantFault(`${seconds} seconds are more than systemd can count`);
  return time;
}
