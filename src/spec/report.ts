/**
 * Problems → the error that shows them, one per line: `config.json:12:7 /process/cwd: must be …`, in the order of the file. Whoever writes
 * a file of nothing but faults is shown the first of them, and how many there are.
 */
import { RuntimeError } from "../base/errors.ts";
import { findFault, type Place, Places } from "./json-positions.ts";
import type { Problem } from "./rules/rule.ts";

/** Problems that are shown. */
export const MOST_SHOWN = 50;
/** Problems that are put in the order of the file: others come after them, as far as anybody can tell. */
const MOST_PLACED = 1000;

/** `uncounted` is how many problems there are beside those that were kept. */
export function report(text: string, file: string, problems: readonly Problem[], uncounted = 0): RuntimeError {
  const errors = problems.filter(({ warning }) => warning !== true);
  const placed = inFileOrder(text, errors);
  const lines = placed.map((line) => lineOf(file, line));
  return new RuntimeError("config", withRest(lines, errors.length + uncounted, file).join("\n"), { pointer: placed[0]?.pointer ?? "" });
}

export function reportWarnings(text: string, file: string, problems: readonly Problem[]): readonly string[] {
  const lines = inFileOrder(text, problems).map((line) => lineOf(file, line));
  return withRest(lines, problems.length, file);
}

function withRest(lines: readonly string[], count: number, file: string): readonly string[] {
  return count > lines.length ? [...lines, `${file}: and ${count - lines.length} more problems`] : lines;
}

/** The text cannot be parsed. */
export function reportFault(text: string, file: string, cause: unknown): RuntimeError {
  const fault = findFault(text);
  if (fault === undefined) return new RuntimeError("config", `${file}: not valid JSON: ${String(cause)}`, { cause });
  return new RuntimeError("config", `${file}:${fault.line}:${fault.column}: ${fault.problem}`, { cause });
}

type Placed = Problem & { readonly place: Place };

/** The first of them. */
function inFileOrder(text: string, problems: readonly Problem[]): readonly Placed[] {
  const candidates = problems.slice(0, MOST_PLACED);
  const places = new Places(
    text,
    candidates.map(({ pointer }) => pointer),
  );
  return candidates
    .map((problem) => ({ problem, span: places.nearestSpan(problem.pointer) }))
    .sort((a, b) => a.span.start - b.span.start)
    .slice(0, MOST_SHOWN)
    .map(({ problem, span }) => ({ ...problem, place: places.place(span) }));
}

function lineOf(file: string, { place, pointer, problem }: Placed): string {
  return `${file}:${place.line}:${place.column}${pointer === "" ? "" : ` ${pointer}`}: ${problem}`;
}
