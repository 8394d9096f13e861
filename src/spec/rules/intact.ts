/**
 * Runs rules over a value that its schema refused, so that one run shows everything that is wrong with the file.
 *
 * Rules rely on the types of what they read. So a rule gets a view of the value that aborts it as soon as it accesses
 * something that the schema refused.
 */
import { applyRules, member, type Problem, Refused, type Rule } from "./rule.ts";

export function rulesOverIntactParts<T>(value: T, refused: ReadonlySet<string>, rules: readonly Rule<T>[]): readonly Problem[] {
  return refused.has("") ? [] : applyRules(rules, guard(value, "", refused));
}

function guard<V>(value: V, at: string, refused: ReadonlySet<string>): V {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return found;
      const pointer = at + member(key);
      if (refused.has(pointer)) throw new Refused();
      return Object.hasOwn(target, key) ? guard(found, pointer, refused) : found;
    },
  });
}
