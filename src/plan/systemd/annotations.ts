/** Annotations `org.systemd.property.NAME` → properties of the container's scope, as runc reads them (docs/systemd.md of runc). Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Spec } from "../../spec/types.ts";
import { SYSTEMD_PROPERTY } from "../../spec/unsafe-annotations.ts";
import { INFINITY, property, type UnitProperty } from "../steps/unit-property.ts";
import { parseVariantText, VariantFault } from "./variant-text.ts";

/**
 * What reaches beyond the container: processes and the place of the scope, other units, and what becomes of the machine (`…Action`). Engines pass
 * annotations on whose authors may do none of this. Order alone (Before, After) starts and stops nothing, and PartOf only the scope.
 */
const BEYOND: ReadonlySet<string> = new Set(
  [
    "PIDs PIDFDs Slice Controller NFTSet",
    "Requires RequiresOverridable RequiredBy Requisite RequisiteOverridable RequisiteOf Wants WantedBy BindsTo BoundBy ConsistsOf",
    "Upholds UpheldBy Conflicts ConflictedBy OnSuccess OnSuccessOf OnFailure OnFailureOf Triggers TriggeredBy InSlice SliceOf",
    "PropagatesReloadTo ReloadPropagatedFrom PropagatesStopTo StopPropagatedFrom JoinsNamespaceOf RequiresMountsFor WantsMountsFor",
  ].flatMap((line) => line.split(" ")),
);

/** Throws code "config" for one that cannot be read, or that no container may have. */
export function planAnnotatedProperties(annotations: Spec["annotations"] = {}): UnitProperty[] {
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(SYSTEMD_PROPERTY))
    .map(([key, text]) => parseProperty(key, text));
}

function parseProperty(key: string, text: string): UnitProperty {
  const name = key.slice(SYSTEMD_PROPERTY.length);
  const pointer = `/annotations/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  if (BEYOND.has(name) || name.endsWith("Action")) {
    throw new RuntimeError("config", `cannot use annotation ${key}: the property is about more than the container`, {
      pointer,
      hint: "processes, other units and the machine are no business of a container's: leave it out, or give the slice in linux.cgroupsPath",
    });
  }
  try {
    if (!/^[A-Za-z]{3,}$/.test(name))
      throw new VariantFault(`${JSON.stringify(name)} is not the name of a property: at least three letters`);
    const { signature, value } = parseVariantText(text);
    const one = property(name, signature, value);
    return { ...(/[a-z]Sec$/.test(name) ? inMicroseconds(one) : one), origin: pointer };
  } catch (error) {
    if (!(error instanceof VariantFault)) throw error;
    throw new RuntimeError("config", `cannot read annotation ${key}=${text}: ${error.message}`, {
      pointer,
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
