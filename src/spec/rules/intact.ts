/**
 * Runs rules over a value that its schema refused, so that one run shows everything that is wrong with the file.
 *
 * Rules rely on the types of what they read. So a rule gets a view of the value that aborts it as soon as it accesses
 * something that the schema refused, or copies an object that lacks a member it must have: a copy would not abort it.
 */
import { applyRules, member, type Problem, Refused, type Rule } from "./rule.ts";

export function rulesOverIntactParts<T>(value: T, refused: ReadonlySet<string>, rules: readonly Rule<T>[]): readonly Problem[] {
  if (refused.size === 0) return applyRules(rules, value); // each view has its price
  return refused.has("") ? [] : applyRules(rules, guard(value, "", { refused, holders: holdersOf(refused) }));
}

interface Guarding {
  readonly refused: ReadonlySet<string>;
  /** The pointers of refused members by that of the object or list that they are in. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
}

function holdersOf(refused: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(refused, (pointer) => pointer.slice(0, pointer.lastIndexOf("/")));
}

function guard<V>(value: V, at: string, guarding: Guarding): V {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return found;
      const pointer = at + member(key);
      if (guarding.refused.has(pointer)) throw new Refused();
      return Object.hasOwn(target, key) ? guard(found, pointer, guarding) : found;
    },
    ownKeys(target) {
      const keys = Reflect.ownKeys(target);
      const refused = guarding.holders.get(at) ?? [];
      if (refused.length === 0) return keys;
      const there = new Set(keys.map((key) => at + member(String(key))));
      if (refused.some((pointer) => !there.has(pointer))) throw new Refused();
      return keys;
    },
  });
}
