/** Rules for `linux.memoryPolicy`: which modes take memory nodes, see set_mempolicy(2). */
import type { MemoryPolicy } from "../types.ts";
import { isNumberList } from "./number-list.ts";
import { NONE, type Problem, quote } from "./rule.ts";

export function nodesFitMode({ mode, nodes = "" }: MemoryPolicy): readonly Problem[] {
  if (nodes !== "" && !isNumberList(nodes)) return [{ pointer: "/nodes", problem: `must be a list such as "0-3,7", not ${quote(nodes)}` }];
  const wantsNone = mode === "MPOL_DEFAULT" || mode === "MPOL_LOCAL";
  if (wantsNone && nodes !== "") return [{ pointer: "/nodes", problem: `must be empty with ${mode}, not ${quote(nodes)}` }];
  if (!wantsNone && mode !== "MPOL_PREFERRED" && nodes === "") return [{ pointer: "", problem: `${mode} needs "nodes"` }];
  return NONE;
}
