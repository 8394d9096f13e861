/** What can be done where the kernel refuses a program the time or the memory that it is to have, by errno. sched(7), ioprio_set(2), set_mempolicy(2). */
import { ERRNO } from "../../sys/call/errno.ts";

type Hints = Readonly<Record<number, string>>;

export const SCHEDULER_HINTS: Hints = {
  [ERRNO.EPERM]:
    "realtime policies and a nice value below 0 take CAP_SYS_NICE on the host; on cgroup v1 the container needs realtime too (linux.resources.cpu.realtimeRuntime); and SCHED_DEADLINE takes all processors, without a cpuset",
  [ERRNO.EINVAL]: "this kernel does not have the policy or one of the flags, or the values do not fit each other: see sched(7)",
  [ERRNO.EBUSY]: "processes with deadlines have reserved so much time already that none is left for this one",
  [ERRNO.EOPNOTSUPP]: "this kernel does not clamp the use of processors (CONFIG_UCLAMP_TASK)",
};

export const IO_PRIORITY_HINTS: Hints = {
  [ERRNO.EPERM]: "IOPRIO_CLASS_RT takes CAP_SYS_NICE or CAP_SYS_ADMIN on the host",
  [ERRNO.ENOSYS]: "this kernel has no block layer, and so no I/O priorities",
};

export const MEMORY_POLICY_HINTS: Hints = {
  [ERRNO.EINVAL]:
    "the nodes must have memory, and belong to the container's cpuset (/sys/devices/system/node/has_memory, linux.resources.cpu.mems); or this kernel does not have the mode, or does not take it with these flags",
  [ERRNO.ENOSYS]: "this kernel has no memory policies (CONFIG_NUMA)",
};
