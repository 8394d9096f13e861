/** Every problem of a file that its schema refuses. Loads ajv's validators, so it is loaded only then. */
import type { RuntimeError } from "../base/errors.ts";
import { config, findFaults, layers, process as processFinder, resources } from "./generated/problems.js";
import { findNuls, parseRounded } from "./json-quirks.ts";
import { report } from "./report.ts";
import { rulesOverIntactParts } from "./rules/intact.ts";
import type { Rule } from "./rules/rule.ts";
import { refusedPointers, wordFaults } from "./wording.ts";

const FINDERS = { config, process: processFinder, resources, layers };

export function reportRefused<T>(
  text: string,
  file: string,
  { name, rules }: { readonly name: keyof typeof FINDERS; readonly rules: readonly Rule<T>[] },
  value: unknown,
): RuntimeError {
  const { faults, others } = findFaults(FINDERS[name], parseRounded(text));
  if (faults.length === 0) throw new Error(`the check of ${name}.json refuses what its schema accepts; run npm run generate`);
  const problems = [
    ...wordFaults(faults, text),
    ...(text.includes("\\u0000") ? findNuls(value) : []),
    // The rules only read what the schema accepted, so types are right; where faults were only counted, that is unknown.
    ...(others === 0 ? rulesOverIntactParts(value as T, refusedPointers(faults), rules) : []),
  ];
  return report(text, file, problems, others);
}
