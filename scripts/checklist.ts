/** `npm run checklist`: which tests each line of docs/conformance.md has. Fails if a tag names no line, or a line has neither a test nor a reason. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  coverageOf,
  describeCoverage,
  describeProblems,
  findTags,
  parseRequirements,
  type Requirement,
  type Tag,
} from "./requirement-coverage.ts";
import { runScript } from "./run-script.ts";
import { ROOT } from "./test-run.ts";

/** What the page asks for, and what the titles of all tests claim. */
export function readChecklist(): { readonly requirements: Requirement[]; readonly tags: Tag[] } {
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const tags = files.sort().flatMap((file) => findTags(`test/${file}`, readFileSync(join(ROOT, "test", file), "utf8")));
  return { requirements: parseRequirements(readFileSync(join(ROOT, "docs/conformance.md"), "utf8")), tags };
}

if (import.meta.main) {
  await runScript("checklist", async () => {
    const { requirements, tags } = readChecklist();
    const problems = describeProblems(requirements, tags);
    console.log(describeCoverage(coverageOf(requirements, tags)));
    for (const problem of problems) console.error(`failed: ${problem}`);
    return problems.length > 0 ? 1 : 0;
  });
}
