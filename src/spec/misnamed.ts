/**
 * Members whose name differs from one of the specification's by its case alone. Nothing knows them, so they are ignored; but runtimes written in Go take
 * them for the other, and whoever changes from one of these would lose what they ask for. Pure.
 */
import { FREE_MAPS, MEMBERS } from "./generated/members.ts";
import { member, type Problem } from "./rules/rule.ts";

interface Inner {
  readonly value: object;
  readonly pointer: string;
  /** Whose members have any names. */
  readonly isFree: boolean;
}

/** Of the value of config.json. What is in a member that nothing knows is not looked at. */
export function findMisnamed(config: unknown): readonly Problem[] {
  const byLowerCase = new Map(MEMBERS.split(" ").map((name) => [name.toLowerCase(), name]));
  const freeMaps = FREE_MAPS.split(" ");
  const problems: Problem[] = [];
  const waiting: Inner[] = isObject(config) ? [{ value: config, pointer: "", isFree: false }] : [];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const hasNames = !(at.isFree || Array.isArray(at.value));
    for (const [key, value] of Object.entries(at.value)) {
      const pointer = at.pointer + member(key);
      const known = hasNames ? byLowerCase.get(key.toLowerCase()) : key;
      if (known === key && isObject(value)) waiting.push({ value, pointer, isFree: hasNames && freeMaps.includes(key) });
      else if (known !== undefined && known !== key) {
        problems.push({ pointer, problem: `is unknown, and so ignored: did you mean ${JSON.stringify(known)}?`, warning: true });
      }
    }
  }
  return problems;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
