/** Every problem of a file that its schema refuses. Loads ajv's validators, which are large and seldom needed. */
import type { RuntimeError } from "../base/errors.ts";
import { findNuls, parseRounded } from "./json-quirks.ts";
import { report } from "./report.ts";
import { rulesOverIntactParts } from "./rules/intact.ts";
import type { Rule } from "./rules/rule.ts";
import { refusedPointers, wordFaults } from "./wording.ts";

export async function reportRefused<T>(
  text: string,
  file: string,
  { name, rules }: { readonly name: "config" | "process" | "resources" | "layers"; readonly rules: readonly Rule<T>[] },
  value: unknown,
): Promise<RuntimeError> {
  const { findFaults, ...finders } = await import("./generated/problems.js");
  const { faults, others } = findFaults(finders[name], parseRounded(text));
  if (faults.length === 0) throw new Error(`the check of ${name}.json refuses what its schema accepts; run npm run generate`);
  const problems = [
    ...wordFaults(faults, text),
    ...(text.includes("\\u0000") ? findNuls(value) : []),
    // The rules only read what the schema accepted, so types are right; where faults were only counted, that is unknown.
    ...(others === 0 ? rulesOverIntactParts(value as T, refusedPointers(faults), rules) : []),
  ];
  return report(text, file, problems, others);
}
