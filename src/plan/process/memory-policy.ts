/** config.json `linux.memoryPolicy` → from which memory nodes a process gets its memory. set_mempolicy(2). Pure. */
import type { MemoryPolicy } from "../../spec/types.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { parseNumberList } from "./number-list.ts";

/** MPOL_* (linux/mempolicy.h). */
export const MEMORY_MODES = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
} as const satisfies Record<MemoryPolicy["mode"], number>;

/** MPOL_F_* (linux/mempolicy.h), which are given with the mode. */
export const MEMORY_FLAGS = {
  MPOL_F_NUMA_BALANCING: 0x2000,
  MPOL_F_RELATIVE_NODES: 0x4000,
  MPOL_F_STATIC_NODES: 0x8000,
} as const satisfies Record<NonNullable<MemoryPolicy["flags"]>[number], number>;

const ALL_FLAGS = 0xe000;

/** As many as a kernel can be built for. */
const MOST_NODES = 1024;

const ORIGIN = "/linux/memoryPolicy";

/** After the cgroups have been entered, whose cpuset the nodes must belong to. A policy survives execve(2). */
export function planMemoryPolicy(policy: MemoryPolicy | undefined): Planned<InitStep>[] {
  if (policy === undefined) return [];
  const { mode, nodes = "", flags = [] } = policy;
  const list = nodes === "" ? [] : parseNumberList(nodes, { words: "memory nodes", most: MOST_NODES, origin: `${ORIGIN}/nodes` });
  const bits = flags.reduce<number>((sum, flag) => sum | MEMORY_FLAGS[flag], MEMORY_MODES[mode]);
  return [{ origin: ORIGIN, step: { op: "setMemoryPolicy", mode: bits, nodes: list } }];
}

/** What follows "set the memory policy to ". */
export function memoryPolicyWords({ mode, nodes }: Extract<InitStep, { readonly op: "setMemoryPolicy" }>): string {
  const number = mode & ~ALL_FLAGS;
  const name = Object.entries(MEMORY_MODES).find(([, one]) => one === number)?.[0] ?? `mode ${number}`;
  const flags = Object.entries(MEMORY_FLAGS).filter(([, bit]) => (mode & bit) !== 0);
  return [name, ...flags.map(([flag]) => flag)].join("|") + (nodes.length === 0 ? "" : `, memory nodes ${nodes.join(", ")}`);
}
