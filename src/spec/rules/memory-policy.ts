/** Rules for `linux.memoryPolicy`: which modes take memory nodes and which flags, see set_mempolicy(2). */
import type { MemoryPolicy } from "../types.ts";
import { isNumberList } from "./number-list.ts";
import { NONE, type Problem, quote, type Rule } from "./rule.ts";

export const memoryPolicyRules: readonly Rule<MemoryPolicy>[] = [nodesFitMode, flagsFitMode];

function nodesFitMode({ mode, nodes = "" }: MemoryPolicy): readonly Problem[] {
  if (nodes !== "" && !isNumberList(nodes)) return [{ pointer: "/nodes", problem: `must be a list such as "0-3,7", not ${quote(nodes)}` }];
  const wantsNone = mode === "MPOL_DEFAULT" || mode === "MPOL_LOCAL";
  if (wantsNone && nodes !== "") return [{ pointer: "/nodes", problem: `must be empty with ${mode}, not ${quote(nodes)}` }];
  if (!wantsNone && mode !== "MPOL_PREFERRED" && nodes === "") return [{ pointer: "", problem: `${mode} needs "nodes"` }];
  return NONE;
}

function flagsFitMode({ mode, nodes = "", flags = [] }: MemoryPolicy): readonly Problem[] {
  const aboutNodes = flags.filter((flag) => flag !== "MPOL_F_NUMA_BALANCING");
  const problems: Problem[] = [];
  if (flags.includes("MPOL_F_NUMA_BALANCING") && mode !== "MPOL_BIND" && mode !== "MPOL_PREFERRED_MANY") {
    problems.push({ pointer: "/flags", problem: `MPOL_F_NUMA_BALANCING goes with MPOL_BIND and MPOL_PREFERRED_MANY, not with ${mode}` });
  }
  if (new Set(aboutNodes).size > 1) problems.push({ pointer: "/flags", problem: `must not have both ${aboutNodes.join(" and ")}` });
  const [first] = aboutNodes;
  if (first !== undefined && mode !== "MPOL_DEFAULT" && nodes === "")
    problems.push({ pointer: "/flags", problem: `${first} is about "nodes", and there are none` });
  return problems;
}
