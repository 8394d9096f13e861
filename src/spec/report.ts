/** Problems → the error that shows them all, one per line: `config.json:12:7 /process/cwd: must be …`, in the order of the file. */
import { RuntimeError } from "../base/errors.ts";
import { findFault, locate, type Place } from "./json-positions.ts";
import type { Problem } from "./rules/rule.ts";

export function report(text: string, file: string, problems: readonly Problem[]): RuntimeError {
  const errors = problems.filter(({ warning }) => warning !== true);
  const lines = inFileOrder(text, errors);
  return new RuntimeError("config", lines.map((line) => lineOf(file, line)).join("\n"), { pointer: lines[0]?.pointer ?? "" });
}

export function reportWarnings(text: string, file: string, problems: readonly Problem[]): readonly string[] {
  return inFileOrder(text, problems).map((line) => lineOf(file, line));
}

/** The text is not JSON. */
export function reportFault(text: string, file: string, cause: unknown): RuntimeError {
  const fault = findFault(text);
  if (fault === undefined) return new RuntimeError("config", `${file}: not valid JSON: ${String(cause)}`, { cause });
  const { line, column, expected, found } = fault;
  return new RuntimeError("config", `${file}:${line}:${column}: not valid JSON: expected ${expected}, found ${found}`, { cause });
}

type Placed = Problem & { readonly place: Place };

function inFileOrder(text: string, problems: readonly Problem[]): readonly Placed[] {
  return problems
    .map((problem) => ({ ...problem, place: placeOf(text, problem.pointer) }))
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** A value that is not in the text is looked for where it would be. */
function placeOf(text: string, pointer: string): Place {
  const parent = pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
  return locate(text, pointer) ?? (pointer === "" ? { line: 1, column: 1 } : placeOf(text, parent));
}

function lineOf(file: string, { place, pointer, problem }: Placed): string {
  return `${file}:${place.line}:${place.column}${pointer === "" ? "" : ` ${pointer}`}: ${problem}`;
}
