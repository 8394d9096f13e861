/** The suite's table in docs/conformance.md. Pure. */
import type { Reason } from "./suite-reasons.ts";
import { type Comparison, hasPassed } from "./suite-results.ts";

const BEGIN = "<!-- suite:begin -->\n";
const END = "<!-- suite:end -->\n";

export interface SuiteRun {
  readonly comparisons: readonly Comparison[];
  /** The peer's name and version, and the machine, in words. */
  readonly peer: string;
  readonly machine: string;
  readonly reasons: Readonly<Record<string, Reason>>;
}

/** `page` with the text between the two comments replaced; everything else stays. */
export function withSuite(page: string, run: SuiteRun): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no line ${BEGIN.trim()} before a line ${END.trim()}`);
  return `${page.slice(0, begin)}${BEGIN}\n${describeSuite(run)}\n${page.slice(end)}`;
}

function describeSuite({ comparisons, peer, machine, reasons }: SuiteRun): string {
  const [ours, theirs] = [comparisons.filter(({ ours }) => hasPassed(ours)), comparisons.filter(({ theirs }) => hasPassed(theirs))];
  const rows = comparisons
    .filter(({ ours }) => !hasPassed(ours))
    .map(({ test, theirs }) => {
      const { cause = "", why = "" } = reasons[test] ?? {};
      return `| ${test} | ${hasPassed(theirs) ? "passed" : "failed"} | ${cause} | ${why} |`;
    });
  const onlyOurs = ours.filter(({ theirs }) => !hasPassed(theirs)).map(({ test }) => test);
  const known = onlyOurs.length === 0 ? "" : ` Only lamina passes ${onlyOurs.join(", ")}.`;
  return `Of ${comparisons.length} tests lamina passes ${ours.length} and ${peer} ${theirs.length}, on ${machine}.${known} What fails:

| test | ${peer} | cause | why |
|---|---|---|---|
${rows.join("\n")}
`;
}
