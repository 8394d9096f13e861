/**
 * Problems → the error that shows them, one per line: `config.json:12:7 /process/cwd: must be …`, in file order. Of a very
 * long list only the first problems are shown, with the number of the others.
 */
import { RuntimeError } from "../base/errors.ts";
import { findFault, type Place, Places } from "./json-positions.ts";
import type { Problem } from "./rules/rule.ts";

/** How many problems are shown. */
export const MOST_SHOWN = 50;
/** How many problems are sorted into file order; the others come after them. */
const MOST_PLACED = 1000;

/** `uncounted` is the number of problems beyond those given. */
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

/** For a text that cannot be parsed. */
export function reportFault(text: string, file: string, cause: unknown): RuntimeError {
  const fault = findFault(text);
  if (fault === undefined) return new RuntimeError("config", `${file}: not valid JSON: ${String(cause)}`, { cause });
  return new RuntimeError("config", `${file}:${fault.line}:${fault.column}: ${fault.problem}`, { cause });
}

type Placed = Problem & { readonly place: Place };

/** The first of the problems. */
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
