/** Rules for `mounts`. The planner interprets the options. */
import { append } from "../../base/append.ts";
import type { Mount, Spec } from "../types.ts";
import { mappingFaults, namespaceOf } from "./namespaces.ts";
import { NONE, type Problem, quote } from "./rule.ts";

export function destinationsAreAbsolute({ mounts }: Spec): readonly Problem[] {
  if (mounts === undefined) return NONE;
  const problems: Problem[] = [];
  for (let i = 0; i < mounts.length; i++) {
    const destination = mounts[i]?.destination ?? "";
    const pointer = `/mounts/${i}/destination`;
    if (destination === "") problems.push({ pointer, problem: "must not be empty" });
    else if (!destination.startsWith("/")) {
      problems.push({ pointer, problem: `should be an absolute path; ${quote(destination)} is taken relative to /`, warning: true });
    }
  }
  return problems;
}

export function mountMappingsArePairs({ mounts, linux }: Spec): readonly Problem[] {
  if (mounts === undefined) return NONE;
  const problems: Problem[] = [];
  for (let i = 0; i < mounts.length; i++) {
    const mount = mounts[i];
    if (mount === undefined || (mount.uidMappings === undefined && mount.gidMappings === undefined && !asksForIdmap(mount))) continue;
    append(problems, mappingProblems(mount, `/mounts/${i}`, namespaceOf(linux, "user") !== undefined));
  }
  return problems;
}

function mappingProblems(mount: Mount, at: string, hasUserNamespace: boolean): readonly Problem[] {
  const { uidMappings = [], gidMappings = [] } = mount;
  const problems = [...mappingFaults(`${at}/uidMappings`, uidMappings), ...mappingFaults(`${at}/gidMappings`, gidMappings)];
  if (uidMappings.length > 0 !== gidMappings.length > 0) {
    const [given, missing] = uidMappings.length > 0 ? ["uidMappings", "gidMappings"] : ["gidMappings", "uidMappings"];
    problems.push({ pointer: `${at}/${given}`, problem: `must come together with "${missing}"` });
  }
  if (asksForIdmap(mount) && uidMappings.length + gidMappings.length === 0 && !hasUserNamespace) {
    problems.push({
      pointer: `${at}/options`,
      problem: 'idmap needs "uidMappings" and "gidMappings", or a namespace of type user in /linux/namespaces',
    });
  }
  return problems;
}

function asksForIdmap({ options }: Mount): boolean {
  return options?.includes("idmap") === true || options?.includes("ridmap") === true;
}
