/** The wire table → native/wire.h and src/plan/wire-id.ts, so that both sides share one source. */
import { crc32 } from "node:zlib";
import { GUARD, SYNC_POINTS } from "../src/plan/step.ts";
import { MESSAGE, SLOTS, WIRE } from "../src/plan/wire.ts";

/** Every generated file: path from the project's root → its text. */
export async function generateWire(): Promise<Map<string, string>> {
  const id = crc32(JSON.stringify([WIRE, MESSAGE, SYNC_POINTS, GUARD, SLOTS]));
  return new Map([
    ["native/wire.h", header(id)],
    [
      "src/plan/wire-id.ts",
      `/** Generated from wire.ts by \`npm run generate\`: two builds that disagree refuse each other at the first word. */\nexport const WIRE_ID = 0x${id.toString(16).padStart(8, "0")};\n`,
    ],
  ]);
}

function header(id: number): string {
  const lines = [
    "/* Generated from src/plan/wire.ts by `npm run generate`; the format is drawn there. */",
    "#ifndef WIRE_H",
    "#define WIRE_H",
    "",
    `#define WIRE_ID 0x${id.toString(16).padStart(8, "0")}u`,
    `#define SLOTS ${SLOTS}`,
    "",
    ...Object.entries(MESSAGE).map(([name, value]) => `#define MESSAGE_${snake(name).toUpperCase()} ${value}u`),
    ...Object.entries(SYNC_POINTS).map(([name, value]) => `#define SYNC_${snake(name).toUpperCase()} ${value}u`),
    ...Object.entries(GUARD).map(([name, value]) => `#define GUARD_${snake(name).toUpperCase()} ${value}u`),
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

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("-", "_");
}
