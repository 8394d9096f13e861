/** The wire table → native/init/wire.h, src/plan/steps/wire-id.ts and wire-fields.ts, so that both sides share one source. */
import { crc32 } from "node:zlib";
import { GUARD, ON_FAILURE, SYNC_POINTS } from "../src/plan/steps/step.ts";
import { type FieldType, GIVEN, MESSAGE, NO_SLOT, NO_STEP, SLOTS, TIMES, WIRE } from "../src/plan/steps/wire.ts";

/** Every generated file: path from the project's root → its text. */
export async function generateWire(): Promise<Map<string, string>> {
  const id = crc32(JSON.stringify([WIRE, GIVEN, MESSAGE, SYNC_POINTS, GUARD, ON_FAILURE, SLOTS, NO_SLOT, TIMES]));
  return new Map([
    ["native/init/wire.h", header(id)],
    [
      "src/plan/steps/wire-id.ts",
      `/** Generated from wire.ts by \`npm run generate\`: builds whose tables differ refuse each other at once. */\nexport const WIRE_ID = 0x${id.toString(16).padStart(8, "0")};\n`,
    ],
    ["src/plan/steps/wire-fields.ts", fieldLists()],
  ]);
}

/** A function for each step: the interpreter takes many times as long to walk through the table, and a plan has a hundred steps. */
function fieldLists(): string {
  const rows = Object.entries(WIRE).map(([op, { code, fields }]) => {
    const items = Object.entries(fields).map(([name, type]) => packed(`s.${name}`, type));
    return `  ${op}: { code: ${code}, fields: (${items.length === 0 ? "" : "s"}) => [${items.join(", ")}] },`;
  });
  return [
    "/** Generated from wire.ts by `npm run generate`: the fields of each step in the table's order, as `pack` takes them. */",
    'import type { Packable } from "../../base/pack.ts";',
    'import type { InitOp, InitStep } from "./step.ts";',
    "",
    "interface Row<S extends InitStep> {",
    "  readonly code: number;",
    "  readonly fields: (step: S) => Packable[];",
    "}",
    "",
    "export const ROWS: { readonly [Op in InitOp]: Row<Extract<InitStep, { op: Op }>> } = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

function packed(value: string, type: FieldType): string {
  if (type === "bool") return `${value} ? 1 : 0`;
  if (type === "u64") return `BigInt.asUintN(64, ${value})`;
  return type === "strs" || type === "u32s" ? `${value}.length, ...${value}` : value;
}

function header(id: number): string {
  const lines = [
    "/* Generated from src/plan/steps/wire.ts by `npm run generate`; the format is drawn there. */",
    "#ifndef WIRE_H",
    "#define WIRE_H",
    "",
    `#define WIRE_ID 0x${id.toString(16).padStart(8, "0")}u`,
    `#define SLOTS ${SLOTS}`,
    `#define NO_SLOT ${NO_SLOT}u`,
    `#define NO_STEP ${NO_STEP}u`,
    "",
    ...defines("GIVEN", GIVEN),
    `#define GIVEN_COUNT ${Object.keys(GIVEN).length}u`,
    ...defines("MESSAGE", MESSAGE),
    ...defines("SYNC", SYNC_POINTS),
    ...defines("GUARD", GUARD),
    ...defines("ON_FAILURE", ON_FAILURE),
    ...defines("TIMES", TIMES),
    "",
    "/* STEPS(X) calls X(opcode, name) for every step; each needs a do_<name>. */",
    "#define STEPS(X) \\",
    ...Object.entries(WIRE).map(([op, row], i, all) => `\tX(${row.code}, ${snake(op)})${i + 1 < all.length ? " \\" : ""}`),
    "",
    "#endif",
    "",
  ];
  return lines.join("\n");
}

function defines(prefix: string, values: Readonly<Record<string, number>>): string[] {
  return Object.entries(values).map(([name, value]) => `#define ${prefix}_${snake(name).toUpperCase()} ${value}u`);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("-", "_");
}
