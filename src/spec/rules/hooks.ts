/** Rules for `hooks`. */
import type { Hooks } from "../types.ts";
import { type Problem, quote } from "./rule.ts";

export const HOOK_KINDS = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;

export function hookPathsAreAbsolute(hooks: Hooks): readonly Problem[] {
  const problems: Problem[] = [];
  for (const kind of HOOK_KINDS) {
    const list = hooks[kind] ?? [];
    for (let i = 0; i < list.length; i++) {
      const path = list[i]?.path ?? "";
      if (!path.startsWith("/")) problems.push({ pointer: `/${kind}/${i}/path`, problem: `must be an absolute path, not ${quote(path)}` });
    }
  }
  return problems;
}
