/** What a test of the official validation suite says, in TAP, and two runtimes side by side. Pure. */

export interface SuiteOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SuiteResult {
  readonly assertions: number;
  /** Sentences; without one the test passed. */
  readonly failures: readonly string[];
}

/** One test with both runtimes. */
export interface Comparison {
  readonly test: string;
  readonly ours: SuiteResult;
  readonly theirs: SuiteResult;
}

/**
 * What failed and counts: a "#" instead of a sentence begins a directive, by which it does not.
 *
 * A test that gives up has no failed assertion, a test of hooks reports in a diagnostic alone, and the program in the container may
 * die in the middle of its list: all of them failed.
 */
export function readSuiteOutput({ exitCode, stdout, stderr }: SuiteOutput): SuiteResult {
  const lines = stdout.split("\n");
  const asserted = lines.filter((line) => /^(not )?ok \d+/.test(line));
  const failed = asserted.filter((line) => /^not ok \d+( (?!#)|$)/.test(line)).map((line) => sentence(line));
  const diagnosed = asserted.length === 0 ? lines.flatMap((line) => textOf(line, "error")) : [];
  const isCut = lines.flatMap((line) => textOf(line, "stdout")).some((text) => text.startsWith("TAP") && !/^1\.\.\d+$/m.test(text));
  return {
    assertions: asserted.length,
    failures: [
      ...failed,
      ...diagnosed.map((text) => text.split("\n")[0] ?? ""),
      ...(isCut ? ["the program in the container ended in the middle of its assertions"] : []),
      ...(exitCode === 124 ? ["it did not end in time"] : []),
      ...(exitCode !== 0 && exitCode !== 124 ? [`it gave up: ${firstLine(stderr)}`] : []),
    ],
  };
}

export function hasPassed({ failures }: SuiteResult): boolean {
  return failures.length === 0;
}

/** What fails with lamina alone. */
export function onlyOurs(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter(({ ours, theirs }) => !hasPassed(ours) && hasPassed(theirs));
}

export function describeComparisons(comparisons: readonly Comparison[], peer: string): string {
  const cell = (result: SuiteResult): string => (hasPassed(result) ? `passed ${result.assertions}` : "failed");
  const rows = comparisons.map(({ test, ours, theirs }) => [test, cell(ours), cell(theirs), ours.failures[0] ?? ""]);
  const table = [["test", "lamina", peer, ""], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return table.map((row) => line(row).trimEnd()).join("\n");
}

/** "not ok 3 - a sentence" without its beginning. */
function sentence(line: string): string {
  return line.replace(/^(not )?ok \d+( - )?/, "");
}

/** The value of a member that has a line of its own. */
function textOf(line: string, member: string): string[] {
  const [, value] = new RegExp(`^ +"${member}": (".*"),?$`).exec(line) ?? [];
  const text: unknown = value === undefined ? "" : JSON.parse(value);
  return typeof text === "string" && text !== "" ? [text] : [];
}

/** What the runtime said, not what the suite says of every container that cannot be made. */
function firstLine(text: string): string {
  return text.split("\n").find((line) => line !== "" && line !== "failed to create the container") ?? "";
}
