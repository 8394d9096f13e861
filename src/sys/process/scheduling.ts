/** How the kernel schedules a process: its processor time and its input and output. sched_setattr(2), ioprio_set(2). */
import { put32, put64 } from "../../base/bytes.ts";
import type { SchedulerAttributes } from "../../base/scheduler-attributes.ts";
import { syscall } from "../call/libc.ts";
import { SYS } from "../call/numbers.ts";

/** struct sched_attr, second version: with the bounds of use, without which the kernel refuses the flags that are about them. */
const ATTRIBUTES_SIZE = 56;

/** 0 or minus errno. */
export function trySetScheduler(pid: number, { policy, flags, nice, priority, runtime, deadline, period }: SchedulerAttributes): number {
  const attributes = new Uint8Array(ATTRIBUTES_SIZE);
  put32(attributes, 0, ATTRIBUTES_SIZE);
  put32(attributes, 4, policy);
  put64(attributes, 8, flags);
  put32(attributes, 16, nice);
  put32(attributes, 20, priority);
  put64(attributes, 24, runtime);
  put64(attributes, 32, deadline);
  put64(attributes, 40, period);
  return syscall(SYS.sched_setattr, pid, attributes, 0);
}

const IOPRIO_WHO_PROCESS = 1;

/** Class and level in one number. 0 or minus errno. */
export function trySetIoPriority(pid: number, priority: number): number {
  return syscall(SYS.ioprio_set, IOPRIO_WHO_PROCESS, pid, priority);
}
