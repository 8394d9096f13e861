import { expect, test } from "bun:test";
import { addTotals, countRun, describeTotals, NOTHING } from "../../../scripts/test-report.ts";

const files = ["test/a.test.ts", "test/b.test.ts"];
const suite = (file: string): string => `  <testsuite name="${file}" file="${file}" tests="2" failures="0">\n  </testsuite>\n`;
const report = (failures: number, ran: readonly string[]): string =>
  `<?xml version="1.0"?>\n<testsuites name="bun test" tests="6" assertions="9" failures="${failures}" skipped="2" time="0.1">\n${ran.map(suite).join("")}</testsuites>`;
const skipReasons = new Map([["not root", 2]]);

test("a run is counted by its report", () => {
  const totals = countRun({ files, report: report(0, files), exitCode: 0, skipReasons });
  expect(totals).toEqual({ passed: 4, failed: 0, skipped: 2, skipReasons, problems: [] });
});

test("a file that is not in the report, because it could not be loaded, is a failure", () => {
  const totals = countRun({ files, report: report(1, ["test/a.test.ts"]), exitCode: 1, skipReasons });
  expect(totals).toMatchObject({ passed: 3, failed: 2, problems: ["test/b.test.ts did not run, or not to the end"] });
});

test("a run without a report has failed, although it exits with 0", () => {
  expect(countRun({ files, report: undefined, exitCode: 0, skipReasons })).toMatchObject({ passed: 0, failed: 2 });
});

test("a run that fails without a failing test has failed", () => {
  const totals = countRun({ files, report: report(0, files), exitCode: 1, skipReasons });
  expect(totals).toMatchObject({ failed: 1, problems: ["bun test failed with exit status 1, although no test did"] });
});

test("the last line of the totals has the sums, after the reasons of skips and other failures", () => {
  const one = { ...NOTHING, passed: 3, skipped: 2, skipReasons };
  const other = {
    ...NOTHING,
    passed: 4,
    failed: 1,
    skipped: 1,
    skipReasons: new Map([...skipReasons, ["no runc", 1]]),
    problems: ["types"],
  };
  expect(describeTotals(addTotals([one, other, NOTHING]))).toBe(
    "skipped: no runc\nskipped: not root (4 times)\nfailed: types\n7 passed, 1 failed, 3 skipped",
  );
});
