/** A plan of init steps → the bytes that native init reads. Pure; the format is drawn in wire.ts. */
import { RuntimeError } from "../../base/errors.ts";
import { type Packable, pack } from "../../base/pack.ts";
import { type InitOp, type InitStep, ON_FAILURE, type Planned } from "./step.ts";
import { type FieldType, WIRE } from "./wire.ts";
import { WIRE_ID } from "./wire-id.ts";

type Value = string | number | bigint | boolean | readonly string[] | readonly number[] | Uint8Array;

interface Row {
  readonly code: number;
  readonly fields: readonly { readonly name: string; readonly type: FieldType }[];
}

/** WIRE in the form that is quickest to walk: a plan has a hundred steps. */
const ROWS = new Map<InitOp, Row>(
  (Object.keys(WIRE) as InitOp[]).map((op) => [
    op,
    { code: WIRE[op].code, fields: Object.entries(WIRE[op].fields).map(([name, type]) => ({ name, type })) },
  ]),
);

/** Throws code "config" if a string contains a NUL byte, which no system call can carry. */
export function encodePlan(plan: readonly Planned<InitStep>[]): Uint8Array {
  const steps: Packable[] = [];
  for (const { step, onFailure = "stop" } of plan) {
    const row = ROWS.get(step.op);
    if (row === undefined) throw new TypeError(`no step ${step.op}`);
    const values = step as unknown as Readonly<Record<string, Value>>; // the row's type is derived from the step's
    const fields: Packable[] = [];
    for (const { name, type } of row.fields) addField(fields, type, values[name] ?? 0);
    steps.push(row.code, ON_FAILURE[onFailure], fields);
  }
  try {
    return pack([WIRE_ID, plan.length, steps]);
  } catch (error) {
    requireNoNul(plan);
    throw error;
  }
}

function addField(to: Packable[], type: FieldType, value: Value): void {
  if (type === "str") to.push(String(value));
  else if (type === "u32" || type === "bool") to.push(Number(value));
  else if (type === "u64") to.push(BigInt.asUintN(64, BigInt(value as bigint)));
  else if (type === "bytes") to.push(value as Uint8Array);
  else addList(to, type, value as readonly (string | number)[]);
}

function addList(to: Packable[], type: "strs" | "u32s", values: readonly (string | number)[]): void {
  to.push(values.length);
  for (const value of values) to.push(type === "strs" ? String(value) : Number(value));
}

function requireNoNul(plan: readonly Planned<InitStep>[]): void {
  for (const { step, origin } of plan) {
    const text = Object.values(step)
      .flat()
      .find((value) => typeof value === "string" && value.includes("\0"));
    if (text === undefined) continue;
    throw new RuntimeError("config", `cannot pass ${JSON.stringify(text)} to the kernel: it contains a NUL byte`, { pointer: origin });
  }
}
