// Generated from schemas/ by `npm run generate`; never edited by hand.
const object = (v: any): boolean => typeof v === "object" && v !== null && !Array.isArray(v);
const integer = (v: any, min: number, max: number): boolean => Number.isInteger(v) && v >= min && v <= max;
const strings = (v: any): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (typeof v[i] !== "string") return false;
  return true;
};
const list = (v: any, check: (item: any) => boolean): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (!check(v[i])) return false;
  return true;
};
const Process = (v: any): boolean => object(v)
  && (v.terminal === undefined || typeof v.terminal === "boolean")
  && (v.consoleSize === undefined || ConsoleSize(v.consoleSize))
  && typeof v.cwd === "string"
  && (v.env === undefined || strings(v.env))
  && (v.args === undefined || strings(v.args))
  && (v.user === undefined || User(v.user))
  && (v.rlimits === undefined || list(v.rlimits, Rlimit))
  && (v.apparmorProfile === undefined || typeof v.apparmorProfile === "string")
  && (v.capabilities === undefined || Capabilities(v.capabilities))
  && (v.noNewPrivileges === undefined || typeof v.noNewPrivileges === "boolean")
  && (v.oomScoreAdj === undefined || integer(v.oomScoreAdj, -1000, 1000))
  && (v.scheduler === undefined || Scheduler(v.scheduler))
  && (v.selinuxLabel === undefined || typeof v.selinuxLabel === "string")
  && (v.ioPriority === undefined || IoPriority(v.ioPriority))
  && (v.execCPUAffinity === undefined || ExecCpuAffinity(v.execCPUAffinity));
const ConsoleSize = (v: any): boolean => object(v)
  && Uint64(v.height)
  && Uint64(v.width);
const User = (v: any): boolean => object(v)
  && (v.uid === undefined || Id(v.uid))
  && (v.gid === undefined || Id(v.gid))
  && (v.umask === undefined || integer(v.umask, 0, 511))
  && (v.additionalGids === undefined || list(v.additionalGids, Id));
const Rlimit = (v: any): boolean => object(v)
  && RlimitType(v.type)
  && Uint64(v.soft)
  && Uint64(v.hard);
const Capabilities = (v: any): boolean => object(v)
  && (v.bounding === undefined || strings(v.bounding))
  && (v.effective === undefined || strings(v.effective))
  && (v.inheritable === undefined || strings(v.inheritable))
  && (v.permitted === undefined || strings(v.permitted))
  && (v.ambient === undefined || strings(v.ambient));
const Scheduler = (v: any): boolean => object(v)
  && SchedulerPolicy(v.policy)
  && (v.nice === undefined || Int32(v.nice))
  && (v.priority === undefined || Int32(v.priority))
  && (v.flags === undefined || list(v.flags, SchedulerFlag))
  && (v.runtime === undefined || Uint64(v.runtime))
  && (v.deadline === undefined || Uint64(v.deadline))
  && (v.period === undefined || Uint64(v.period));
const IoPriority = (v: any): boolean => object(v)
  && IoPriorityClass(v.class)
  && (v.priority === undefined || integer(v.priority, 0, 7));
const ExecCpuAffinity = (v: any): boolean => object(v)
  && (v.initial === undefined || typeof v.initial === "string")
  && (v.final === undefined || typeof v.final === "string");
const Uint64 = (v: any): boolean => (Number.isSafeInteger(v) ? v >= 0 : typeof v === "bigint" && v >= 0n && v <= 18446744073709551615n);
const Id = (v: any): boolean => integer(v, 0, 4294967294);
const RlimitType = (v: any): boolean => (v === "RLIMIT_AS" || v === "RLIMIT_CORE" || v === "RLIMIT_CPU" || v === "RLIMIT_DATA" || v === "RLIMIT_FSIZE" || v === "RLIMIT_LOCKS" || v === "RLIMIT_MEMLOCK" || v === "RLIMIT_MSGQUEUE" || v === "RLIMIT_NICE" || v === "RLIMIT_NOFILE" || v === "RLIMIT_NPROC" || v === "RLIMIT_RSS" || v === "RLIMIT_RTPRIO" || v === "RLIMIT_RTTIME" || v === "RLIMIT_SIGPENDING" || v === "RLIMIT_STACK");
const SchedulerPolicy = (v: any): boolean => (v === "SCHED_OTHER" || v === "SCHED_FIFO" || v === "SCHED_RR" || v === "SCHED_BATCH" || v === "SCHED_ISO" || v === "SCHED_IDLE" || v === "SCHED_DEADLINE");
const Int32 = (v: any): boolean => integer(v, -2147483648, 2147483647);
const SchedulerFlag = (v: any): boolean => (v === "SCHED_FLAG_RESET_ON_FORK" || v === "SCHED_FLAG_RECLAIM" || v === "SCHED_FLAG_DL_OVERRUN" || v === "SCHED_FLAG_KEEP_POLICY" || v === "SCHED_FLAG_KEEP_PARAMS" || v === "SCHED_FLAG_UTIL_CLAMP_MIN" || v === "SCHED_FLAG_UTIL_CLAMP_MAX");
const IoPriorityClass = (v: any): boolean => (v === "IOPRIO_CLASS_RT" || v === "IOPRIO_CLASS_BE" || v === "IOPRIO_CLASS_IDLE");
export const isProcess = (v: any): boolean => Process(v);
