/** As sched_setattr(2) takes them; times are in nanoseconds. */
export interface SchedulerAttributes {
  readonly policy: number;
  readonly flags: bigint;
  readonly nice: number;
  readonly priority: number;
  readonly runtime: bigint;
  readonly deadline: bigint;
  readonly period: bigint;
}
