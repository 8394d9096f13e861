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
const map = (v: any, check: (item: any) => boolean): boolean => {
  if (!object(v)) return false;
  for (const key in v) if (!check(v[key])) return false;
  return true;
};
const Root = (v: any): boolean => object(v)
  && typeof v.path === "string"
  && (v.readonly === undefined || typeof v.readonly === "boolean");
const Mount = (v: any): boolean => object(v)
  && typeof v.destination === "string"
  && (v.type === undefined || typeof v.type === "string")
  && (v.source === undefined || typeof v.source === "string")
  && (v.options === undefined || strings(v.options))
  && (v.uidMappings === undefined || list(v.uidMappings, IdMapping))
  && (v.gidMappings === undefined || list(v.gidMappings, IdMapping));
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
const Hooks = (v: any): boolean => object(v)
  && (v.prestart === undefined || list(v.prestart, Hook))
  && (v.createRuntime === undefined || list(v.createRuntime, Hook))
  && (v.createContainer === undefined || list(v.createContainer, Hook))
  && (v.startContainer === undefined || list(v.startContainer, Hook))
  && (v.poststart === undefined || list(v.poststart, Hook))
  && (v.poststop === undefined || list(v.poststop, Hook));
const Linux = (v: any): boolean => object(v)
  && (v.namespaces === undefined || list(v.namespaces, Namespace))
  && (v.uidMappings === undefined || list(v.uidMappings, IdMapping))
  && (v.gidMappings === undefined || list(v.gidMappings, IdMapping))
  && (v.timeOffsets === undefined || TimeOffsets(v.timeOffsets))
  && (v.devices === undefined || list(v.devices, Device))
  && (v.netDevices === undefined || map(v.netDevices, NetDevice))
  && (v.cgroupsPath === undefined || typeof v.cgroupsPath === "string")
  && (v.resources === undefined || Resources(v.resources))
  && (v.intelRdt === undefined || IntelRdt(v.intelRdt))
  && (v.memoryPolicy === undefined || MemoryPolicy(v.memoryPolicy))
  && (v.sysctl === undefined || map(v.sysctl, (item) => typeof item === "string"))
  && (v.seccomp === undefined || Seccomp(v.seccomp))
  && (v.rootfsPropagation === undefined || RootfsPropagation(v.rootfsPropagation))
  && (v.maskedPaths === undefined || strings(v.maskedPaths))
  && (v.readonlyPaths === undefined || strings(v.readonlyPaths))
  && (v.mountLabel === undefined || typeof v.mountLabel === "string")
  && (v.personality === undefined || Personality(v.personality));
const IdMapping = (v: any): boolean => object(v)
  && Id(v.containerID)
  && Id(v.hostID)
  && integer(v.size, 1, 4294967295);
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
const Hook = (v: any): boolean => object(v)
  && typeof v.path === "string"
  && (v.args === undefined || strings(v.args))
  && (v.env === undefined || strings(v.env))
  && (v.timeout === undefined || integer(v.timeout, 1, 2147483647));
const Namespace = (v: any): boolean => object(v)
  && NamespaceType(v.type)
  && (v.path === undefined || typeof v.path === "string");
const TimeOffsets = (v: any): boolean => object(v)
  && (v.monotonic === undefined || TimeOffset(v.monotonic))
  && (v.boottime === undefined || TimeOffset(v.boottime));
const Device = (v: any): boolean => object(v)
  && DeviceType(v.type)
  && typeof v.path === "string"
  && (v.major === undefined || DeviceMajor(v.major))
  && (v.minor === undefined || DeviceMinor(v.minor))
  && (v.fileMode === undefined || Uint16(v.fileMode))
  && (v.uid === undefined || Id(v.uid))
  && (v.gid === undefined || Id(v.gid));
const NetDevice = (v: any): boolean => object(v)
  && (v.name === undefined || typeof v.name === "string");
const Resources = (v: any): boolean => object(v)
  && (v.devices === undefined || list(v.devices, DeviceRule))
  && (v.memory === undefined || Memory(v.memory))
  && (v.cpu === undefined || Cpu(v.cpu))
  && (v.pids === undefined || Pids(v.pids))
  && (v.blockIO === undefined || BlockIo(v.blockIO))
  && (v.hugepageLimits === undefined || list(v.hugepageLimits, HugepageLimit))
  && (v.network === undefined || Network(v.network))
  && (v.rdma === undefined || map(v.rdma, Rdma))
  && (v.unified === undefined || map(v.unified, (item) => typeof item === "string"));
const IntelRdt = (v: any): boolean => object(v)
  && (v.closID === undefined || typeof v.closID === "string")
  && (v.schemata === undefined || strings(v.schemata))
  && (v.l3CacheSchema === undefined || typeof v.l3CacheSchema === "string")
  && (v.memBwSchema === undefined || typeof v.memBwSchema === "string")
  && (v.enableMonitoring === undefined || typeof v.enableMonitoring === "boolean");
const MemoryPolicy = (v: any): boolean => object(v)
  && MemoryPolicyMode(v.mode)
  && (v.nodes === undefined || typeof v.nodes === "string")
  && (v.flags === undefined || list(v.flags, MemoryPolicyFlag));
const Seccomp = (v: any): boolean => object(v)
  && SeccompAction(v.defaultAction)
  && (v.defaultErrnoRet === undefined || Uint16(v.defaultErrnoRet))
  && (v.architectures === undefined || list(v.architectures, SeccompArch))
  && (v.flags === undefined || list(v.flags, SeccompFlag))
  && (v.listenerPath === undefined || typeof v.listenerPath === "string")
  && (v.listenerMetadata === undefined || typeof v.listenerMetadata === "string")
  && (v.syscalls === undefined || list(v.syscalls, SeccompRule));
const RootfsPropagation = (v: any): boolean => (v === "shared" || v === "slave" || v === "private" || v === "unbindable" || v === "rshared" || v === "rslave" || v === "rprivate" || v === "runbindable" || v === "");
const Personality = (v: any): boolean => object(v)
  && PersonalityDomain(v.domain)
  && (v.flags === undefined || strings(v.flags) && v.flags.length <= 0);
const Id = (v: any): boolean => integer(v, 0, 4294967294);
const Uint64 = (v: any): boolean => (Number.isSafeInteger(v) ? v >= 0 : typeof v === "bigint" && v >= 0n && v <= 18446744073709551615n);
const RlimitType = (v: any): boolean => (v === "RLIMIT_AS" || v === "RLIMIT_CORE" || v === "RLIMIT_CPU" || v === "RLIMIT_DATA" || v === "RLIMIT_FSIZE" || v === "RLIMIT_LOCKS" || v === "RLIMIT_MEMLOCK" || v === "RLIMIT_MSGQUEUE" || v === "RLIMIT_NICE" || v === "RLIMIT_NOFILE" || v === "RLIMIT_NPROC" || v === "RLIMIT_RSS" || v === "RLIMIT_RTPRIO" || v === "RLIMIT_RTTIME" || v === "RLIMIT_SIGPENDING" || v === "RLIMIT_STACK");
const SchedulerPolicy = (v: any): boolean => (v === "SCHED_OTHER" || v === "SCHED_FIFO" || v === "SCHED_RR" || v === "SCHED_BATCH" || v === "SCHED_ISO" || v === "SCHED_IDLE" || v === "SCHED_DEADLINE");
const Int32 = (v: any): boolean => integer(v, -2147483648, 2147483647);
const SchedulerFlag = (v: any): boolean => (v === "SCHED_FLAG_RESET_ON_FORK" || v === "SCHED_FLAG_RECLAIM" || v === "SCHED_FLAG_DL_OVERRUN" || v === "SCHED_FLAG_KEEP_POLICY" || v === "SCHED_FLAG_KEEP_PARAMS" || v === "SCHED_FLAG_UTIL_CLAMP_MIN" || v === "SCHED_FLAG_UTIL_CLAMP_MAX");
const IoPriorityClass = (v: any): boolean => (v === "IOPRIO_CLASS_RT" || v === "IOPRIO_CLASS_BE" || v === "IOPRIO_CLASS_IDLE");
const NamespaceType = (v: any): boolean => (v === "pid" || v === "network" || v === "mount" || v === "ipc" || v === "uts" || v === "user" || v === "cgroup" || v === "time");
const TimeOffset = (v: any): boolean => object(v)
  && (v.secs === undefined || Int64(v.secs))
  && (v.nanosecs === undefined || integer(v.nanosecs, 0, 999999999));
const DeviceType = (v: any): boolean => (v === "c" || v === "b" || v === "u" || v === "p");
const DeviceMajor = (v: any): boolean => integer(v, 0, 4095);
const DeviceMinor = (v: any): boolean => integer(v, 0, 1048575);
const Uint16 = (v: any): boolean => integer(v, 0, 65535);
const DeviceRule = (v: any): boolean => object(v)
  && typeof v.allow === "boolean"
  && (v.type === undefined || DeviceRuleType(v.type))
  && (v.major === undefined || integer(v.major, -1, 2147483647))
  && (v.minor === undefined || integer(v.minor, -1, 2147483647))
  && (v.access === undefined || (typeof v.access === "string" && /^[rwm]*$/.test(v.access)));
const Memory = (v: any): boolean => object(v)
  && (v.limit === undefined || Limit(v.limit))
  && (v.reservation === undefined || Limit(v.reservation))
  && (v.swap === undefined || Limit(v.swap))
  && (v.kernel === undefined || Limit(v.kernel))
  && (v.kernelTCP === undefined || Limit(v.kernelTCP))
  && (v.swappiness === undefined || integer(v.swappiness, 0, 100))
  && (v.disableOOMKiller === undefined || typeof v.disableOOMKiller === "boolean")
  && (v.useHierarchy === undefined || typeof v.useHierarchy === "boolean")
  && (v.checkBeforeUpdate === undefined || typeof v.checkBeforeUpdate === "boolean");
const Cpu = (v: any): boolean => object(v)
  && (v.shares === undefined || Uint64(v.shares))
  && (v.quota === undefined || Int64(v.quota))
  && (v.burst === undefined || Uint64(v.burst))
  && (v.period === undefined || Uint64(v.period))
  && (v.realtimeRuntime === undefined || Limit(v.realtimeRuntime))
  && (v.realtimePeriod === undefined || Uint64(v.realtimePeriod))
  && (v.cpus === undefined || typeof v.cpus === "string")
  && (v.mems === undefined || typeof v.mems === "string")
  && (v.idle === undefined || integer(v.idle, 0, 1));
const Pids = (v: any): boolean => object(v)
  && (v.limit === undefined || Int64(v.limit));
const BlockIo = (v: any): boolean => object(v)
  && (v.weight === undefined || Uint16(v.weight))
  && (v.leafWeight === undefined || Uint16(v.leafWeight))
  && (v.weightDevice === undefined || list(v.weightDevice, WeightDevice))
  && (v.throttleReadBpsDevice === undefined || list(v.throttleReadBpsDevice, ThrottleDevice))
  && (v.throttleWriteBpsDevice === undefined || list(v.throttleWriteBpsDevice, ThrottleDevice))
  && (v.throttleReadIOPSDevice === undefined || list(v.throttleReadIOPSDevice, ThrottleDevice))
  && (v.throttleWriteIOPSDevice === undefined || list(v.throttleWriteIOPSDevice, ThrottleDevice));
const HugepageLimit = (v: any): boolean => object(v)
  && (typeof v.pageSize === "string" && /^[1-9][0-9]*[KMG]B$/.test(v.pageSize))
  && Uint64(v.limit);
const Network = (v: any): boolean => object(v)
  && (v.classID === undefined || Uint32(v.classID))
  && (v.priorities === undefined || list(v.priorities, InterfacePriority));
const Rdma = (v: any): boolean => object(v)
  && (v.hcaHandles === undefined || Uint32(v.hcaHandles))
  && (v.hcaObjects === undefined || Uint32(v.hcaObjects));
const MemoryPolicyMode = (v: any): boolean => (v === "MPOL_DEFAULT" || v === "MPOL_BIND" || v === "MPOL_INTERLEAVE" || v === "MPOL_WEIGHTED_INTERLEAVE" || v === "MPOL_PREFERRED" || v === "MPOL_PREFERRED_MANY" || v === "MPOL_LOCAL");
const MemoryPolicyFlag = (v: any): boolean => (v === "MPOL_F_NUMA_BALANCING" || v === "MPOL_F_RELATIVE_NODES" || v === "MPOL_F_STATIC_NODES");
const SeccompAction = (v: any): boolean => (v === "SCMP_ACT_KILL" || v === "SCMP_ACT_KILL_PROCESS" || v === "SCMP_ACT_KILL_THREAD" || v === "SCMP_ACT_TRAP" || v === "SCMP_ACT_ERRNO" || v === "SCMP_ACT_TRACE" || v === "SCMP_ACT_ALLOW" || v === "SCMP_ACT_LOG" || v === "SCMP_ACT_NOTIFY");
const SeccompArch = (v: any): boolean => (v === "SCMP_ARCH_X86" || v === "SCMP_ARCH_X86_64" || v === "SCMP_ARCH_X32" || v === "SCMP_ARCH_ARM" || v === "SCMP_ARCH_AARCH64" || v === "SCMP_ARCH_MIPS" || v === "SCMP_ARCH_MIPS64" || v === "SCMP_ARCH_MIPS64N32" || v === "SCMP_ARCH_MIPSEL" || v === "SCMP_ARCH_MIPSEL64" || v === "SCMP_ARCH_MIPSEL64N32" || v === "SCMP_ARCH_PPC" || v === "SCMP_ARCH_PPC64" || v === "SCMP_ARCH_PPC64LE" || v === "SCMP_ARCH_S390" || v === "SCMP_ARCH_S390X" || v === "SCMP_ARCH_PARISC" || v === "SCMP_ARCH_PARISC64" || v === "SCMP_ARCH_RISCV64" || v === "SCMP_ARCH_LOONGARCH64" || v === "SCMP_ARCH_M68K" || v === "SCMP_ARCH_SH" || v === "SCMP_ARCH_SHEB");
const SeccompFlag = (v: any): boolean => (v === "SECCOMP_FILTER_FLAG_TSYNC" || v === "SECCOMP_FILTER_FLAG_LOG" || v === "SECCOMP_FILTER_FLAG_SPEC_ALLOW" || v === "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
const SeccompRule = (v: any): boolean => object(v)
  && strings(v.names) && v.names.length >= 1
  && SeccompAction(v.action)
  && (v.errnoRet === undefined || Uint16(v.errnoRet))
  && (v.args === undefined || list(v.args, SeccompArg));
const PersonalityDomain = (v: any): boolean => (v === "LINUX" || v === "LINUX32");
const Int64 = (v: any): boolean => (Number.isSafeInteger(v) ? v >= -9223372036854776000 : typeof v === "bigint" && v >= -9223372036854775808n && v <= 9223372036854775807n);
const DeviceRuleType = (v: any): boolean => (v === "a" || v === "b" || v === "c" || v === "");
const Limit = (v: any): boolean => (Number.isSafeInteger(v) ? v >= -1 : typeof v === "bigint" && v >= -1n && v <= 9223372036854775807n);
const WeightDevice = (v: any): boolean => object(v)
  && DeviceMajor(v.major)
  && DeviceMinor(v.minor)
  && (v.weight === undefined || Uint16(v.weight))
  && (v.leafWeight === undefined || Uint16(v.leafWeight));
const ThrottleDevice = (v: any): boolean => object(v)
  && DeviceMajor(v.major)
  && DeviceMinor(v.minor)
  && Uint64(v.rate);
const Uint32 = (v: any): boolean => integer(v, 0, 4294967295);
const InterfacePriority = (v: any): boolean => object(v)
  && typeof v.name === "string"
  && Uint32(v.priority);
const SeccompArg = (v: any): boolean => object(v)
  && integer(v.index, 0, 5)
  && Uint64(v.value)
  && (v.valueTwo === undefined || Uint64(v.valueTwo))
  && SeccompOperator(v.op);
const SeccompOperator = (v: any): boolean => (v === "SCMP_CMP_NE" || v === "SCMP_CMP_LT" || v === "SCMP_CMP_LE" || v === "SCMP_CMP_EQ" || v === "SCMP_CMP_GE" || v === "SCMP_CMP_GT" || v === "SCMP_CMP_MASKED_EQ");
export const isConfig = (v: any): boolean => object(v)
  && typeof v.ociVersion === "string"
  && (v.root === undefined || Root(v.root))
  && (v.mounts === undefined || list(v.mounts, Mount))
  && (v.process === undefined || Process(v.process))
  && (v.hostname === undefined || typeof v.hostname === "string")
  && (v.domainname === undefined || typeof v.domainname === "string")
  && (v.hooks === undefined || Hooks(v.hooks))
  && (v.annotations === undefined || map(v.annotations, (item) => typeof item === "string"))
  && (v.linux === undefined || Linux(v.linux));
