/**
 * Runs rules over a value that its schema refused, so that one look at the file shows everything that is wrong.
 *
 * A rule may believe the types of what it reads. So it gets a view of the value that ends the rule as soon as it reaches for
 * something that the schema refused: such a rule has no opinion.
 */
import { member, type Problem, type Rule } from "./rule.ts";

class Broken extends Error {}

export function rulesOverIntactParts<T>(value: T, broken: ReadonlySet<string>, rules: readonly Rule<T>[]): readonly Problem[] {
  if (broken.has("")) return [];
  const guarded = guard(value, "", broken);
  return rules.flatMap((rule) => {
    try {
      return rule(guarded);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return [];
    }
  });
}

function guard<V>(value: V, at: string, broken: ReadonlySet<string>): V {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key);
      const pointer = at + member(key);
      if (broken.has(pointer)) throw new Broken();
      const found: unknown = Reflect.get(target, key);
      return Object.hasOwn(target, key) ? guard(found, pointer, broken) : found;
    },
  });
}
