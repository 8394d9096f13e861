/** Rules for `linux.intelRdt`. */
import type { IntelRdt } from "../types.ts";
import { NONE, type Problem, quote, type Rule } from "./rule.ts";

export const intelRdtRules: readonly Rule<IntelRdt>[] = [closIdIsAName, schemasAreLines];

function closIdIsAName({ closID = "" }: IntelRdt): readonly Problem[] {
  const isName = closID === "/" || (closID !== "." && closID !== ".." && !closID.includes("/"));
  return isName ? NONE : [{ pointer: "/closID", problem: `must be "/" or a name without "/", not ${quote(closID)}` }];
}

function schemasAreLines({ l3CacheSchema = "", memBwSchema = "", schemata = [] }: IntelRdt): readonly Problem[] {
  const lines = [
    { pointer: "/l3CacheSchema", line: l3CacheSchema },
    { pointer: "/memBwSchema", line: memBwSchema },
    ...schemata.map((line, i) => ({ pointer: `/schemata/${i}`, line })),
  ];
  const problems: Problem[] = lines
    .filter(({ line }) => line.includes("\n"))
    .map(({ pointer, line }) => ({ pointer, problem: `must be one line, not ${quote(line)}` }));
  if (memBwSchema !== "" && !memBwSchema.startsWith("MB:")) {
    problems.push({ pointer: "/memBwSchema", problem: `must start with "MB:", not ${quote(memBwSchema)}` });
  }
  if (l3CacheSchema !== "" && !l3CacheSchema.startsWith("L3:")) {
    problems.push({ pointer: "/l3CacheSchema", problem: `should start with "L3:", not ${quote(l3CacheSchema)}`, warning: true });
  }
  return problems;
}
