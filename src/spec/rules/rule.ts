/**
 * What a rule is: a small pure check of what JSON Schema cannot say. It returns what is wrong as data.
 *
 * Pointers are relative to the value that the rule gets; `within` puts them where they belong.
 *
 * Every start of a container runs the rules, once: in what a usual config.json reaches, a plain loop is a tenth of a millisecond
 * faster than the first use of flatMap, which the engine has to compile.
 */
export interface Problem {
  /** JSON pointer of the value that is wrong. */
  readonly pointer: string;
  /** What would be accepted, and what is there instead. */
  readonly problem: string;
  /** Worth telling, but no reason to refuse the file. */
  readonly warning?: true;
}

export type Rule<T> = (value: T) => readonly Problem[];

/** What a rule returns that has nothing to say. */
export const NONE: readonly Problem[] = [];

/** Thrown into a rule that reaches for what the schema refused; see intact.ts. */
export class Refused extends Error {}

/** Everything that the rules find. A rule that reaches for what the schema refused has no opinion. */
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

/** Applies rules to a part of the whole, if it is there. */
export function within<T, P>(at: string, pick: (whole: T) => P | undefined, rules: readonly Rule<P>[]): Rule<T> {
  return (whole) => {
    const part = pick(whole);
    if (part === undefined) return NONE;
    const problems = applyRules(rules, part);
    return problems.length === 0 ? NONE : problems.map((problem) => ({ ...problem, pointer: at + problem.pointer }));
  };
}

/** `/key`, escaped as a JSON pointer wants it. */
export function member(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The value as JSON, shortened to what fits in a sentence. */
export function quote(value: string | number | bigint): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shorten(text);
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const characters = [...line];
  return characters.length <= 60 ? line : `${characters.slice(0, 57).join("")}...`;
}

/** Problems of those items that are not absolute paths. */
export function requireAbsolute(at: string, paths: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] ?? "";
    if (!path.startsWith("/")) problems.push({ pointer: `${at}/${i}`, problem: `must be an absolute path, not ${quote(path)}` });
  }
  return problems;
}
