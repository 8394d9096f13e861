/** What `npm run test:engines` reads in bun's report. */
import { expect, test } from "bun:test";
import { describeScenarios, parseScenarios, regressions } from "../../../scripts/engine-report.ts";

const REPORT = `<testsuites name="bun test">
  <testcase name="run &amp; exec" classname="docker with runc" time="1.25" file="f" />
  <testcase name="swarm" classname="docker with runc" time="2"><failure message="no" /></testcase>
  <testcase name="run &amp; exec" classname="docker with lamina" time="1"><failure type="AssertionError" /></testcase>
  <testcase name="swarm" classname="docker with lamina" time="2"><failure message="no" /></testcase>
  <testcase name="later" classname="docker with lamina" time="0"><skipped /></testcase>
  <testcase name="alone" classname="podman with lamina" time="0.5" />
</testsuites>`;

test("only what fails with lamina, and not with runc, is a regression", () => {
  expect(regressions(parseScenarios(REPORT)).map(({ scenario }) => scenario)).toEqual(["run & exec"]);
});

test("the table shows seconds, failures, and what did not run", () => {
  expect(describeScenarios(parseScenarios(REPORT)).split("\n")).toEqual([
    "engine  scenario    runc    lamina",
    "docker  run & exec  1.3     failed",
    "docker  swarm       failed  failed",
    "podman  alone       -       0.5",
  ]);
});
