/**
 * The result of one run of `bun test`, from its JUnit report. Pure.
 *
 * The report alone is not trusted: a file that fails to load is missing from its numbers, and an interrupted run leaves no
 * report. So each file that should have run must be in it, and a failed run counts as at least one failure.
 */

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped → how many tests or groups of tests said so. */
  readonly skipReasons: ReadonlyMap<string, number>;
  /** Failures beyond single tests, which bun prints itself. */
  readonly problems: readonly string[];
}

export interface FinishedRun {
  readonly files: readonly string[];
  /** Undefined if there is none. */
  readonly report: string | undefined;
  readonly exitCode: number;
  readonly skipReasons: ReadonlyMap<string, number>;
}

export const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0, skipReasons: new Map(), problems: [] };

export function countRun({ files, report = "", exitCode, skipReasons }: FinishedRun): Totals {
  const root = /<testsuites [^>]*>/.exec(report)?.[0] ?? "";
  const [tests, failures, skipped] = ["tests", "failures", "skipped"].map((name) => attribute(root, name)) as [number, number, number];
  const seen = new Set([...report.matchAll(/<testsuite [^>]*?\bfile="([^"]*)"/g)].map(([, file = ""]) => file));
  const problems = files.filter((file) => !seen.has(file)).map((file) => `${file} did not run, or not to the end`);
  const failed = failures + problems.length;
  if (exitCode !== 0 && failed === 0) problems.push(`bun test failed with exit status ${exitCode}, although no test did`);
  return { passed: tests - failures - skipped, failed: failures + problems.length, skipped, skipReasons, problems };
}

export function addTotals(all: readonly Totals[]): Totals {
  const skipReasons = new Map<string, number>();
  for (const [reason, count] of all.flatMap((one) => [...one.skipReasons])) skipReasons.set(reason, (skipReasons.get(reason) ?? 0) + count);
  return {
    passed: sum(all.map(({ passed }) => passed)),
    failed: sum(all.map(({ failed }) => failed)),
    skipped: sum(all.map(({ skipped }) => skipped)),
    skipReasons,
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** Reasons, problems, and as the last line the three counts. */
export function describeTotals({ skipReasons, problems, ...counts }: Totals): string {
  const reasons = [...skipReasons].sort().map(([reason, count]) => `skipped: ${reason}${count > 1 ? ` (${count} times)` : ""}`);
  const lines = [...reasons, ...problems.map((problem) => `failed: ${problem}`)];
  return [...lines, describeCounts(counts)].join("\n");
}

export function describeCounts({ passed, failed, skipped }: Pick<Totals, "passed" | "failed" | "skipped">): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
