/** Of the vocabulary of plans: which processors the program gets, how much of their time, and which memory. */
import type { SchedulerAttributes } from "../../base/scheduler-attributes.ts";

export type SchedulingStep =
  | { readonly op: "setAffinity"; readonly processors: readonly number[] }
  | ({ readonly op: "setScheduler" } & SchedulerAttributes)
  /** Class and level in one number, as ioprio_set(2) takes them. */
  | { readonly op: "setIoPriority"; readonly priority: number }
  /** `mode` with its flags, as set_mempolicy(2) takes them. */
  | { readonly op: "setMemoryPolicy"; readonly mode: number; readonly nodes: readonly number[] };
