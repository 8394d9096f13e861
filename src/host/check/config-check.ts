/** config.json itself: everything that its schema and rules refuse, as data, and the value for the checks that follow. */
import { findFault } from "../../spec/json-positions.ts";
import { dropNulls, findNuls, parseRounded, restoreIntegers } from "../../spec/json-quirks.ts";
import { findMisnamed } from "../../spec/misnamed.ts";
import { parseJson } from "../../spec/parse-json.ts";
import { configRules } from "../../spec/rules/index.ts";
import { rulesOverIntactParts } from "../../spec/rules/intact.ts";
import type { Problem, Rule } from "../../spec/rules/rule.ts";
import type { Spec } from "../../spec/types.ts";
import { requireCountable } from "../../spec/value-count.ts";
import { refusedPointers, wordFaults } from "../../spec/wording.ts";
import type { Finding } from "./bundle-check.ts";

export interface CheckedConfig {
  readonly findings: readonly Finding[];
  /** Faults that were only counted. */
  readonly others: number;
  /** Runs rules over what is intact of it; over nothing if nobody knows all that is not. */
  readonly applyTo: (rules: readonly Rule<Spec>[]) => readonly Problem[];
}

/** A fault in the JSON has its place in the text, but no value and so no pointer. */
export type JsonFault = { readonly line: number; readonly column: number; readonly problem: string };

export async function checkConfig(text: string): Promise<CheckedConfig | JsonFault> {
  requireCountable(text, "config.json");
  const fault = findFault(text);
  if (fault !== undefined) return fault;
  const value = parseJson(text);
  dropNulls(value);
  const { config, findFaults } = await import("../../spec/generated/problems.js");
  const { faults, others } = findFaults(config, parseRounded(text));
  restoreIntegers(text, value);
  const nuls = findNuls(value);
  const refused = new Set([...refusedPointers(faults), ...nuls.map(({ pointer }) => pointer)]); // no kernel and no library takes a NUL
  const spec = value as Spec; // rules are kept from whatever the schema refused
  const applyTo = (rules: readonly Rule<Spec>[]): readonly Problem[] => (others === 0 ? rulesOverIntactParts(spec, refused, rules) : []);
  const problems = [...wordFaults(faults, text), ...nuls, ...applyTo(configRules), ...findMisnamed(value)];
  return { findings: problems.map(findingOf), others, applyTo };
}

function findingOf({ pointer, problem, warning }: Problem): Finding {
  return { severity: warning ? "warning" : "error", pointer, problem };
}
