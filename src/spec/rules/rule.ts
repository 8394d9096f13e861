/**
 * A rule: a small pure check of something that JSON Schema cannot express. It returns problems as data.
 *
 * Pointers are relative to the value that the rule gets; `within` prefixes them.
 *
 * Every container start runs all rules once: on the path of a usual config.json a plain loop is a tenth of a millisecond
 * faster than the first use of flatMap, which the engine has to compile.
 */
export interface Problem {
  /** JSON pointer of the value that is wrong. */
  readonly pointer: string;
  /** What would be accepted, and what is there instead. */
  readonly problem: string;
  /** Worth reporting, but no reason to refuse the file. */
  readonly warning?: true;
}

export type Rule<T> = (value: T) => readonly Problem[];

/** The result of a rule that finds nothing. */
export const NONE: readonly Problem[] = [];

/** Thrown into a rule that accesses what the schema refused; see intact.ts. */
export class Refused extends Error {}

/** All problems that the rules find. A rule that accesses what the schema refused finds none. */
export function applyRules<T>(rules: readonly Rule<T>[], value: T): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) {
    try {
      for (const problem of rule(value)) problems.push(problem);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return problems;
}

/** Applies rules to a part of the whole, if it exists. */
export function within<T, P>(at: string, pick: (whole: T) => P | undefined, rules: readonly Rule<P>[]): Rule<T> {
  return (whole) => {
    const part = pick(whole);
    if (part === undefined) return NONE;
    const problems = applyRules(rules, part);
    return problems.length === 0 ? NONE : problems.map((problem) => ({ ...problem, pointer: at + problem.pointer }));
  };
}

/** `/key`, escaped for a JSON pointer. */
export function member(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The value as JSON, shortened to fit in a sentence. */
export function quote(value: string | number | bigint): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shorten(text);
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const characters = [...line];
  return characters.length <= 60 ? line : `${characters.slice(0, 57).join("")}...`;
}

/** Problems of the items that are not absolute paths. */
export function requireAbsolute(at: string, paths: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] ?? "";
    if (!path.startsWith("/")) problems.push({ pointer: `${at}/${i}`, problem: `must be an absolute path, not ${quote(path)}` });
  }
  return problems;
}
