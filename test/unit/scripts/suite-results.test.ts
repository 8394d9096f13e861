/** What `npm run conformance` reads in the output of the suite's tests, and what it makes of it. */
import { expect, test } from "bun:test";
import { withSuite } from "../../../scripts/suite-page.ts";
import { type Comparison, describeComparisons, onlyOurs, readSuiteOutput, type SuiteResult } from "../../../scripts/suite-results.ts";

const PASSED: SuiteResult = { assertions: 3, failures: [] };
const FAILED: SuiteResult = { assertions: 2, failures: ["the limit is set"] };

test.each([
  ["all assertions hold", 0, "TAP version 13\nok 1 - one\nok 2 - two # SKIP not here\n1..2\n", "", { assertions: 2, failures: [] }],
  ["one does not", 0, "ok 1 - one\nnot ok 2 - a - b\nnot ok 13 # SKIP later\n1..3\n", "", { assertions: 3, failures: ["a - b"] }],
  ["nothing is asserted, and nothing wrong", 0, "TAP version 13\n1..0\n", "", { assertions: 0, failures: [] }],
  [
    "the error is in a diagnostic alone",
    0,
    'TAP version 13\n  ---\n  {\n    "error": "hooks in order\\nRefer to: a page",\n    "level": "MUST"\n  }\n  ...\n1..0\n',
    "",
    { assertions: 0, failures: ["hooks in order"] },
  ],
  [
    "an assertion holds because of an error",
    0,
    'ok 1 - it is refused\n  ---\n  {\n    "error": "exit status 1"\n  }\n  ...\n1..1\n',
    "",
    { assertions: 1, failures: [] },
  ],
  [
    "the program in the container dies",
    0,
    '  {\n    "stdout": "TAP version 13\\nok 1 - has a name\\n"\n  }\nok 1 - done\n1..1\n',
    "",
    { assertions: 1, failures: ["the program in the container ended in the middle of its assertions"] },
  ],
  [
    "it gives up",
    1,
    "",
    "failed to create the container\nno such file\nexit status 1\n",
    { assertions: 0, failures: ["it gave up: no such file"] },
  ],
  ["it takes too long", 124, "ok 1 - one\n", "", { assertions: 1, failures: ["it did not end in time"] }],
])("%s", (_, exitCode, stdout, stderr, expected) => {
  expect(readSuiteOutput({ exitCode, stdout, stderr })).toEqual(expected);
});

const COMPARISONS: readonly Comparison[] = [
  { test: "hostname", ours: PASSED, theirs: FAILED },
  { test: "pids", ours: FAILED, theirs: FAILED },
  { test: "paths", ours: FAILED, theirs: PASSED },
  { test: "mounts", ours: PASSED, theirs: PASSED },
];

test("what fails with lamina alone is told apart", () => {
  expect(onlyOurs(COMPARISONS).map((one) => one.test)).toEqual(["paths"]);
});

test("the table on the terminal has the first failure of each test", () => {
  expect(describeComparisons(COMPARISONS, "runc").split("\n")).toEqual([
    "test      lamina    runc",
    "hostname  passed 3  failed",
    "pids      failed    failed    the limit is set",
    "paths     failed    passed 3  the limit is set",
    "mounts    passed 3  passed 3",
  ]);
});

test("the page has totals, and a row with a reason for each test that fails; the rest of it stays", () => {
  const reasons = {
    pids: { cause: "suite", why: "it compares addresses", fails: /limit/ },
    paths: { cause: "choice", why: "a copy", fails: /path/ },
  } as const;
  const page = "# Page\n<!-- suite:begin -->\nold\n<!-- suite:end -->\nend\n";
  expect(withSuite(page, { comparisons: COMPARISONS, peer: "runc 1", machine: "Linux 6", reasons })).toBe(`# Page
<!-- suite:begin -->

Of 4 tests lamina passes 2 and runc 1 2, on Linux 6. Only lamina passes hostname. What fails:

| test | runc 1 | cause | why |
|---|---|---|---|
| pids | failed | suite | it compares addresses |
| paths | passed | choice | a copy |

<!-- suite:end -->
end
`);
  expect(() => withSuite("# Page\n", { comparisons: [], peer: "", machine: "", reasons })).toThrow("suite:begin");
});
