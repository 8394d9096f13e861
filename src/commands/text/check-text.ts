/** What `check` found, as text for people and as JSON for programs. Pure. */
import { plainJson } from "../../base/plain-json.ts";
import type { CheckedBundle, PlacedFinding } from "../../host/check/check.ts";
import { visible } from "./wrap.ts";

export function hasErrors({ findings, more }: CheckedBundle): boolean {
  return more.errors > 0 || findings.some(({ severity }) => severity === "error");
}

/** Absent values are null, so that every problem has the same members. */
export function formatCheckJson(checked: CheckedBundle): string {
  const problems = checked.findings.map(({ severity, pointer, location, problem, hint = null }) => {
    return { severity, pointer, location, problem, hint };
  });
  const more = checked.more.errors + checked.more.warnings;
  const result = { bundle: checked.bundle, ok: !hasErrors(checked), problems, ...(more === 0 ? {} : { more }) };
  return `${plainJson(JSON.stringify(result, null, 2))}\n`;
}

/** The last line is the verdict. */
export function formatCheckText(checked: CheckedBundle): string {
  const more = checked.more.errors + checked.more.warnings;
  const rest = more === 0 ? [] : [`and ${count(more, "more problem")}`];
  return `${[...checked.findings.flatMap(formatFinding), ...rest, verdict(checked)].join("\n")}\n`;
}

function formatFinding({ severity, pointer, location, problem, hint }: PlacedFinding): string[] {
  const where = [location ?? "", visible(pointer)].filter((word) => word !== "").join(" ");
  const line = `${severity}: ${where === "" ? "" : `${where}: `}${visible(problem)}`;
  return hint === undefined ? [line] : [line, `  hint: ${visible(hint)}`];
}

function verdict({ bundle, findings, more }: CheckedBundle): string {
  const shown = findings.filter(({ severity }) => severity === "error").length;
  const errors = shown + more.errors;
  const warnings = findings.length - shown + more.warnings;
  const counted = [count(errors, "error"), count(warnings, "warning")].filter((word) => word !== "").join(" and ");
  if (errors > 0) return `not ok: ${visible(bundle)} cannot run here: ${counted}`;
  return `ok: ${visible(bundle)} can run here${counted === "" ? "" : `, with ${counted}`}`;
}

function count(number: number, what: string): string {
  return number === 0 ? "" : `${number} ${what}${number === 1 ? "" : "s"}`;
}
