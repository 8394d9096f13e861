/** Of the vocabulary of plans: which processors the program gets, how much of their time, and which memory. */

export type SchedulingStep =
  | { readonly op: "setAffinity"; readonly processors: readonly number[] }
  /** Numbers as sched_setattr(2) takes them. */
  | {
      readonly op: "setScheduler";
      readonly policy: number;
      readonly flags: bigint;
      readonly nice: number;
      readonly priority: number;
      readonly runtime: bigint;
      readonly deadline: bigint;
      readonly period: bigint;
    }
  /** Class and level in one number, as ioprio_set(2) takes them. */
  | { readonly op: "setIoPriority"; readonly priority: number }
  /** `mode` with its flags, as set_mempolicy(2) takes them. */
  | { readonly op: "setMemoryPolicy"; readonly mode: number; readonly nodes: readonly number[] };
