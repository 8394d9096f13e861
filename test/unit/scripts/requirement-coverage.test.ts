import { expect, test } from "bun:test";
import { coverageOf, describeCoverage, describeProblems, findTags, parseRequirements } from "../../../scripts/requirement-coverage.ts";

const PAGE = `# Conformance
| line | requirement | section |
|---|---|---|
| C1 | a bundle has a name | Format |
| C2 | it has no other | Format |

| line | why |
|---|---|
| C2 | names cannot be counted |
`;
const requirements = parseRequirements(PAGE);
// The tags are put together here, so that they are not taken for tags of this file's own tests.
const tagged = (...numbers: readonly number[]): string => numbers.map((number) => `[${"C"}${number}] `).join("");

test("a page's rows are requirements, with the reason of those without a test", () => {
  expect(requirements).toEqual([
    { number: 1, text: "a bundle has a name", section: "Format", excuse: undefined },
    { number: 2, text: "it has no other", section: "Format", excuse: "names cannot be counted" },
  ]);
});

test("each tag of a title is found with its line, and comments are not titles", () => {
  const source = `/** ${tagged(9)}*/\n// ${tagged(9)}\n * ${tagged(9)}\ntest.if(root)("${tagged(1, 3)}a name's letters", f);\n`;
  const title = `${tagged(1, 3)}a name's letters`;
  expect(findTags("a.test.ts", source)).toEqual([
    { number: 1, title, place: "a.test.ts:4" },
    { number: 3, title, place: "a.test.ts:4" },
  ]);
});

test("what the tests claim and the page does not, or the other way round, is a problem", () => {
  const none = describeProblems(requirements, []);
  const wrong = describeProblems(requirements, findTags("a.test.ts", `"${tagged(1, 2, 3)}"`));
  const right = describeProblems(requirements, findTags("a.test.ts", `"${tagged(1)}"`));
  expect({ none, wrong, right }).toEqual({
    none: ["C1 has neither a test nor a reason why not"],
    wrong: ["a.test.ts:1: there is no line C3", "C2 has a test, and a reason why it has none"],
    right: [],
  });
});

test("a page that leaves a number out is a problem", () => {
  const [first, second] = requirements;
  const shuffled = [second, first].flatMap((one) => (one === undefined ? [] : [one]));
  expect(describeProblems(shuffled, findTags("a.test.ts", `"${tagged(1)}"`))).toEqual([
    "C2 is out of order on the page",
    "C1 is out of order on the page",
  ]);
});

test("the overview ends with how many lines are tested", () => {
  expect(describeCoverage(coverageOf(requirements, findTags("a.test.ts", `"${tagged(1)}has one"`)))).toBe(`C1 a bundle has a name (Format)
    a.test.ts:1  ${tagged(1)}has one
C2 it has no other (Format)
    not tested: names cannot be counted
1 of 2 lines are tested`);
});
