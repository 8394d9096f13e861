/** docs/conformance.md and the tags in the titles of tests agree, as `npm run checklist` prints. */
import { expect, test } from "bun:test";
import { readChecklist } from "../scripts/checklist.ts";
import { describeProblems } from "../scripts/requirement-coverage.ts";

test("every tag names a line of the page, and every line has a test or a reason why not", () => {
  const { requirements, tags } = readChecklist();
  expect(describeProblems(requirements, tags)).toEqual([]);
  expect(requirements).toHaveLength(129);
});
