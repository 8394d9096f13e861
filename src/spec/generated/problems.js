// Generated from schemas/ by `npm run generate`; never edited by hand.

const MOST_KEPT = 1000;
let uncounted = 0;

export function findFaults(find, value) {
  uncounted = 0;
  return find(value) ? { faults: [], others: 0 } : { faults: find.errors, others: uncounted };
}

function keep(faults, fault) {
  if (faults.length < MOST_KEPT) faults.push(fault);
  else uncounted++;
}

function join(faults, more) {
  if (faults === null) return more;
  for (const fault of more) keep(faults, fault);
  return faults;
}

export const config = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"config.json","title":"Spec","description":"config.json of a bundle: what OCI runtime-spec 1.3 says about Linux containers. Unknown properties are allowed everywhere.","type":"object","required":["ociVersion"],"properties":{"ociVersion":{"type":"string","description":"Version of the specification that the file follows, SemVer 2.0."},"root":{"$ref":"#/definitions/Root"},"mounts":{"type":"array","items":{"$ref":"#/definitions/Mount"},"description":"What to mount below the root, in this order."},"process":{"$ref":"#/definitions/Process"},"hostname":{"type":"string","description":"Host name in the container's UTS namespace."},"domainname":{"type":"string","description":"NIS domain name in the container's UTS namespace."},"hooks":{"$ref":"#/definitions/Hooks"},"annotations":{"type":"object","additionalProperties":{"type":"string"},"description":"Free-form notes of the caller."},"linux":{"$ref":"#/definitions/Linux"}},"definitions":{"Uint16":{"title":"Uint16","type":"integer","minimum":0,"maximum":65535},"Uint32":{"title":"Uint32","type":"integer","minimum":0,"maximum":4294967295},"Id":{"title":"Id","description":"A uid or gid. 4294967295 is not one: setresuid(2) and chown(2) read it as \"unchanged\".","type":"integer","minimum":0,"maximum":4294967294},"DeviceMajor":{"title":"DeviceMajor","description":"12 bits: a larger number would be truncated to another device's.","type":"integer","minimum":0,"maximum":4095},"DeviceMinor":{"title":"DeviceMinor","description":"20 bits: a larger number would be truncated to another device's.","type":"integer","minimum":0,"maximum":1048575},"Int32":{"title":"Int32","type":"integer","minimum":-2147483648,"maximum":2147483647},"Uint64":{"title":"Uint64","description":"A bigint if larger than 2^53 - 1, so that no digit is lost.","type":"integer","minimum":0,"maximum":18446744073709552000,"tsType":"number | bigint"},"Int64":{"title":"Int64","description":"A bigint if beyond ±(2^53 - 1), so that no digit is lost.","type":"integer","minimum":-9223372036854776000,"maximum":9223372036854776000,"tsType":"number | bigint"},"Limit":{"title":"Limit","description":"-1 removes the limit. A bigint if larger than 2^53 - 1.","type":"integer","minimum":-1,"maximum":9223372036854776000,"tsType":"number | bigint"},"Root":{"title":"Root","description":"The directory that becomes `/` of the container.","type":"object","required":["path"],"properties":{"path":{"type":"string","description":"Absolute, or relative to the bundle."},"readonly":{"type":"boolean","description":"Mounted read-only inside the container."}}},"Mount":{"title":"Mount","description":"One mount; the list is applied in order.","type":"object","required":["destination"],"properties":{"destination":{"type":"string","description":"Path in the container; a relative one starts at `/`."},"type":{"type":"string","description":"File system type; meaningless for a bind mount."},"source":{"type":"string","description":"Device, name, or for a bind mount a path, absolute or relative to the bundle."},"options":{"type":"array","items":{"type":"string"},"description":"As in fstab(5)."},"uidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"How this mount maps owners; only together with gidMappings."},"gidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"How this mount maps groups; only together with uidMappings."}}},"Process":{"title":"Process","description":"The program to run, and the attributes it starts with.","type":"object","required":["cwd"],"properties":{"terminal":{"type":"boolean","description":"The program gets a pseudoterminal as its standard streams."},"consoleSize":{"$ref":"#/definitions/ConsoleSize","description":"Ignored without a terminal."},"cwd":{"type":"string","description":"Absolute path in the container."},"env":{"type":"array","items":{"type":"string"},"description":"`NAME=value` each."},"args":{"type":"array","items":{"type":"string"},"description":"The program and its arguments; the program is looked up as by execvp(3)."},"user":{"$ref":"#/definitions/User"},"rlimits":{"type":"array","items":{"$ref":"#/definitions/Rlimit"},"description":"At most one entry per type."},"apparmorProfile":{"type":"string","description":"AppArmor profile to run under."},"capabilities":{"$ref":"#/definitions/Capabilities"},"noNewPrivileges":{"type":"boolean","description":"Sets no_new_privs: execve(2) cannot grant privileges."},"oomScoreAdj":{"type":"integer","minimum":-1000,"maximum":1000,"description":"Written to oom_score_adj; unchanged if absent."},"scheduler":{"$ref":"#/definitions/Scheduler"},"selinuxLabel":{"type":"string","description":"SELinux context to run in."},"ioPriority":{"$ref":"#/definitions/IoPriority"},"execCPUAffinity":{"$ref":"#/definitions/ExecCpuAffinity"}}},"ConsoleSize":{"title":"ConsoleSize","description":"Size of the terminal in characters.","type":"object","required":["height","width"],"properties":{"height":{"$ref":"#/definitions/Uint64","description":"Rows, up to 65535 of a terminal."},"width":{"$ref":"#/definitions/Uint64","description":"Columns, up to 65535 of a terminal."}}},"User":{"title":"User","description":"Ids as seen inside the container. An absent uid or gid is 0, as for other runtimes.","type":"object","properties":{"uid":{"$ref":"#/definitions/Id"},"gid":{"$ref":"#/definitions/Id"},"umask":{"type":"integer","minimum":0,"maximum":511,"description":"File mode creation mask; unchanged if absent. 0777 is 511."},"additionalGids":{"type":"array","items":{"$ref":"#/definitions/Id"},"description":"Supplementary groups."}}},"Rlimit":{"title":"Rlimit","description":"One resource limit, set exactly as given.","type":"object","required":["type","soft","hard"],"properties":{"type":{"$ref":"#/definitions/RlimitType"},"soft":{"$ref":"#/definitions/Uint64"},"hard":{"$ref":"#/definitions/Uint64"}}},"RlimitType":{"title":"RlimitType","description":"The limits that Linux has, see getrlimit(2).","type":"string","enum":["RLIMIT_AS","RLIMIT_CORE","RLIMIT_CPU","RLIMIT_DATA","RLIMIT_FSIZE","RLIMIT_LOCKS","RLIMIT_MEMLOCK","RLIMIT_MSGQUEUE","RLIMIT_NICE","RLIMIT_NOFILE","RLIMIT_NPROC","RLIMIT_RSS","RLIMIT_RTPRIO","RLIMIT_RTTIME","RLIMIT_SIGPENDING","RLIMIT_STACK"]},"Capabilities":{"title":"Capabilities","description":"Capability names by set; an absent set is empty. Unknown names cause a warning.","type":"object","properties":{"bounding":{"type":"array","items":{"type":"string"}},"effective":{"type":"array","items":{"type":"string"}},"inheritable":{"type":"array","items":{"type":"string"}},"permitted":{"type":"array","items":{"type":"string"}},"ambient":{"type":"array","items":{"type":"string"}}}},"Scheduler":{"title":"Scheduler","description":"As for sched_setattr(2); absent values are 0.","type":"object","required":["policy"],"properties":{"policy":{"$ref":"#/definitions/SchedulerPolicy"},"nice":{"$ref":"#/definitions/Int32"},"priority":{"$ref":"#/definitions/Int32"},"flags":{"type":"array","items":{"$ref":"#/definitions/SchedulerFlag"},"description":"Flags of sched_setattr(2)."},"runtime":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."},"deadline":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."},"period":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."}}},"SchedulerPolicy":{"title":"SchedulerPolicy","description":"See sched(7).","type":"string","enum":["SCHED_OTHER","SCHED_FIFO","SCHED_RR","SCHED_BATCH","SCHED_ISO","SCHED_IDLE","SCHED_DEADLINE"]},"SchedulerFlag":{"title":"SchedulerFlag","description":"See sched_setattr(2).","type":"string","enum":["SCHED_FLAG_RESET_ON_FORK","SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN","SCHED_FLAG_KEEP_POLICY","SCHED_FLAG_KEEP_PARAMS","SCHED_FLAG_UTIL_CLAMP_MIN","SCHED_FLAG_UTIL_CLAMP_MAX"]},"IoPriority":{"title":"IoPriority","description":"As for ioprio_set(2).","type":"object","required":["class"],"properties":{"class":{"$ref":"#/definitions/IoPriorityClass"},"priority":{"type":"integer","minimum":0,"maximum":7,"description":"0 is the highest."}}},"IoPriorityClass":{"title":"IoPriorityClass","description":"See ioprio_set(2).","type":"string","enum":["IOPRIO_CLASS_RT","IOPRIO_CLASS_BE","IOPRIO_CLASS_IDLE"]},"ExecCpuAffinity":{"title":"ExecCpuAffinity","description":"Processors for processes added by exec, as lists such as `0-3,7`.","type":"object","properties":{"initial":{"type":"string","description":"Before the process is moved to the container's cgroup."},"final":{"type":"string","description":"After that; if absent or empty, the kernel decides."}}},"Hooks":{"title":"Hooks","description":"Programs to run at points of the container's lifecycle, each list in order.","type":"object","properties":{"prestart":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create, in the runtime's namespaces. Deprecated in favour of createRuntime."},"createRuntime":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create, in the runtime's namespaces, before pivot_root."},"createContainer":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create: looked up in the runtime's namespaces, run in the container's."},"startContainer":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During start, in the container, before the program."},"poststart":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"After the program has started, in the runtime's namespaces."},"poststop":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"After the container has been deleted, in the runtime's namespaces."}}},"Hook":{"title":"Hook","description":"A program that gets the container's state as JSON on its standard input.","type":"object","required":["path"],"properties":{"path":{"type":"string","description":"Absolute path."},"args":{"type":"array","items":{"type":"string"},"description":"argv, the program's name included."},"env":{"type":"array","items":{"type":"string"},"description":"`NAME=value` each; the whole environment of the hook."},"timeout":{"type":"integer","minimum":1,"maximum":2147483647,"description":"Seconds after which the hook is killed and has failed."}}},"Linux":{"title":"Linux","description":"Linux-specific settings.","type":"object","properties":{"namespaces":{"type":"array","items":{"$ref":"#/definitions/Namespace"},"description":"Namespaces of types not listed are shared with the runtime."},"uidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"uid mappings of the user namespace."},"gidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"gid mappings of the user namespace."},"timeOffsets":{"$ref":"#/definitions/TimeOffsets"},"devices":{"type":"array","items":{"$ref":"#/definitions/Device"},"description":"Device nodes to create besides the default ones."},"netDevices":{"type":"object","additionalProperties":{"$ref":"#/definitions/NetDevice"},"description":"Network devices to move into the container, by their name on the host."},"cgroupsPath":{"type":"string","description":"An absolute path starts at the cgroup mount point. With systemd: slice:prefix:name."},"resources":{"$ref":"#/definitions/Resources"},"intelRdt":{"$ref":"#/definitions/IntelRdt"},"memoryPolicy":{"$ref":"#/definitions/MemoryPolicy"},"sysctl":{"type":"object","additionalProperties":{"type":"string"},"description":"Kernel parameters to set in the container, by dotted name."},"seccomp":{"$ref":"#/definitions/Seccomp"},"rootfsPropagation":{"$ref":"#/definitions/RootfsPropagation"},"maskedPaths":{"type":"array","items":{"type":"string"},"description":"Absolute paths in the container that cannot be read."},"readonlyPaths":{"type":"array","items":{"type":"string"},"description":"Absolute paths in the container that cannot be written."},"mountLabel":{"type":"string","description":"SELinux context of the mounts."},"personality":{"$ref":"#/definitions/Personality"}}},"Namespace":{"title":"Namespace","description":"A namespace to create or, with a path, to join.","type":"object","required":["type"],"properties":{"type":{"$ref":"#/definitions/NamespaceType"},"path":{"type":"string","description":"Absolute path of a namespace file; absent or empty for a new namespace."}}},"NamespaceType":{"title":"NamespaceType","description":"See namespaces(7).","type":"string","enum":["pid","network","mount","ipc","uts","user","cgroup","time"]},"IdMapping":{"title":"IdMapping","description":"A range of ids inside, and its ids outside.","type":"object","required":["containerID","hostID","size"],"properties":{"containerID":{"$ref":"#/definitions/Id"},"hostID":{"$ref":"#/definitions/Id"},"size":{"type":"integer","minimum":1,"maximum":4294967295,"description":"How many ids."}}},"TimeOffsets":{"title":"TimeOffsets","description":"Clock offsets of the time namespace.","type":"object","properties":{"monotonic":{"$ref":"#/definitions/TimeOffset"},"boottime":{"$ref":"#/definitions/TimeOffset"}}},"TimeOffset":{"title":"TimeOffset","description":"Offset of one clock.","type":"object","properties":{"secs":{"$ref":"#/definitions/Int64"},"nanosecs":{"type":"integer","minimum":0,"maximum":999999999,"description":"Added to secs."}}},"Device":{"title":"Device","description":"A device node.","type":"object","required":["type","path"],"properties":{"type":{"$ref":"#/definitions/DeviceType"},"path":{"type":"string","description":"Absolute path in the container, in /dev or elsewhere."},"major":{"$ref":"#/definitions/DeviceMajor","description":"Required unless the type is p."},"minor":{"$ref":"#/definitions/DeviceMinor","description":"Required unless the type is p."},"fileMode":{"$ref":"#/definitions/Uint16","description":"Permission bits, in decimal because JSON has no octal; file type bits are ignored."},"uid":{"$ref":"#/definitions/Id","description":"Owner, as seen inside."},"gid":{"$ref":"#/definitions/Id","description":"Group, as seen inside."}}},"DeviceType":{"title":"DeviceType","description":"Character (c or u), block (b) or named pipe (p).","type":"string","enum":["c","b","u","p"]},"NetDevice":{"title":"NetDevice","description":"Settings for a moved network device.","type":"object","properties":{"name":{"type":"string","description":"Its name inside; unchanged if absent. With %d in the name the kernel chooses the number."}}},"Resources":{"title":"Resources","description":"Limits enforced by cgroups.","type":"object","properties":{"devices":{"type":"array","items":{"$ref":"#/definitions/DeviceRule"},"description":"Which devices can be used; applied in order."},"memory":{"$ref":"#/definitions/Memory"},"cpu":{"$ref":"#/definitions/Cpu"},"pids":{"$ref":"#/definitions/Pids"},"blockIO":{"$ref":"#/definitions/BlockIo"},"hugepageLimits":{"type":"array","items":{"$ref":"#/definitions/HugepageLimit"},"description":"Limits of huge pages, by page size."},"network":{"$ref":"#/definitions/Network"},"rdma":{"type":"object","additionalProperties":{"$ref":"#/definitions/Rdma"},"description":"By device name."},"unified":{"type":"object","additionalProperties":{"type":"string"},"description":"Files of the cgroup v2 directory, and what to write to them."}}},"DeviceRule":{"title":"DeviceRule","description":"Allows or denies some devices.","type":"object","required":["allow"],"properties":{"allow":{"type":"boolean","description":"True to allow, false to deny."},"type":{"$ref":"#/definitions/DeviceRuleType"},"major":{"type":"integer","minimum":-1,"maximum":2147483647,"description":"Absent or -1 means all."},"minor":{"type":"integer","minimum":-1,"maximum":2147483647,"description":"Absent or -1 means all."},"access":{"type":"string","pattern":"^[rwm]*$","description":"Made of r (read), w (write) and m (mknod)."}}},"DeviceRuleType":{"title":"DeviceRuleType","description":"All (a, the default), character (c) or block (b).","type":"string","enum":["a","b","c",""]},"Memory":{"title":"Memory","description":"Limits in bytes.","type":"object","properties":{"limit":{"$ref":"#/definitions/Limit","description":"Memory limit."},"reservation":{"$ref":"#/definitions/Limit","description":"Soft memory limit."},"swap":{"$ref":"#/definitions/Limit","description":"Limit of memory plus swap."},"kernel":{"$ref":"#/definitions/Limit","description":"Kernel memory limit. Deprecated."},"kernelTCP":{"$ref":"#/definitions/Limit","description":"Limit of TCP buffers. Deprecated."},"swappiness":{"type":"integer","minimum":0,"maximum":100,"description":"How eagerly the kernel swaps pages out."},"disableOOMKiller":{"type":"boolean","description":"Out of memory, processes wait instead of being killed."},"useHierarchy":{"type":"boolean","description":"Limits also apply to child groups."},"checkBeforeUpdate":{"type":"boolean","description":"Refuse a limit below current use."}}},"Cpu":{"title":"Cpu","description":"Processor time, in microseconds, and processors.","type":"object","properties":{"shares":{"$ref":"#/definitions/Uint64","description":"Weight relative to other groups."},"quota":{"$ref":"#/definitions/Int64","description":"Time per period; below 0 it is not limited."},"burst":{"$ref":"#/definitions/Uint64","description":"Unused time that can be spent later."},"period":{"$ref":"#/definitions/Uint64","description":"Length of a period."},"realtimeRuntime":{"$ref":"#/definitions/Limit","description":"Time per period for realtime processes."},"realtimePeriod":{"$ref":"#/definitions/Uint64","description":"Length of a period for realtime processes."},"cpus":{"type":"string","description":"Processors, such as `0-3,7`."},"mems":{"type":"string","description":"Memory nodes, such as `0-3,7`."},"idle":{"type":"integer","minimum":0,"maximum":1,"description":"1: SCHED_IDLE for the whole group."}}},"Pids":{"title":"Pids","description":"Number of tasks.","type":"object","properties":{"limit":{"$ref":"#/definitions/Int64","description":"0 is a limit, too; below 0 there is none."}}},"BlockIo":{"title":"BlockIo","description":"Block devices: shares and rates.","type":"object","properties":{"weight":{"$ref":"#/definitions/Uint16"},"leafWeight":{"$ref":"#/definitions/Uint16"},"weightDevice":{"type":"array","items":{"$ref":"#/definitions/WeightDevice"},"description":"Weights by device."},"throttleReadBpsDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Bytes per second, reading."},"throttleWriteBpsDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Bytes per second, writing."},"throttleReadIOPSDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Operations per second, reading."},"throttleWriteIOPSDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Operations per second, writing."}}},"WeightDevice":{"title":"WeightDevice","description":"At least one of the two weights is required.","type":"object","required":["major","minor"],"properties":{"major":{"$ref":"#/definitions/DeviceMajor"},"minor":{"$ref":"#/definitions/DeviceMinor"},"weight":{"$ref":"#/definitions/Uint16"},"leafWeight":{"$ref":"#/definitions/Uint16"}}},"ThrottleDevice":{"title":"ThrottleDevice","description":"A rate limit for one device.","type":"object","required":["major","minor","rate"],"properties":{"major":{"$ref":"#/definitions/DeviceMajor"},"minor":{"$ref":"#/definitions/DeviceMinor"},"rate":{"$ref":"#/definitions/Uint64"}}},"HugepageLimit":{"title":"HugepageLimit","description":"Limit for one huge page size.","type":"object","required":["pageSize","limit"],"properties":{"pageSize":{"type":"string","pattern":"^[1-9][0-9]*[KMG]B$","description":"As the kernel names it: 64KB, 2MB, 1GB."},"limit":{"$ref":"#/definitions/Uint64","description":"Bytes."}}},"Network":{"title":"Network","description":"Marks for network packets (cgroup v1).","type":"object","properties":{"classID":{"$ref":"#/definitions/Uint32"},"priorities":{"type":"array","items":{"$ref":"#/definitions/InterfacePriority"},"description":"By interface."}}},"InterfacePriority":{"title":"InterfacePriority","description":"Priority of outgoing traffic on one interface.","type":"object","required":["name","priority"],"properties":{"name":{"type":"string","description":"Interface in the runtime's network namespace."},"priority":{"$ref":"#/definitions/Uint32"}}},"Rdma":{"title":"Rdma","description":"At least one of the two is required.","type":"object","properties":{"hcaHandles":{"$ref":"#/definitions/Uint32"},"hcaObjects":{"$ref":"#/definitions/Uint32"}}},"IntelRdt":{"title":"IntelRdt","description":"Cache and memory bandwidth through resctrl.","type":"object","properties":{"closID":{"type":"string","description":"Directory in resctrl; `/` is its root; the container's id if absent."},"schemata":{"type":"array","items":{"type":"string"},"description":"Lines for the schemata file."},"l3CacheSchema":{"type":"string","description":"A schemata line that starts with `L3:`."},"memBwSchema":{"type":"string","description":"A schemata line that starts with `MB:`."},"enableMonitoring":{"type":"boolean","description":"Make a monitoring group for the container."}}},"MemoryPolicy":{"title":"MemoryPolicy","description":"As for set_mempolicy(2).","type":"object","required":["mode"],"properties":{"mode":{"$ref":"#/definitions/MemoryPolicyMode"},"nodes":{"type":"string","description":"Memory nodes, such as `0-3,7`."},"flags":{"type":"array","items":{"$ref":"#/definitions/MemoryPolicyFlag"},"description":"Flags of set_mempolicy(2)."}}},"MemoryPolicyMode":{"title":"MemoryPolicyMode","description":"See set_mempolicy(2).","type":"string","enum":["MPOL_DEFAULT","MPOL_BIND","MPOL_INTERLEAVE","MPOL_WEIGHTED_INTERLEAVE","MPOL_PREFERRED","MPOL_PREFERRED_MANY","MPOL_LOCAL"]},"MemoryPolicyFlag":{"title":"MemoryPolicyFlag","description":"See set_mempolicy(2).","type":"string","enum":["MPOL_F_NUMA_BALANCING","MPOL_F_RELATIVE_NODES","MPOL_F_STATIC_NODES"]},"RootfsPropagation":{"title":"RootfsPropagation","description":"Propagation of the root mount; the forms with r include the mounts below it.","type":"string","enum":["shared","slave","private","unbindable","rshared","rslave","rprivate","runbindable",""]},"Personality":{"title":"Personality","description":"As for personality(2).","type":"object","required":["domain"],"properties":{"domain":{"$ref":"#/definitions/PersonalityDomain"},"flags":{"type":"array","items":{"type":"string"},"maxItems":0,"description":"No flags are defined yet."}}},"PersonalityDomain":{"title":"PersonalityDomain","description":"LINUX32 makes uname(2) report a 32-bit machine.","type":"string","enum":["LINUX","LINUX32"]},"Seccomp":{"title":"Seccomp","description":"The system call filter, in libseccomp's terms.","type":"object","required":["defaultAction"],"properties":{"defaultAction":{"$ref":"#/definitions/SeccompAction"},"defaultErrnoRet":{"$ref":"#/definitions/Uint16","description":"errno for a default action that takes one; EPERM if absent."},"architectures":{"type":"array","items":{"$ref":"#/definitions/SeccompArch"},"description":"Besides the machine's own."},"flags":{"type":"array","items":{"$ref":"#/definitions/SeccompFlag"},"description":"Flags of seccomp(2)."},"listenerPath":{"type":"string","description":"Socket that receives the descriptor for SCMP_ACT_NOTIFY."},"listenerMetadata":{"type":"string","description":"Passed on to the listener; only with listenerPath."},"syscalls":{"type":"array","items":{"$ref":"#/definitions/SeccompRule"},"description":"Exceptions from the default action."}}},"SeccompRule":{"title":"SeccompRule","description":"An action for some system calls.","type":"object","required":["names","action"],"properties":{"names":{"type":"array","items":{"type":"string"},"minItems":1,"description":"System calls; unknown ones are ignored."},"action":{"$ref":"#/definitions/SeccompAction"},"errnoRet":{"$ref":"#/definitions/Uint16","description":"errno for an action that takes one; EPERM if absent."},"args":{"type":"array","items":{"$ref":"#/definitions/SeccompArg"},"description":"Conditions that must all hold."}}},"SeccompArg":{"title":"SeccompArg","description":"A condition on one argument.","type":"object","required":["index","value","op"],"properties":{"index":{"type":"integer","minimum":0,"maximum":5,"description":"Which argument."},"value":{"$ref":"#/definitions/Uint64"},"valueTwo":{"$ref":"#/definitions/Uint64","description":"For SCMP_CMP_MASKED_EQ: the expected result under the mask `value`."},"op":{"$ref":"#/definitions/SeccompOperator"}}},"SeccompAction":{"title":"SeccompAction","description":"See seccomp_rule_add(3).","type":"string","enum":["SCMP_ACT_KILL","SCMP_ACT_KILL_PROCESS","SCMP_ACT_KILL_THREAD","SCMP_ACT_TRAP","SCMP_ACT_ERRNO","SCMP_ACT_TRACE","SCMP_ACT_ALLOW","SCMP_ACT_LOG","SCMP_ACT_NOTIFY"]},"SeccompOperator":{"title":"SeccompOperator","description":"See seccomp_rule_add(3).","type":"string","enum":["SCMP_CMP_NE","SCMP_CMP_LT","SCMP_CMP_LE","SCMP_CMP_EQ","SCMP_CMP_GE","SCMP_CMP_GT","SCMP_CMP_MASKED_EQ"]},"SeccompArch":{"title":"SeccompArch","description":"See seccomp_arch_add(3).","type":"string","enum":["SCMP_ARCH_X86","SCMP_ARCH_X86_64","SCMP_ARCH_X32","SCMP_ARCH_ARM","SCMP_ARCH_AARCH64","SCMP_ARCH_MIPS","SCMP_ARCH_MIPS64","SCMP_ARCH_MIPS64N32","SCMP_ARCH_MIPSEL","SCMP_ARCH_MIPSEL64","SCMP_ARCH_MIPSEL64N32","SCMP_ARCH_PPC","SCMP_ARCH_PPC64","SCMP_ARCH_PPC64LE","SCMP_ARCH_S390","SCMP_ARCH_S390X","SCMP_ARCH_PARISC","SCMP_ARCH_PARISC64","SCMP_ARCH_RISCV64","SCMP_ARCH_LOONGARCH64","SCMP_ARCH_M68K","SCMP_ARCH_SH","SCMP_ARCH_SHEB"]},"SeccompFlag":{"title":"SeccompFlag","description":"See seccomp(2).","type":"string","enum":["SECCOMP_FILTER_FLAG_TSYNC","SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_SPEC_ALLOW","SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}}};
const schema12 = {"title":"Root","description":"The directory that becomes `/` of the container.","type":"object","required":["path"],"properties":{"path":{"type":"string","description":"Absolute, or relative to the bundle."},"readonly":{"type":"boolean","description":"Mounted read-only inside the container."}}};
const schema13 = {"title":"Mount","description":"One mount; the list is applied in order.","type":"object","required":["destination"],"properties":{"destination":{"type":"string","description":"Path in the container; a relative one starts at `/`."},"type":{"type":"string","description":"File system type; meaningless for a bind mount."},"source":{"type":"string","description":"Device, name, or for a bind mount a path, absolute or relative to the bundle."},"options":{"type":"array","items":{"type":"string"},"description":"As in fstab(5)."},"uidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"How this mount maps owners; only together with gidMappings."},"gidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"How this mount maps groups; only together with uidMappings."}}};
const schema14 = {"title":"IdMapping","description":"A range of ids inside, and its ids outside.","type":"object","required":["containerID","hostID","size"],"properties":{"containerID":{"$ref":"#/definitions/Id"},"hostID":{"$ref":"#/definitions/Id"},"size":{"type":"integer","minimum":1,"maximum":4294967295,"description":"How many ids."}}};
const schema15 = {"title":"Id","description":"A uid or gid. 4294967295 is not one: setresuid(2) and chown(2) read it as \"unchanged\".","type":"integer","minimum":0,"maximum":4294967294};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.containerID === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "containerID"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.hostID === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "hostID"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.size === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "size"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(data.containerID !== undefined){
let data0 = data.containerID;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/containerID",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4294967294 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/containerID",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/containerID",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.hostID !== undefined){
let data1 = data.hostID;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err6 = {instancePath:instancePath+"/hostID",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 4294967294 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/hostID",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/hostID",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.size !== undefined){
let data2 = data.size;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err9 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 4294967295 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.destination === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "destination"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.destination !== undefined){
if(typeof data.destination !== "string"){
const err1 = {instancePath:instancePath+"/destination",schemaPath:"#/properties/destination/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.type !== undefined){
if(typeof data.type !== "string"){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.source !== undefined){
if(typeof data.source !== "string"){
const err3 = {instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.options !== undefined){
let data3 = data.options;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(typeof data3[i0] !== "string"){
const err4 = {instancePath:instancePath+"/options/" + i0,schemaPath:"#/properties/options/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/options",schemaPath:"#/properties/options/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
if(data.uidMappings !== undefined){
let data5 = data.uidMappings;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(!(validate12(data5[i1], {instancePath:instancePath+"/uidMappings/" + i1,parentData:data5,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/uidMappings",schemaPath:"#/properties/uidMappings/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.gidMappings !== undefined){
let data7 = data.gidMappings;
if(Array.isArray(data7)){
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
if(!(validate12(data7[i2], {instancePath:instancePath+"/gidMappings/" + i2,parentData:data7,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/gidMappings",schemaPath:"#/properties/gidMappings/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

const schema17 = {"title":"Process","description":"The program to run, and the attributes it starts with.","type":"object","required":["cwd"],"properties":{"terminal":{"type":"boolean","description":"The program gets a pseudoterminal as its standard streams."},"consoleSize":{"$ref":"#/definitions/ConsoleSize","description":"Ignored without a terminal."},"cwd":{"type":"string","description":"Absolute path in the container."},"env":{"type":"array","items":{"type":"string"},"description":"`NAME=value` each."},"args":{"type":"array","items":{"type":"string"},"description":"The program and its arguments; the program is looked up as by execvp(3)."},"user":{"$ref":"#/definitions/User"},"rlimits":{"type":"array","items":{"$ref":"#/definitions/Rlimit"},"description":"At most one entry per type."},"apparmorProfile":{"type":"string","description":"AppArmor profile to run under."},"capabilities":{"$ref":"#/definitions/Capabilities"},"noNewPrivileges":{"type":"boolean","description":"Sets no_new_privs: execve(2) cannot grant privileges."},"oomScoreAdj":{"type":"integer","minimum":-1000,"maximum":1000,"description":"Written to oom_score_adj; unchanged if absent."},"scheduler":{"$ref":"#/definitions/Scheduler"},"selinuxLabel":{"type":"string","description":"SELinux context to run in."},"ioPriority":{"$ref":"#/definitions/IoPriority"},"execCPUAffinity":{"$ref":"#/definitions/ExecCpuAffinity"}}};
const schema29 = {"title":"Capabilities","description":"Capability names by set; an absent set is empty. Unknown names cause a warning.","type":"object","properties":{"bounding":{"type":"array","items":{"type":"string"}},"effective":{"type":"array","items":{"type":"string"}},"inheritable":{"type":"array","items":{"type":"string"}},"permitted":{"type":"array","items":{"type":"string"}},"ambient":{"type":"array","items":{"type":"string"}}}};
const schema40 = {"title":"ExecCpuAffinity","description":"Processors for processes added by exec, as lists such as `0-3,7`.","type":"object","properties":{"initial":{"type":"string","description":"Before the process is moved to the container's cgroup."},"final":{"type":"string","description":"After that; if absent or empty, the kernel decides."}}};
const schema18 = {"title":"ConsoleSize","description":"Size of the terminal in characters.","type":"object","required":["height","width"],"properties":{"height":{"$ref":"#/definitions/Uint64","description":"Rows, up to 65535 of a terminal."},"width":{"$ref":"#/definitions/Uint64","description":"Columns, up to 65535 of a terminal."}}};
const schema19 = {"title":"Uint64","description":"A bigint if larger than 2^53 - 1, so that no digit is lost.","type":"integer","minimum":0,"maximum":18446744073709552000,"tsType":"number | bigint"};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.height === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "height"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.width === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "width"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.height !== undefined){
let data0 = data.height;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/height",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 18446744073709552000 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/height",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/height",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
if(data.width !== undefined){
let data1 = data.width;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err5 = {instancePath:instancePath+"/width",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 18446744073709552000 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/width",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/width",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
validate17.errors = vErrors;
return errors === 0;
}

const schema21 = {"title":"User","description":"Ids as seen inside the container. An absent uid or gid is 0, as for other runtimes.","type":"object","properties":{"uid":{"$ref":"#/definitions/Id"},"gid":{"$ref":"#/definitions/Id"},"umask":{"type":"integer","minimum":0,"maximum":511,"description":"File mode creation mask; unchanged if absent. 0777 is 511."},"additionalGids":{"type":"array","items":{"$ref":"#/definitions/Id"},"description":"Supplementary groups."}}};

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.uid !== undefined){
let data0 = data.uid;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4294967294 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.gid !== undefined){
let data1 = data.gid;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 4294967294 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.umask !== undefined){
let data2 = data.umask;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err6 = {instancePath:instancePath+"/umask",schemaPath:"#/properties/umask/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 511 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/umask",schemaPath:"#/properties/umask/maximum",keyword:"maximum",params:{comparison: "<=", limit: 511}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/umask",schemaPath:"#/properties/umask/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.additionalGids !== undefined){
let data3 = data.additionalGids;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err9 = {instancePath:instancePath+"/additionalGids/" + i0,schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 4294967294 || isNaN(data4)){
const err10 = {instancePath:instancePath+"/additionalGids/" + i0,schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err11 = {instancePath:instancePath+"/additionalGids/" + i0,schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
}
else {
const err12 = {instancePath:instancePath+"/additionalGids",schemaPath:"#/properties/additionalGids/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}

const schema25 = {"title":"Rlimit","description":"One resource limit, set exactly as given.","type":"object","required":["type","soft","hard"],"properties":{"type":{"$ref":"#/definitions/RlimitType"},"soft":{"$ref":"#/definitions/Uint64"},"hard":{"$ref":"#/definitions/Uint64"}}};
const schema26 = {"title":"RlimitType","description":"The limits that Linux has, see getrlimit(2).","type":"string","enum":["RLIMIT_AS","RLIMIT_CORE","RLIMIT_CPU","RLIMIT_DATA","RLIMIT_FSIZE","RLIMIT_LOCKS","RLIMIT_MEMLOCK","RLIMIT_MSGQUEUE","RLIMIT_NICE","RLIMIT_NOFILE","RLIMIT_NPROC","RLIMIT_RSS","RLIMIT_RTPRIO","RLIMIT_RTTIME","RLIMIT_SIGPENDING","RLIMIT_STACK"]};

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.soft === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "soft"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.hard === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "hard"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/RlimitType/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if(!((((((((((((((((data0 === "RLIMIT_AS") || (data0 === "RLIMIT_CORE")) || (data0 === "RLIMIT_CPU")) || (data0 === "RLIMIT_DATA")) || (data0 === "RLIMIT_FSIZE")) || (data0 === "RLIMIT_LOCKS")) || (data0 === "RLIMIT_MEMLOCK")) || (data0 === "RLIMIT_MSGQUEUE")) || (data0 === "RLIMIT_NICE")) || (data0 === "RLIMIT_NOFILE")) || (data0 === "RLIMIT_NPROC")) || (data0 === "RLIMIT_RSS")) || (data0 === "RLIMIT_RTPRIO")) || (data0 === "RLIMIT_RTTIME")) || (data0 === "RLIMIT_SIGPENDING")) || (data0 === "RLIMIT_STACK"))){
const err4 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/RlimitType/enum",keyword:"enum",params:{allowedValues: schema26.enum}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
if(data.soft !== undefined){
let data1 = data.soft;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err5 = {instancePath:instancePath+"/soft",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 18446744073709552000 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/soft",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/soft",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
if(data.hard !== undefined){
let data2 = data.hard;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err8 = {instancePath:instancePath+"/hard",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 18446744073709552000 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/hard",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/hard",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}

const schema30 = {"title":"Scheduler","description":"As for sched_setattr(2); absent values are 0.","type":"object","required":["policy"],"properties":{"policy":{"$ref":"#/definitions/SchedulerPolicy"},"nice":{"$ref":"#/definitions/Int32"},"priority":{"$ref":"#/definitions/Int32"},"flags":{"type":"array","items":{"$ref":"#/definitions/SchedulerFlag"},"description":"Flags of sched_setattr(2)."},"runtime":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."},"deadline":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."},"period":{"$ref":"#/definitions/Uint64","description":"Nanoseconds, for SCHED_DEADLINE."}}};
const schema31 = {"title":"SchedulerPolicy","description":"See sched(7).","type":"string","enum":["SCHED_OTHER","SCHED_FIFO","SCHED_RR","SCHED_BATCH","SCHED_ISO","SCHED_IDLE","SCHED_DEADLINE"]};
const schema32 = {"title":"Int32","type":"integer","minimum":-2147483648,"maximum":2147483647};
const schema34 = {"title":"SchedulerFlag","description":"See sched_setattr(2).","type":"string","enum":["SCHED_FLAG_RESET_ON_FORK","SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN","SCHED_FLAG_KEEP_POLICY","SCHED_FLAG_KEEP_PARAMS","SCHED_FLAG_UTIL_CLAMP_MIN","SCHED_FLAG_UTIL_CLAMP_MAX"]};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.policy === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "policy"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.policy !== undefined){
let data0 = data.policy;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/policy",schemaPath:"#/definitions/SchedulerPolicy/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!(((((((data0 === "SCHED_OTHER") || (data0 === "SCHED_FIFO")) || (data0 === "SCHED_RR")) || (data0 === "SCHED_BATCH")) || (data0 === "SCHED_ISO")) || (data0 === "SCHED_IDLE")) || (data0 === "SCHED_DEADLINE"))){
const err2 = {instancePath:instancePath+"/policy",schemaPath:"#/definitions/SchedulerPolicy/enum",keyword:"enum",params:{allowedValues: schema31.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.nice !== undefined){
let data1 = data.nice;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/nice",schemaPath:"#/definitions/Int32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 2147483647 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/nice",schemaPath:"#/definitions/Int32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < -2147483648 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/nice",schemaPath:"#/definitions/Int32/minimum",keyword:"minimum",params:{comparison: ">=", limit: -2147483648}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.priority !== undefined){
let data2 = data.priority;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err6 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Int32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Int32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data2 < -2147483648 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Int32/minimum",keyword:"minimum",params:{comparison: ">=", limit: -2147483648}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.flags !== undefined){
let data3 = data.flags;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 !== "string"){
const err9 = {instancePath:instancePath+"/flags/" + i0,schemaPath:"#/definitions/SchedulerFlag/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if(!(((((((data4 === "SCHED_FLAG_RESET_ON_FORK") || (data4 === "SCHED_FLAG_RECLAIM")) || (data4 === "SCHED_FLAG_DL_OVERRUN")) || (data4 === "SCHED_FLAG_KEEP_POLICY")) || (data4 === "SCHED_FLAG_KEEP_PARAMS")) || (data4 === "SCHED_FLAG_UTIL_CLAMP_MIN")) || (data4 === "SCHED_FLAG_UTIL_CLAMP_MAX"))){
const err10 = {instancePath:instancePath+"/flags/" + i0,schemaPath:"#/definitions/SchedulerFlag/enum",keyword:"enum",params:{allowedValues: schema34.enum}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/flags",schemaPath:"#/properties/flags/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
if(data.runtime !== undefined){
let data5 = data.runtime;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err12 = {instancePath:instancePath+"/runtime",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 18446744073709552000 || isNaN(data5)){
const err13 = {instancePath:instancePath+"/runtime",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err14 = {instancePath:instancePath+"/runtime",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
}
if(data.deadline !== undefined){
let data6 = data.deadline;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err15 = {instancePath:instancePath+"/deadline",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 18446744073709552000 || isNaN(data6)){
const err16 = {instancePath:instancePath+"/deadline",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err17 = {instancePath:instancePath+"/deadline",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
if(data.period !== undefined){
let data7 = data.period;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err18 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 18446744073709552000 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
if(data7 < 0 || isNaN(data7)){
const err20 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}

const schema38 = {"title":"IoPriority","description":"As for ioprio_set(2).","type":"object","required":["class"],"properties":{"class":{"$ref":"#/definitions/IoPriorityClass"},"priority":{"type":"integer","minimum":0,"maximum":7,"description":"0 is the highest."}}};
const schema39 = {"title":"IoPriorityClass","description":"See ioprio_set(2).","type":"string","enum":["IOPRIO_CLASS_RT","IOPRIO_CLASS_BE","IOPRIO_CLASS_IDLE"]};

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.class === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "class"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.class !== undefined){
let data0 = data.class;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/class",schemaPath:"#/definitions/IoPriorityClass/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!(((data0 === "IOPRIO_CLASS_RT") || (data0 === "IOPRIO_CLASS_BE")) || (data0 === "IOPRIO_CLASS_IDLE"))){
const err2 = {instancePath:instancePath+"/class",schemaPath:"#/definitions/IoPriorityClass/enum",keyword:"enum",params:{allowedValues: schema39.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.priority !== undefined){
let data1 = data.priority;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 7 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/maximum",keyword:"maximum",params:{comparison: "<=", limit: 7}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}


function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cwd === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cwd"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.terminal !== undefined){
if(typeof data.terminal !== "boolean"){
const err1 = {instancePath:instancePath+"/terminal",schemaPath:"#/properties/terminal/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.consoleSize !== undefined){
if(!(validate17(data.consoleSize, {instancePath:instancePath+"/consoleSize",parentData:data,parentDataProperty:"consoleSize",rootData}))){
vErrors = join(vErrors, validate17.errors);
errors = vErrors.length;
}
}
if(data.cwd !== undefined){
if(typeof data.cwd !== "string"){
const err2 = {instancePath:instancePath+"/cwd",schemaPath:"#/properties/cwd/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.env !== undefined){
let data3 = data.env;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(typeof data3[i0] !== "string"){
const err3 = {instancePath:instancePath+"/env/" + i0,schemaPath:"#/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
if(data.args !== undefined){
let data5 = data.args;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(typeof data5[i1] !== "string"){
const err5 = {instancePath:instancePath+"/args/" + i1,schemaPath:"#/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/args",schemaPath:"#/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.user !== undefined){
if(!(validate19(data.user, {instancePath:instancePath+"/user",parentData:data,parentDataProperty:"user",rootData}))){
vErrors = join(vErrors, validate19.errors);
errors = vErrors.length;
}
}
if(data.rlimits !== undefined){
let data8 = data.rlimits;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate21(data8[i2], {instancePath:instancePath+"/rlimits/" + i2,parentData:data8,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/rlimits",schemaPath:"#/properties/rlimits/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
if(data.apparmorProfile !== undefined){
if(typeof data.apparmorProfile !== "string"){
const err8 = {instancePath:instancePath+"/apparmorProfile",schemaPath:"#/properties/apparmorProfile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data.capabilities !== undefined){
let data11 = data.capabilities;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.bounding !== undefined){
let data12 = data11.bounding;
if(Array.isArray(data12)){
const len3 = data12.length;
for(let i3=0; i3<len3; i3++){
if(typeof data12[i3] !== "string"){
const err9 = {instancePath:instancePath+"/capabilities/bounding/" + i3,schemaPath:"#/definitions/Capabilities/properties/bounding/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/capabilities/bounding",schemaPath:"#/definitions/Capabilities/properties/bounding/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
if(data11.effective !== undefined){
let data14 = data11.effective;
if(Array.isArray(data14)){
const len4 = data14.length;
for(let i4=0; i4<len4; i4++){
if(typeof data14[i4] !== "string"){
const err11 = {instancePath:instancePath+"/capabilities/effective/" + i4,schemaPath:"#/definitions/Capabilities/properties/effective/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/capabilities/effective",schemaPath:"#/definitions/Capabilities/properties/effective/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
if(data11.inheritable !== undefined){
let data16 = data11.inheritable;
if(Array.isArray(data16)){
const len5 = data16.length;
for(let i5=0; i5<len5; i5++){
if(typeof data16[i5] !== "string"){
const err13 = {instancePath:instancePath+"/capabilities/inheritable/" + i5,schemaPath:"#/definitions/Capabilities/properties/inheritable/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/capabilities/inheritable",schemaPath:"#/definitions/Capabilities/properties/inheritable/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
if(data11.permitted !== undefined){
let data18 = data11.permitted;
if(Array.isArray(data18)){
const len6 = data18.length;
for(let i6=0; i6<len6; i6++){
if(typeof data18[i6] !== "string"){
const err15 = {instancePath:instancePath+"/capabilities/permitted/" + i6,schemaPath:"#/definitions/Capabilities/properties/permitted/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/capabilities/permitted",schemaPath:"#/definitions/Capabilities/properties/permitted/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
if(data11.ambient !== undefined){
let data20 = data11.ambient;
if(Array.isArray(data20)){
const len7 = data20.length;
for(let i7=0; i7<len7; i7++){
if(typeof data20[i7] !== "string"){
const err17 = {instancePath:instancePath+"/capabilities/ambient/" + i7,schemaPath:"#/definitions/Capabilities/properties/ambient/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/capabilities/ambient",schemaPath:"#/definitions/Capabilities/properties/ambient/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/capabilities",schemaPath:"#/definitions/Capabilities/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
if(data.noNewPrivileges !== undefined){
if(typeof data.noNewPrivileges !== "boolean"){
const err20 = {instancePath:instancePath+"/noNewPrivileges",schemaPath:"#/properties/noNewPrivileges/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
if(data.oomScoreAdj !== undefined){
let data23 = data.oomScoreAdj;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err21 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 1000 || isNaN(data23)){
const err22 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err22];
}
else {
keep(vErrors, err22);
}
errors++;
}
if(data23 < -1000 || isNaN(data23)){
const err23 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1000}};
if(vErrors === null){
vErrors = [err23];
}
else {
keep(vErrors, err23);
}
errors++;
}
}
}
if(data.scheduler !== undefined){
if(!(validate23(data.scheduler, {instancePath:instancePath+"/scheduler",parentData:data,parentDataProperty:"scheduler",rootData}))){
vErrors = join(vErrors, validate23.errors);
errors = vErrors.length;
}
}
if(data.selinuxLabel !== undefined){
if(typeof data.selinuxLabel !== "string"){
const err24 = {instancePath:instancePath+"/selinuxLabel",schemaPath:"#/properties/selinuxLabel/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
keep(vErrors, err24);
}
errors++;
}
}
if(data.ioPriority !== undefined){
if(!(validate25(data.ioPriority, {instancePath:instancePath+"/ioPriority",parentData:data,parentDataProperty:"ioPriority",rootData}))){
vErrors = join(vErrors, validate25.errors);
errors = vErrors.length;
}
}
if(data.execCPUAffinity !== undefined){
let data27 = data.execCPUAffinity;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(data27.initial !== undefined){
if(typeof data27.initial !== "string"){
const err25 = {instancePath:instancePath+"/execCPUAffinity/initial",schemaPath:"#/definitions/ExecCpuAffinity/properties/initial/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err25];
}
else {
keep(vErrors, err25);
}
errors++;
}
}
if(data27.final !== undefined){
if(typeof data27.final !== "string"){
const err26 = {instancePath:instancePath+"/execCPUAffinity/final",schemaPath:"#/definitions/ExecCpuAffinity/properties/final/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err26];
}
else {
keep(vErrors, err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/execCPUAffinity",schemaPath:"#/definitions/ExecCpuAffinity/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err27];
}
else {
keep(vErrors, err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err28];
}
else {
keep(vErrors, err28);
}
errors++;
}
validate16.errors = vErrors;
return errors === 0;
}

const schema41 = {"title":"Hooks","description":"Programs to run at points of the container's lifecycle, each list in order.","type":"object","properties":{"prestart":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create, in the runtime's namespaces. Deprecated in favour of createRuntime."},"createRuntime":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create, in the runtime's namespaces, before pivot_root."},"createContainer":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During create: looked up in the runtime's namespaces, run in the container's."},"startContainer":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"During start, in the container, before the program."},"poststart":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"After the program has started, in the runtime's namespaces."},"poststop":{"type":"array","items":{"$ref":"#/definitions/Hook"},"description":"After the container has been deleted, in the runtime's namespaces."}}};
const schema42 = {"title":"Hook","description":"A program that gets the container's state as JSON on its standard input.","type":"object","required":["path"],"properties":{"path":{"type":"string","description":"Absolute path."},"args":{"type":"array","items":{"type":"string"},"description":"argv, the program's name included."},"env":{"type":"array","items":{"type":"string"},"description":"`NAME=value` each; the whole environment of the hook."},"timeout":{"type":"integer","minimum":1,"maximum":2147483647,"description":"Seconds after which the hook is killed and has failed."}}};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.prestart !== undefined){
let data0 = data.prestart;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.path === undefined){
const err0 = {instancePath:instancePath+"/prestart/" + i0,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
const err1 = {instancePath:instancePath+"/prestart/" + i0+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data1.args !== undefined){
let data3 = data1.args;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
if(typeof data3[i1] !== "string"){
const err2 = {instancePath:instancePath+"/prestart/" + i0+"/args/" + i1,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/prestart/" + i0+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data1.env !== undefined){
let data5 = data1.env;
if(Array.isArray(data5)){
const len2 = data5.length;
for(let i2=0; i2<len2; i2++){
if(typeof data5[i2] !== "string"){
const err4 = {instancePath:instancePath+"/prestart/" + i0+"/env/" + i2,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/prestart/" + i0+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
if(data1.timeout !== undefined){
let data7 = data1.timeout;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err6 = {instancePath:instancePath+"/prestart/" + i0+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 2147483647 || isNaN(data7)){
const err7 = {instancePath:instancePath+"/prestart/" + i0+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err8 = {instancePath:instancePath+"/prestart/" + i0+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
}
else {
const err9 = {instancePath:instancePath+"/prestart/" + i0,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/prestart",schemaPath:"#/properties/prestart/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
if(data.createRuntime !== undefined){
let data8 = data.createRuntime;
if(Array.isArray(data8)){
const len3 = data8.length;
for(let i3=0; i3<len3; i3++){
let data9 = data8[i3];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.path === undefined){
const err11 = {instancePath:instancePath+"/createRuntime/" + i3,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
if(data9.path !== undefined){
if(typeof data9.path !== "string"){
const err12 = {instancePath:instancePath+"/createRuntime/" + i3+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
if(data9.args !== undefined){
let data11 = data9.args;
if(Array.isArray(data11)){
const len4 = data11.length;
for(let i4=0; i4<len4; i4++){
if(typeof data11[i4] !== "string"){
const err13 = {instancePath:instancePath+"/createRuntime/" + i3+"/args/" + i4,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/createRuntime/" + i3+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
if(data9.env !== undefined){
let data13 = data9.env;
if(Array.isArray(data13)){
const len5 = data13.length;
for(let i5=0; i5<len5; i5++){
if(typeof data13[i5] !== "string"){
const err15 = {instancePath:instancePath+"/createRuntime/" + i3+"/env/" + i5,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/createRuntime/" + i3+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
if(data9.timeout !== undefined){
let data15 = data9.timeout;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
const err17 = {instancePath:instancePath+"/createRuntime/" + i3+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 2147483647 || isNaN(data15)){
const err18 = {instancePath:instancePath+"/createRuntime/" + i3+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
if(data15 < 1 || isNaN(data15)){
const err19 = {instancePath:instancePath+"/createRuntime/" + i3+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
}
}
else {
const err20 = {instancePath:instancePath+"/createRuntime/" + i3,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/createRuntime",schemaPath:"#/properties/createRuntime/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
}
if(data.createContainer !== undefined){
let data16 = data.createContainer;
if(Array.isArray(data16)){
const len6 = data16.length;
for(let i6=0; i6<len6; i6++){
let data17 = data16[i6];
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(data17.path === undefined){
const err22 = {instancePath:instancePath+"/createContainer/" + i6,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err22];
}
else {
keep(vErrors, err22);
}
errors++;
}
if(data17.path !== undefined){
if(typeof data17.path !== "string"){
const err23 = {instancePath:instancePath+"/createContainer/" + i6+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
keep(vErrors, err23);
}
errors++;
}
}
if(data17.args !== undefined){
let data19 = data17.args;
if(Array.isArray(data19)){
const len7 = data19.length;
for(let i7=0; i7<len7; i7++){
if(typeof data19[i7] !== "string"){
const err24 = {instancePath:instancePath+"/createContainer/" + i6+"/args/" + i7,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
keep(vErrors, err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/createContainer/" + i6+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err25];
}
else {
keep(vErrors, err25);
}
errors++;
}
}
if(data17.env !== undefined){
let data21 = data17.env;
if(Array.isArray(data21)){
const len8 = data21.length;
for(let i8=0; i8<len8; i8++){
if(typeof data21[i8] !== "string"){
const err26 = {instancePath:instancePath+"/createContainer/" + i6+"/env/" + i8,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err26];
}
else {
keep(vErrors, err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/createContainer/" + i6+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err27];
}
else {
keep(vErrors, err27);
}
errors++;
}
}
if(data17.timeout !== undefined){
let data23 = data17.timeout;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err28 = {instancePath:instancePath+"/createContainer/" + i6+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err28];
}
else {
keep(vErrors, err28);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 2147483647 || isNaN(data23)){
const err29 = {instancePath:instancePath+"/createContainer/" + i6+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err29];
}
else {
keep(vErrors, err29);
}
errors++;
}
if(data23 < 1 || isNaN(data23)){
const err30 = {instancePath:instancePath+"/createContainer/" + i6+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err30];
}
else {
keep(vErrors, err30);
}
errors++;
}
}
}
}
else {
const err31 = {instancePath:instancePath+"/createContainer/" + i6,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err31];
}
else {
keep(vErrors, err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/createContainer",schemaPath:"#/properties/createContainer/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err32];
}
else {
keep(vErrors, err32);
}
errors++;
}
}
if(data.startContainer !== undefined){
let data24 = data.startContainer;
if(Array.isArray(data24)){
const len9 = data24.length;
for(let i9=0; i9<len9; i9++){
let data25 = data24[i9];
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.path === undefined){
const err33 = {instancePath:instancePath+"/startContainer/" + i9,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err33];
}
else {
keep(vErrors, err33);
}
errors++;
}
if(data25.path !== undefined){
if(typeof data25.path !== "string"){
const err34 = {instancePath:instancePath+"/startContainer/" + i9+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err34];
}
else {
keep(vErrors, err34);
}
errors++;
}
}
if(data25.args !== undefined){
let data27 = data25.args;
if(Array.isArray(data27)){
const len10 = data27.length;
for(let i10=0; i10<len10; i10++){
if(typeof data27[i10] !== "string"){
const err35 = {instancePath:instancePath+"/startContainer/" + i9+"/args/" + i10,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err35];
}
else {
keep(vErrors, err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/startContainer/" + i9+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err36];
}
else {
keep(vErrors, err36);
}
errors++;
}
}
if(data25.env !== undefined){
let data29 = data25.env;
if(Array.isArray(data29)){
const len11 = data29.length;
for(let i11=0; i11<len11; i11++){
if(typeof data29[i11] !== "string"){
const err37 = {instancePath:instancePath+"/startContainer/" + i9+"/env/" + i11,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
keep(vErrors, err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/startContainer/" + i9+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err38];
}
else {
keep(vErrors, err38);
}
errors++;
}
}
if(data25.timeout !== undefined){
let data31 = data25.timeout;
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
const err39 = {instancePath:instancePath+"/startContainer/" + i9+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err39];
}
else {
keep(vErrors, err39);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 2147483647 || isNaN(data31)){
const err40 = {instancePath:instancePath+"/startContainer/" + i9+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err40];
}
else {
keep(vErrors, err40);
}
errors++;
}
if(data31 < 1 || isNaN(data31)){
const err41 = {instancePath:instancePath+"/startContainer/" + i9+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err41];
}
else {
keep(vErrors, err41);
}
errors++;
}
}
}
}
else {
const err42 = {instancePath:instancePath+"/startContainer/" + i9,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err42];
}
else {
keep(vErrors, err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/startContainer",schemaPath:"#/properties/startContainer/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err43];
}
else {
keep(vErrors, err43);
}
errors++;
}
}
if(data.poststart !== undefined){
let data32 = data.poststart;
if(Array.isArray(data32)){
const len12 = data32.length;
for(let i12=0; i12<len12; i12++){
let data33 = data32[i12];
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.path === undefined){
const err44 = {instancePath:instancePath+"/poststart/" + i12,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err44];
}
else {
keep(vErrors, err44);
}
errors++;
}
if(data33.path !== undefined){
if(typeof data33.path !== "string"){
const err45 = {instancePath:instancePath+"/poststart/" + i12+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err45];
}
else {
keep(vErrors, err45);
}
errors++;
}
}
if(data33.args !== undefined){
let data35 = data33.args;
if(Array.isArray(data35)){
const len13 = data35.length;
for(let i13=0; i13<len13; i13++){
if(typeof data35[i13] !== "string"){
const err46 = {instancePath:instancePath+"/poststart/" + i12+"/args/" + i13,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err46];
}
else {
keep(vErrors, err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/poststart/" + i12+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err47];
}
else {
keep(vErrors, err47);
}
errors++;
}
}
if(data33.env !== undefined){
let data37 = data33.env;
if(Array.isArray(data37)){
const len14 = data37.length;
for(let i14=0; i14<len14; i14++){
if(typeof data37[i14] !== "string"){
const err48 = {instancePath:instancePath+"/poststart/" + i12+"/env/" + i14,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err48];
}
else {
keep(vErrors, err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/poststart/" + i12+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err49];
}
else {
keep(vErrors, err49);
}
errors++;
}
}
if(data33.timeout !== undefined){
let data39 = data33.timeout;
if(!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39)))){
const err50 = {instancePath:instancePath+"/poststart/" + i12+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err50];
}
else {
keep(vErrors, err50);
}
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 > 2147483647 || isNaN(data39)){
const err51 = {instancePath:instancePath+"/poststart/" + i12+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err51];
}
else {
keep(vErrors, err51);
}
errors++;
}
if(data39 < 1 || isNaN(data39)){
const err52 = {instancePath:instancePath+"/poststart/" + i12+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err52];
}
else {
keep(vErrors, err52);
}
errors++;
}
}
}
}
else {
const err53 = {instancePath:instancePath+"/poststart/" + i12,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err53];
}
else {
keep(vErrors, err53);
}
errors++;
}
}
}
else {
const err54 = {instancePath:instancePath+"/poststart",schemaPath:"#/properties/poststart/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err54];
}
else {
keep(vErrors, err54);
}
errors++;
}
}
if(data.poststop !== undefined){
let data40 = data.poststop;
if(Array.isArray(data40)){
const len15 = data40.length;
for(let i15=0; i15<len15; i15++){
let data41 = data40[i15];
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.path === undefined){
const err55 = {instancePath:instancePath+"/poststop/" + i15,schemaPath:"#/definitions/Hook/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err55];
}
else {
keep(vErrors, err55);
}
errors++;
}
if(data41.path !== undefined){
if(typeof data41.path !== "string"){
const err56 = {instancePath:instancePath+"/poststop/" + i15+"/path",schemaPath:"#/definitions/Hook/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err56];
}
else {
keep(vErrors, err56);
}
errors++;
}
}
if(data41.args !== undefined){
let data43 = data41.args;
if(Array.isArray(data43)){
const len16 = data43.length;
for(let i16=0; i16<len16; i16++){
if(typeof data43[i16] !== "string"){
const err57 = {instancePath:instancePath+"/poststop/" + i15+"/args/" + i16,schemaPath:"#/definitions/Hook/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err57];
}
else {
keep(vErrors, err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/poststop/" + i15+"/args",schemaPath:"#/definitions/Hook/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err58];
}
else {
keep(vErrors, err58);
}
errors++;
}
}
if(data41.env !== undefined){
let data45 = data41.env;
if(Array.isArray(data45)){
const len17 = data45.length;
for(let i17=0; i17<len17; i17++){
if(typeof data45[i17] !== "string"){
const err59 = {instancePath:instancePath+"/poststop/" + i15+"/env/" + i17,schemaPath:"#/definitions/Hook/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err59];
}
else {
keep(vErrors, err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath:instancePath+"/poststop/" + i15+"/env",schemaPath:"#/definitions/Hook/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err60];
}
else {
keep(vErrors, err60);
}
errors++;
}
}
if(data41.timeout !== undefined){
let data47 = data41.timeout;
if(!(((typeof data47 == "number") && (!(data47 % 1) && !isNaN(data47))) && (isFinite(data47)))){
const err61 = {instancePath:instancePath+"/poststop/" + i15+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err61];
}
else {
keep(vErrors, err61);
}
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 > 2147483647 || isNaN(data47)){
const err62 = {instancePath:instancePath+"/poststop/" + i15+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err62];
}
else {
keep(vErrors, err62);
}
errors++;
}
if(data47 < 1 || isNaN(data47)){
const err63 = {instancePath:instancePath+"/poststop/" + i15+"/timeout",schemaPath:"#/definitions/Hook/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err63];
}
else {
keep(vErrors, err63);
}
errors++;
}
}
}
}
else {
const err64 = {instancePath:instancePath+"/poststop/" + i15,schemaPath:"#/definitions/Hook/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err64];
}
else {
keep(vErrors, err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/poststop",schemaPath:"#/properties/poststop/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err65];
}
else {
keep(vErrors, err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err66];
}
else {
keep(vErrors, err66);
}
errors++;
}
validate28.errors = vErrors;
return errors === 0;
}

const schema48 = {"title":"Linux","description":"Linux-specific settings.","type":"object","properties":{"namespaces":{"type":"array","items":{"$ref":"#/definitions/Namespace"},"description":"Namespaces of types not listed are shared with the runtime."},"uidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"uid mappings of the user namespace."},"gidMappings":{"type":"array","items":{"$ref":"#/definitions/IdMapping"},"description":"gid mappings of the user namespace."},"timeOffsets":{"$ref":"#/definitions/TimeOffsets"},"devices":{"type":"array","items":{"$ref":"#/definitions/Device"},"description":"Device nodes to create besides the default ones."},"netDevices":{"type":"object","additionalProperties":{"$ref":"#/definitions/NetDevice"},"description":"Network devices to move into the container, by their name on the host."},"cgroupsPath":{"type":"string","description":"An absolute path starts at the cgroup mount point. With systemd: slice:prefix:name."},"resources":{"$ref":"#/definitions/Resources"},"intelRdt":{"$ref":"#/definitions/IntelRdt"},"memoryPolicy":{"$ref":"#/definitions/MemoryPolicy"},"sysctl":{"type":"object","additionalProperties":{"type":"string"},"description":"Kernel parameters to set in the container, by dotted name."},"seccomp":{"$ref":"#/definitions/Seccomp"},"rootfsPropagation":{"$ref":"#/definitions/RootfsPropagation"},"maskedPaths":{"type":"array","items":{"type":"string"},"description":"Absolute paths in the container that cannot be read."},"readonlyPaths":{"type":"array","items":{"type":"string"},"description":"Absolute paths in the container that cannot be written."},"mountLabel":{"type":"string","description":"SELinux context of the mounts."},"personality":{"$ref":"#/definitions/Personality"}}};
const schema61 = {"title":"NetDevice","description":"Settings for a moved network device.","type":"object","properties":{"name":{"type":"string","description":"Its name inside; unchanged if absent. With %d in the name the kernel chooses the number."}}};
const schema101 = {"title":"IntelRdt","description":"Cache and memory bandwidth through resctrl.","type":"object","properties":{"closID":{"type":"string","description":"Directory in resctrl; `/` is its root; the container's id if absent."},"schemata":{"type":"array","items":{"type":"string"},"description":"Lines for the schemata file."},"l3CacheSchema":{"type":"string","description":"A schemata line that starts with `L3:`."},"memBwSchema":{"type":"string","description":"A schemata line that starts with `MB:`."},"enableMonitoring":{"type":"boolean","description":"Make a monitoring group for the container."}}};
const schema117 = {"title":"RootfsPropagation","description":"Propagation of the root mount; the forms with r include the mounts below it.","type":"string","enum":["shared","slave","private","unbindable","rshared","rslave","rprivate","runbindable",""]};
const schema49 = {"title":"Namespace","description":"A namespace to create or, with a path, to join.","type":"object","required":["type"],"properties":{"type":{"$ref":"#/definitions/NamespaceType"},"path":{"type":"string","description":"Absolute path of a namespace file; absent or empty for a new namespace."}}};
const schema50 = {"title":"NamespaceType","description":"See namespaces(7).","type":"string","enum":["pid","network","mount","ipc","uts","user","cgroup","time"]};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/NamespaceType/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!((((((((data0 === "pid") || (data0 === "network")) || (data0 === "mount")) || (data0 === "ipc")) || (data0 === "uts")) || (data0 === "user")) || (data0 === "cgroup")) || (data0 === "time"))){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/NamespaceType/enum",keyword:"enum",params:{allowedValues: schema50.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
const err3 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}

const schema51 = {"title":"TimeOffsets","description":"Clock offsets of the time namespace.","type":"object","properties":{"monotonic":{"$ref":"#/definitions/TimeOffset"},"boottime":{"$ref":"#/definitions/TimeOffset"}}};
const schema52 = {"title":"TimeOffset","description":"Offset of one clock.","type":"object","properties":{"secs":{"$ref":"#/definitions/Int64"},"nanosecs":{"type":"integer","minimum":0,"maximum":999999999,"description":"Added to secs."}}};
const schema53 = {"title":"Int64","description":"A bigint if beyond ±(2^53 - 1), so that no digit is lost.","type":"integer","minimum":-9223372036854776000,"maximum":9223372036854776000,"tsType":"number | bigint"};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.secs !== undefined){
let data0 = data.secs;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/secs",schemaPath:"#/definitions/Int64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9223372036854776000 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/secs",schemaPath:"#/definitions/Int64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < -9223372036854776000 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/secs",schemaPath:"#/definitions/Int64/minimum",keyword:"minimum",params:{comparison: ">=", limit: -9223372036854776000}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.nanosecs !== undefined){
let data1 = data.nanosecs;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/nanosecs",schemaPath:"#/properties/nanosecs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 999999999 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/nanosecs",schemaPath:"#/properties/nanosecs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 999999999}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/nanosecs",schemaPath:"#/properties/nanosecs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
validate36.errors = vErrors;
return errors === 0;
}


function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.monotonic !== undefined){
if(!(validate36(data.monotonic, {instancePath:instancePath+"/monotonic",parentData:data,parentDataProperty:"monotonic",rootData}))){
vErrors = join(vErrors, validate36.errors);
errors = vErrors.length;
}
}
if(data.boottime !== undefined){
if(!(validate36(data.boottime, {instancePath:instancePath+"/boottime",parentData:data,parentDataProperty:"boottime",rootData}))){
vErrors = join(vErrors, validate36.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}

const schema54 = {"title":"Device","description":"A device node.","type":"object","required":["type","path"],"properties":{"type":{"$ref":"#/definitions/DeviceType"},"path":{"type":"string","description":"Absolute path in the container, in /dev or elsewhere."},"major":{"$ref":"#/definitions/DeviceMajor","description":"Required unless the type is p."},"minor":{"$ref":"#/definitions/DeviceMinor","description":"Required unless the type is p."},"fileMode":{"$ref":"#/definitions/Uint16","description":"Permission bits, in decimal because JSON has no octal; file type bits are ignored."},"uid":{"$ref":"#/definitions/Id","description":"Owner, as seen inside."},"gid":{"$ref":"#/definitions/Id","description":"Group, as seen inside."}}};
const schema55 = {"title":"DeviceType","description":"Character (c or u), block (b) or named pipe (p).","type":"string","enum":["c","b","u","p"]};
const schema56 = {"title":"DeviceMajor","description":"12 bits: a larger number would be truncated to another device's.","type":"integer","minimum":0,"maximum":4095};
const schema57 = {"title":"DeviceMinor","description":"20 bits: a larger number would be truncated to another device's.","type":"integer","minimum":0,"maximum":1048575};
const schema58 = {"title":"Uint16","type":"integer","minimum":0,"maximum":65535};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.path === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/DeviceType/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(!((((data0 === "c") || (data0 === "b")) || (data0 === "u")) || (data0 === "p"))){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/DeviceType/enum",keyword:"enum",params:{allowedValues: schema55.enum}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
const err4 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
if(data.major !== undefined){
let data2 = data.major;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err5 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 4095 || isNaN(data2)){
const err6 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4095}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
if(data.minor !== undefined){
let data3 = data.minor;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err8 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1048575 || isNaN(data3)){
const err9 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1048575}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
if(data.fileMode !== undefined){
let data4 = data.fileMode;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err11 = {instancePath:instancePath+"/fileMode",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 65535 || isNaN(data4)){
const err12 = {instancePath:instancePath+"/fileMode",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if(data4 < 0 || isNaN(data4)){
const err13 = {instancePath:instancePath+"/fileMode",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
if(data.uid !== undefined){
let data5 = data.uid;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err14 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 4294967294 || isNaN(data5)){
const err15 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err16 = {instancePath:instancePath+"/uid",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
}
if(data.gid !== undefined){
let data6 = data.gid;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err17 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 4294967294 || isNaN(data6)){
const err18 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
if(data6 < 0 || isNaN(data6)){
const err19 = {instancePath:instancePath+"/gid",schemaPath:"#/definitions/Id/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
}
}
else {
const err20 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
validate40.errors = vErrors;
return errors === 0;
}

const schema62 = {"title":"Resources","description":"Limits enforced by cgroups.","type":"object","properties":{"devices":{"type":"array","items":{"$ref":"#/definitions/DeviceRule"},"description":"Which devices can be used; applied in order."},"memory":{"$ref":"#/definitions/Memory"},"cpu":{"$ref":"#/definitions/Cpu"},"pids":{"$ref":"#/definitions/Pids"},"blockIO":{"$ref":"#/definitions/BlockIo"},"hugepageLimits":{"type":"array","items":{"$ref":"#/definitions/HugepageLimit"},"description":"Limits of huge pages, by page size."},"network":{"$ref":"#/definitions/Network"},"rdma":{"type":"object","additionalProperties":{"$ref":"#/definitions/Rdma"},"description":"By device name."},"unified":{"type":"object","additionalProperties":{"type":"string"},"description":"Files of the cgroup v2 directory, and what to write to them."}}};
const schema63 = {"title":"DeviceRule","description":"Allows or denies some devices.","type":"object","required":["allow"],"properties":{"allow":{"type":"boolean","description":"True to allow, false to deny."},"type":{"$ref":"#/definitions/DeviceRuleType"},"major":{"type":"integer","minimum":-1,"maximum":2147483647,"description":"Absent or -1 means all."},"minor":{"type":"integer","minimum":-1,"maximum":2147483647,"description":"Absent or -1 means all."},"access":{"type":"string","pattern":"^[rwm]*$","description":"Made of r (read), w (write) and m (mknod)."}}};
const schema64 = {"title":"DeviceRuleType","description":"All (a, the default), character (c) or block (b).","type":"string","enum":["a","b","c",""]};
const pattern0 = new RegExp("^[rwm]*$", "u");

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.allow === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "allow"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.allow !== undefined){
if(typeof data.allow !== "boolean"){
const err1 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.type !== undefined){
let data1 = data.type;
if(typeof data1 !== "string"){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/DeviceRuleType/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(!((((data1 === "a") || (data1 === "b")) || (data1 === "c")) || (data1 === ""))){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/DeviceRuleType/enum",keyword:"enum",params:{allowedValues: schema64.enum}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.major !== undefined){
let data2 = data.major;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err4 = {instancePath:instancePath+"/major",schemaPath:"#/properties/major/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
const err5 = {instancePath:instancePath+"/major",schemaPath:"#/properties/major/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if(data2 < -1 || isNaN(data2)){
const err6 = {instancePath:instancePath+"/major",schemaPath:"#/properties/major/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
}
if(data.minor !== undefined){
let data3 = data.minor;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err7 = {instancePath:instancePath+"/minor",schemaPath:"#/properties/minor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
const err8 = {instancePath:instancePath+"/minor",schemaPath:"#/properties/minor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if(data3 < -1 || isNaN(data3)){
const err9 = {instancePath:instancePath+"/minor",schemaPath:"#/properties/minor/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
if(data.access !== undefined){
let data4 = data.access;
if(typeof data4 === "string"){
if(!pattern0.test(data4)){
const err10 = {instancePath:instancePath+"/access",schemaPath:"#/properties/access/pattern",keyword:"pattern",params:{pattern: "^[rwm]*$"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/access",schemaPath:"#/properties/access/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
validate43.errors = vErrors;
return errors === 0;
}

const schema65 = {"title":"Memory","description":"Limits in bytes.","type":"object","properties":{"limit":{"$ref":"#/definitions/Limit","description":"Memory limit."},"reservation":{"$ref":"#/definitions/Limit","description":"Soft memory limit."},"swap":{"$ref":"#/definitions/Limit","description":"Limit of memory plus swap."},"kernel":{"$ref":"#/definitions/Limit","description":"Kernel memory limit. Deprecated."},"kernelTCP":{"$ref":"#/definitions/Limit","description":"Limit of TCP buffers. Deprecated."},"swappiness":{"type":"integer","minimum":0,"maximum":100,"description":"How eagerly the kernel swaps pages out."},"disableOOMKiller":{"type":"boolean","description":"Out of memory, processes wait instead of being killed."},"useHierarchy":{"type":"boolean","description":"Limits also apply to child groups."},"checkBeforeUpdate":{"type":"boolean","description":"Refuse a limit below current use."}}};
const schema66 = {"title":"Limit","description":"-1 removes the limit. A bigint if larger than 2^53 - 1.","type":"integer","minimum":-1,"maximum":9223372036854776000,"tsType":"number | bigint"};

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.limit !== undefined){
let data0 = data.limit;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9223372036854776000 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < -1 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.reservation !== undefined){
let data1 = data.reservation;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/reservation",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 9223372036854776000 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/reservation",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < -1 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/reservation",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.swap !== undefined){
let data2 = data.swap;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err6 = {instancePath:instancePath+"/swap",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 9223372036854776000 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/swap",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data2 < -1 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/swap",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.kernel !== undefined){
let data3 = data.kernel;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err9 = {instancePath:instancePath+"/kernel",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 9223372036854776000 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/kernel",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data3 < -1 || isNaN(data3)){
const err11 = {instancePath:instancePath+"/kernel",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
if(data.kernelTCP !== undefined){
let data4 = data.kernelTCP;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err12 = {instancePath:instancePath+"/kernelTCP",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9223372036854776000 || isNaN(data4)){
const err13 = {instancePath:instancePath+"/kernelTCP",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
if(data4 < -1 || isNaN(data4)){
const err14 = {instancePath:instancePath+"/kernelTCP",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
}
if(data.swappiness !== undefined){
let data5 = data.swappiness;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err15 = {instancePath:instancePath+"/swappiness",schemaPath:"#/properties/swappiness/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 100 || isNaN(data5)){
const err16 = {instancePath:instancePath+"/swappiness",schemaPath:"#/properties/swappiness/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err17 = {instancePath:instancePath+"/swappiness",schemaPath:"#/properties/swappiness/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
if(data.disableOOMKiller !== undefined){
if(typeof data.disableOOMKiller !== "boolean"){
const err18 = {instancePath:instancePath+"/disableOOMKiller",schemaPath:"#/properties/disableOOMKiller/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
}
if(data.useHierarchy !== undefined){
if(typeof data.useHierarchy !== "boolean"){
const err19 = {instancePath:instancePath+"/useHierarchy",schemaPath:"#/properties/useHierarchy/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
if(data.checkBeforeUpdate !== undefined){
if(typeof data.checkBeforeUpdate !== "boolean"){
const err20 = {instancePath:instancePath+"/checkBeforeUpdate",schemaPath:"#/properties/checkBeforeUpdate/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
validate45.errors = vErrors;
return errors === 0;
}

const schema71 = {"title":"Cpu","description":"Processor time, in microseconds, and processors.","type":"object","properties":{"shares":{"$ref":"#/definitions/Uint64","description":"Weight relative to other groups."},"quota":{"$ref":"#/definitions/Int64","description":"Time per period; below 0 it is not limited."},"burst":{"$ref":"#/definitions/Uint64","description":"Unused time that can be spent later."},"period":{"$ref":"#/definitions/Uint64","description":"Length of a period."},"realtimeRuntime":{"$ref":"#/definitions/Limit","description":"Time per period for realtime processes."},"realtimePeriod":{"$ref":"#/definitions/Uint64","description":"Length of a period for realtime processes."},"cpus":{"type":"string","description":"Processors, such as `0-3,7`."},"mems":{"type":"string","description":"Memory nodes, such as `0-3,7`."},"idle":{"type":"integer","minimum":0,"maximum":1,"description":"1: SCHED_IDLE for the whole group."}}};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.shares !== undefined){
let data0 = data.shares;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/shares",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 18446744073709552000 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/shares",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/shares",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.quota !== undefined){
let data1 = data.quota;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/quota",schemaPath:"#/definitions/Int64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 9223372036854776000 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/quota",schemaPath:"#/definitions/Int64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < -9223372036854776000 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/quota",schemaPath:"#/definitions/Int64/minimum",keyword:"minimum",params:{comparison: ">=", limit: -9223372036854776000}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.burst !== undefined){
let data2 = data.burst;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err6 = {instancePath:instancePath+"/burst",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 18446744073709552000 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/burst",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err8 = {instancePath:instancePath+"/burst",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.period !== undefined){
let data3 = data.period;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err9 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 18446744073709552000 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err11 = {instancePath:instancePath+"/period",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
if(data.realtimeRuntime !== undefined){
let data4 = data.realtimeRuntime;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err12 = {instancePath:instancePath+"/realtimeRuntime",schemaPath:"#/definitions/Limit/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 9223372036854776000 || isNaN(data4)){
const err13 = {instancePath:instancePath+"/realtimeRuntime",schemaPath:"#/definitions/Limit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
if(data4 < -1 || isNaN(data4)){
const err14 = {instancePath:instancePath+"/realtimeRuntime",schemaPath:"#/definitions/Limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
}
if(data.realtimePeriod !== undefined){
let data5 = data.realtimePeriod;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err15 = {instancePath:instancePath+"/realtimePeriod",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 18446744073709552000 || isNaN(data5)){
const err16 = {instancePath:instancePath+"/realtimePeriod",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
if(data5 < 0 || isNaN(data5)){
const err17 = {instancePath:instancePath+"/realtimePeriod",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
if(data.cpus !== undefined){
if(typeof data.cpus !== "string"){
const err18 = {instancePath:instancePath+"/cpus",schemaPath:"#/properties/cpus/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
}
if(data.mems !== undefined){
if(typeof data.mems !== "string"){
const err19 = {instancePath:instancePath+"/mems",schemaPath:"#/properties/mems/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
if(data.idle !== undefined){
let data8 = data.idle;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err20 = {instancePath:instancePath+"/idle",schemaPath:"#/properties/idle/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1 || isNaN(data8)){
const err21 = {instancePath:instancePath+"/idle",schemaPath:"#/properties/idle/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/idle",schemaPath:"#/properties/idle/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err22];
}
else {
keep(vErrors, err22);
}
errors++;
}
}
}
}
else {
const err23 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err23];
}
else {
keep(vErrors, err23);
}
errors++;
}
validate47.errors = vErrors;
return errors === 0;
}

const schema78 = {"title":"Pids","description":"Number of tasks.","type":"object","properties":{"limit":{"$ref":"#/definitions/Int64","description":"0 is a limit, too; below 0 there is none."}}};

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.limit !== undefined){
let data0 = data.limit;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Int64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9223372036854776000 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Int64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9223372036854776000}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < -9223372036854776000 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Int64/minimum",keyword:"minimum",params:{comparison: ">=", limit: -9223372036854776000}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
validate49.errors = vErrors;
return errors === 0;
}

const schema80 = {"title":"BlockIo","description":"Block devices: shares and rates.","type":"object","properties":{"weight":{"$ref":"#/definitions/Uint16"},"leafWeight":{"$ref":"#/definitions/Uint16"},"weightDevice":{"type":"array","items":{"$ref":"#/definitions/WeightDevice"},"description":"Weights by device."},"throttleReadBpsDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Bytes per second, reading."},"throttleWriteBpsDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Bytes per second, writing."},"throttleReadIOPSDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Operations per second, reading."},"throttleWriteIOPSDevice":{"type":"array","items":{"$ref":"#/definitions/ThrottleDevice"},"description":"Operations per second, writing."}}};
const schema83 = {"title":"WeightDevice","description":"At least one of the two weights is required.","type":"object","required":["major","minor"],"properties":{"major":{"$ref":"#/definitions/DeviceMajor"},"minor":{"$ref":"#/definitions/DeviceMinor"},"weight":{"$ref":"#/definitions/Uint16"},"leafWeight":{"$ref":"#/definitions/Uint16"}}};

function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.major === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.minor === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.major !== undefined){
let data0 = data.major;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4095 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4095}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
if(data.minor !== undefined){
let data1 = data.minor;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err5 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 1048575 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1048575}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
if(data.weight !== undefined){
let data2 = data.weight;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err8 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 65535 || isNaN(data2)){
const err9 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
if(data.leafWeight !== undefined){
let data3 = data.leafWeight;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err11 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 65535 || isNaN(data3)){
const err12 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err13 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
validate52.errors = vErrors;
return errors === 0;
}

const schema88 = {"title":"ThrottleDevice","description":"A rate limit for one device.","type":"object","required":["major","minor","rate"],"properties":{"major":{"$ref":"#/definitions/DeviceMajor"},"minor":{"$ref":"#/definitions/DeviceMinor"},"rate":{"$ref":"#/definitions/Uint64"}}};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.major === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.minor === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.rate === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rate"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(data.major !== undefined){
let data0 = data.major;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4095 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4095}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/major",schemaPath:"#/definitions/DeviceMajor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.minor !== undefined){
let data1 = data.minor;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err6 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 1048575 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1048575}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/minor",schemaPath:"#/definitions/DeviceMinor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.rate !== undefined){
let data2 = data.rate;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err9 = {instancePath:instancePath+"/rate",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 18446744073709552000 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/rate",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/rate",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}


function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.weight !== undefined){
let data0 = data.weight;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 65535 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/weight",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.leafWeight !== undefined){
let data1 = data.leafWeight;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65535 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/leafWeight",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.weightDevice !== undefined){
let data2 = data.weightDevice;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate52(data2[i0], {instancePath:instancePath+"/weightDevice/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate52.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/weightDevice",schemaPath:"#/properties/weightDevice/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.throttleReadBpsDevice !== undefined){
let data4 = data.throttleReadBpsDevice;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
if(!(validate54(data4[i1], {instancePath:instancePath+"/throttleReadBpsDevice/" + i1,parentData:data4,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/throttleReadBpsDevice",schemaPath:"#/properties/throttleReadBpsDevice/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
if(data.throttleWriteBpsDevice !== undefined){
let data6 = data.throttleWriteBpsDevice;
if(Array.isArray(data6)){
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
if(!(validate54(data6[i2], {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,parentData:data6,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath:instancePath+"/throttleWriteBpsDevice",schemaPath:"#/properties/throttleWriteBpsDevice/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data.throttleReadIOPSDevice !== undefined){
let data8 = data.throttleReadIOPSDevice;
if(Array.isArray(data8)){
const len3 = data8.length;
for(let i3=0; i3<len3; i3++){
if(!(validate54(data8[i3], {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,parentData:data8,parentDataProperty:i3,rootData}))){
vErrors = join(vErrors, validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath:instancePath+"/throttleReadIOPSDevice",schemaPath:"#/properties/throttleReadIOPSDevice/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
if(data.throttleWriteIOPSDevice !== undefined){
let data10 = data.throttleWriteIOPSDevice;
if(Array.isArray(data10)){
const len4 = data10.length;
for(let i4=0; i4<len4; i4++){
if(!(validate54(data10[i4], {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,parentData:data10,parentDataProperty:i4,rootData}))){
vErrors = join(vErrors, validate54.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/throttleWriteIOPSDevice",schemaPath:"#/properties/throttleWriteIOPSDevice/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
validate51.errors = vErrors;
return errors === 0;
}

const schema92 = {"title":"HugepageLimit","description":"Limit for one huge page size.","type":"object","required":["pageSize","limit"],"properties":{"pageSize":{"type":"string","pattern":"^[1-9][0-9]*[KMG]B$","description":"As the kernel names it: 64KB, 2MB, 1GB."},"limit":{"$ref":"#/definitions/Uint64","description":"Bytes."}}};
const pattern1 = new RegExp("^[1-9][0-9]*[KMG]B$", "u");

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.pageSize === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pageSize"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.limit === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "limit"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.pageSize !== undefined){
let data0 = data.pageSize;
if(typeof data0 === "string"){
if(!pattern1.test(data0)){
const err2 = {instancePath:instancePath+"/pageSize",schemaPath:"#/properties/pageSize/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]*[KMG]B$"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/pageSize",schemaPath:"#/properties/pageSize/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.limit !== undefined){
let data1 = data.limit;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err4 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 18446744073709552000 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err6 = {instancePath:instancePath+"/limit",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
validate60.errors = vErrors;
return errors === 0;
}

const schema94 = {"title":"Network","description":"Marks for network packets (cgroup v1).","type":"object","properties":{"classID":{"$ref":"#/definitions/Uint32"},"priorities":{"type":"array","items":{"$ref":"#/definitions/InterfacePriority"},"description":"By interface."}}};
const schema95 = {"title":"Uint32","type":"integer","minimum":0,"maximum":4294967295};
const schema96 = {"title":"InterfacePriority","description":"Priority of outgoing traffic on one interface.","type":"object","required":["name","priority"],"properties":{"name":{"type":"string","description":"Interface in the runtime's network namespace."},"priority":{"$ref":"#/definitions/Uint32"}}};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.priority === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "priority"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.name !== undefined){
if(typeof data.name !== "string"){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.priority !== undefined){
let data1 = data.priority;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Uint32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 4294967295 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Uint32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/priority",schemaPath:"#/definitions/Uint32/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
validate63.errors = vErrors;
return errors === 0;
}


function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.classID !== undefined){
let data0 = data.classID;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/classID",schemaPath:"#/definitions/Uint32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4294967295 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/classID",schemaPath:"#/definitions/Uint32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/classID",schemaPath:"#/definitions/Uint32/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.priorities !== undefined){
let data1 = data.priorities;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate63(data1[i0], {instancePath:instancePath+"/priorities/" + i0,parentData:data1,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate63.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/priorities",schemaPath:"#/properties/priorities/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}

const schema98 = {"title":"Rdma","description":"At least one of the two is required.","type":"object","properties":{"hcaHandles":{"$ref":"#/definitions/Uint32"},"hcaObjects":{"$ref":"#/definitions/Uint32"}}};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hcaHandles !== undefined){
let data0 = data.hcaHandles;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err0 = {instancePath:instancePath+"/hcaHandles",schemaPath:"#/definitions/Uint32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4294967295 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/hcaHandles",schemaPath:"#/definitions/Uint32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err2 = {instancePath:instancePath+"/hcaHandles",schemaPath:"#/definitions/Uint32/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
}
if(data.hcaObjects !== undefined){
let data1 = data.hcaObjects;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/hcaObjects",schemaPath:"#/definitions/Uint32/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 4294967295 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/hcaObjects",schemaPath:"#/definitions/Uint32/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/hcaObjects",schemaPath:"#/definitions/Uint32/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
validate66.errors = vErrors;
return errors === 0;
}


function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.devices !== undefined){
let data0 = data.devices;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate43(data0[i0], {instancePath:instancePath+"/devices/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate43.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath:instancePath+"/devices",schemaPath:"#/properties/devices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
}
if(data.memory !== undefined){
if(!(validate45(data.memory, {instancePath:instancePath+"/memory",parentData:data,parentDataProperty:"memory",rootData}))){
vErrors = join(vErrors, validate45.errors);
errors = vErrors.length;
}
}
if(data.cpu !== undefined){
if(!(validate47(data.cpu, {instancePath:instancePath+"/cpu",parentData:data,parentDataProperty:"cpu",rootData}))){
vErrors = join(vErrors, validate47.errors);
errors = vErrors.length;
}
}
if(data.pids !== undefined){
if(!(validate49(data.pids, {instancePath:instancePath+"/pids",parentData:data,parentDataProperty:"pids",rootData}))){
vErrors = join(vErrors, validate49.errors);
errors = vErrors.length;
}
}
if(data.blockIO !== undefined){
if(!(validate51(data.blockIO, {instancePath:instancePath+"/blockIO",parentData:data,parentDataProperty:"blockIO",rootData}))){
vErrors = join(vErrors, validate51.errors);
errors = vErrors.length;
}
}
if(data.hugepageLimits !== undefined){
let data6 = data.hugepageLimits;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate60(data6[i1], {instancePath:instancePath+"/hugepageLimits/" + i1,parentData:data6,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate60.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/hugepageLimits",schemaPath:"#/properties/hugepageLimits/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.network !== undefined){
if(!(validate62(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = join(vErrors, validate62.errors);
errors = vErrors.length;
}
}
if(data.rdma !== undefined){
let data9 = data.rdma;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key0 in data9){
if(!(validate66(data9[key0], {instancePath:instancePath+"/rdma/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data9,parentDataProperty:key0,rootData}))){
vErrors = join(vErrors, validate66.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/rdma",schemaPath:"#/properties/rdma/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.unified !== undefined){
let data11 = data.unified;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key1 in data11){
if(typeof data11[key1] !== "string"){
const err3 = {instancePath:instancePath+"/unified/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/unified/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/unified",schemaPath:"#/properties/unified/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
validate42.errors = vErrors;
return errors === 0;
}

const schema102 = {"title":"MemoryPolicy","description":"As for set_mempolicy(2).","type":"object","required":["mode"],"properties":{"mode":{"$ref":"#/definitions/MemoryPolicyMode"},"nodes":{"type":"string","description":"Memory nodes, such as `0-3,7`."},"flags":{"type":"array","items":{"$ref":"#/definitions/MemoryPolicyFlag"},"description":"Flags of set_mempolicy(2)."}}};
const schema103 = {"title":"MemoryPolicyMode","description":"See set_mempolicy(2).","type":"string","enum":["MPOL_DEFAULT","MPOL_BIND","MPOL_INTERLEAVE","MPOL_WEIGHTED_INTERLEAVE","MPOL_PREFERRED","MPOL_PREFERRED_MANY","MPOL_LOCAL"]};
const schema104 = {"title":"MemoryPolicyFlag","description":"See set_mempolicy(2).","type":"string","enum":["MPOL_F_NUMA_BALANCING","MPOL_F_RELATIVE_NODES","MPOL_F_STATIC_NODES"]};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.mode === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "mode"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.mode !== undefined){
let data0 = data.mode;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/mode",schemaPath:"#/definitions/MemoryPolicyMode/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!(((((((data0 === "MPOL_DEFAULT") || (data0 === "MPOL_BIND")) || (data0 === "MPOL_INTERLEAVE")) || (data0 === "MPOL_WEIGHTED_INTERLEAVE")) || (data0 === "MPOL_PREFERRED")) || (data0 === "MPOL_PREFERRED_MANY")) || (data0 === "MPOL_LOCAL"))){
const err2 = {instancePath:instancePath+"/mode",schemaPath:"#/definitions/MemoryPolicyMode/enum",keyword:"enum",params:{allowedValues: schema103.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.nodes !== undefined){
if(typeof data.nodes !== "string"){
const err3 = {instancePath:instancePath+"/nodes",schemaPath:"#/properties/nodes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.flags !== undefined){
let data2 = data.flags;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/flags/" + i0,schemaPath:"#/definitions/MemoryPolicyFlag/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(!(((data3 === "MPOL_F_NUMA_BALANCING") || (data3 === "MPOL_F_RELATIVE_NODES")) || (data3 === "MPOL_F_STATIC_NODES"))){
const err5 = {instancePath:instancePath+"/flags/" + i0,schemaPath:"#/definitions/MemoryPolicyFlag/enum",keyword:"enum",params:{allowedValues: schema104.enum}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/flags",schemaPath:"#/properties/flags/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
validate69.errors = vErrors;
return errors === 0;
}

const schema105 = {"title":"Seccomp","description":"The system call filter, in libseccomp's terms.","type":"object","required":["defaultAction"],"properties":{"defaultAction":{"$ref":"#/definitions/SeccompAction"},"defaultErrnoRet":{"$ref":"#/definitions/Uint16","description":"errno for a default action that takes one; EPERM if absent."},"architectures":{"type":"array","items":{"$ref":"#/definitions/SeccompArch"},"description":"Besides the machine's own."},"flags":{"type":"array","items":{"$ref":"#/definitions/SeccompFlag"},"description":"Flags of seccomp(2)."},"listenerPath":{"type":"string","description":"Socket that receives the descriptor for SCMP_ACT_NOTIFY."},"listenerMetadata":{"type":"string","description":"Passed on to the listener; only with listenerPath."},"syscalls":{"type":"array","items":{"$ref":"#/definitions/SeccompRule"},"description":"Exceptions from the default action."}}};
const schema106 = {"title":"SeccompAction","description":"See seccomp_rule_add(3).","type":"string","enum":["SCMP_ACT_KILL","SCMP_ACT_KILL_PROCESS","SCMP_ACT_KILL_THREAD","SCMP_ACT_TRAP","SCMP_ACT_ERRNO","SCMP_ACT_TRACE","SCMP_ACT_ALLOW","SCMP_ACT_LOG","SCMP_ACT_NOTIFY"]};
const schema108 = {"title":"SeccompArch","description":"See seccomp_arch_add(3).","type":"string","enum":["SCMP_ARCH_X86","SCMP_ARCH_X86_64","SCMP_ARCH_X32","SCMP_ARCH_ARM","SCMP_ARCH_AARCH64","SCMP_ARCH_MIPS","SCMP_ARCH_MIPS64","SCMP_ARCH_MIPS64N32","SCMP_ARCH_MIPSEL","SCMP_ARCH_MIPSEL64","SCMP_ARCH_MIPSEL64N32","SCMP_ARCH_PPC","SCMP_ARCH_PPC64","SCMP_ARCH_PPC64LE","SCMP_ARCH_S390","SCMP_ARCH_S390X","SCMP_ARCH_PARISC","SCMP_ARCH_PARISC64","SCMP_ARCH_RISCV64","SCMP_ARCH_LOONGARCH64","SCMP_ARCH_M68K","SCMP_ARCH_SH","SCMP_ARCH_SHEB"]};
const schema109 = {"title":"SeccompFlag","description":"See seccomp(2).","type":"string","enum":["SECCOMP_FILTER_FLAG_TSYNC","SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_SPEC_ALLOW","SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]};
const schema110 = {"title":"SeccompRule","description":"An action for some system calls.","type":"object","required":["names","action"],"properties":{"names":{"type":"array","items":{"type":"string"},"minItems":1,"description":"System calls; unknown ones are ignored."},"action":{"$ref":"#/definitions/SeccompAction"},"errnoRet":{"$ref":"#/definitions/Uint16","description":"errno for an action that takes one; EPERM if absent."},"args":{"type":"array","items":{"$ref":"#/definitions/SeccompArg"},"description":"Conditions that must all hold."}}};
const schema113 = {"title":"SeccompArg","description":"A condition on one argument.","type":"object","required":["index","value","op"],"properties":{"index":{"type":"integer","minimum":0,"maximum":5,"description":"Which argument."},"value":{"$ref":"#/definitions/Uint64"},"valueTwo":{"$ref":"#/definitions/Uint64","description":"For SCMP_CMP_MASKED_EQ: the expected result under the mask `value`."},"op":{"$ref":"#/definitions/SeccompOperator"}}};
const schema116 = {"title":"SeccompOperator","description":"See seccomp_rule_add(3).","type":"string","enum":["SCMP_CMP_NE","SCMP_CMP_LT","SCMP_CMP_LE","SCMP_CMP_EQ","SCMP_CMP_GE","SCMP_CMP_GT","SCMP_CMP_MASKED_EQ"]};

function validate73(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.index === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "index"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.value === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "value"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.op === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "op"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(data.index !== undefined){
let data0 = data.index;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 5 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 5}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data0 < 0 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/index",schemaPath:"#/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.value !== undefined){
let data1 = data.value;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err6 = {instancePath:instancePath+"/value",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 18446744073709552000 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/value",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/value",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
}
if(data.valueTwo !== undefined){
let data2 = data.valueTwo;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err9 = {instancePath:instancePath+"/valueTwo",schemaPath:"#/definitions/Uint64/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 18446744073709552000 || isNaN(data2)){
const err10 = {instancePath:instancePath+"/valueTwo",schemaPath:"#/definitions/Uint64/maximum",keyword:"maximum",params:{comparison: "<=", limit: 18446744073709552000}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err11 = {instancePath:instancePath+"/valueTwo",schemaPath:"#/definitions/Uint64/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
if(data.op !== undefined){
let data3 = data.op;
if(typeof data3 !== "string"){
const err12 = {instancePath:instancePath+"/op",schemaPath:"#/definitions/SeccompOperator/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if(!(((((((data3 === "SCMP_CMP_NE") || (data3 === "SCMP_CMP_LT")) || (data3 === "SCMP_CMP_LE")) || (data3 === "SCMP_CMP_EQ")) || (data3 === "SCMP_CMP_GE")) || (data3 === "SCMP_CMP_GT")) || (data3 === "SCMP_CMP_MASKED_EQ"))){
const err13 = {instancePath:instancePath+"/op",schemaPath:"#/definitions/SeccompOperator/enum",keyword:"enum",params:{allowedValues: schema116.enum}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
validate73.errors = vErrors;
return errors === 0;
}


function validate72(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.names === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "names"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.action === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "action"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(data.names !== undefined){
let data0 = data.names;
if(Array.isArray(data0)){
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/names",schemaPath:"#/properties/names/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(typeof data0[i0] !== "string"){
const err3 = {instancePath:instancePath+"/names/" + i0,schemaPath:"#/properties/names/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/names",schemaPath:"#/properties/names/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
if(data.action !== undefined){
let data2 = data.action;
if(typeof data2 !== "string"){
const err5 = {instancePath:instancePath+"/action",schemaPath:"#/definitions/SeccompAction/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
if(!(((((((((data2 === "SCMP_ACT_KILL") || (data2 === "SCMP_ACT_KILL_PROCESS")) || (data2 === "SCMP_ACT_KILL_THREAD")) || (data2 === "SCMP_ACT_TRAP")) || (data2 === "SCMP_ACT_ERRNO")) || (data2 === "SCMP_ACT_TRACE")) || (data2 === "SCMP_ACT_ALLOW")) || (data2 === "SCMP_ACT_LOG")) || (data2 === "SCMP_ACT_NOTIFY"))){
const err6 = {instancePath:instancePath+"/action",schemaPath:"#/definitions/SeccompAction/enum",keyword:"enum",params:{allowedValues: schema106.enum}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.errnoRet !== undefined){
let data3 = data.errnoRet;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err7 = {instancePath:instancePath+"/errnoRet",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 65535 || isNaN(data3)){
const err8 = {instancePath:instancePath+"/errnoRet",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err9 = {instancePath:instancePath+"/errnoRet",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
if(data.args !== undefined){
let data4 = data.args;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
if(!(validate73(data4[i1], {instancePath:instancePath+"/args/" + i1,parentData:data4,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate73.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/args",schemaPath:"#/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
validate72.errors = vErrors;
return errors === 0;
}


function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.defaultAction === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "defaultAction"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.defaultAction !== undefined){
let data0 = data.defaultAction;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/defaultAction",schemaPath:"#/definitions/SeccompAction/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!(((((((((data0 === "SCMP_ACT_KILL") || (data0 === "SCMP_ACT_KILL_PROCESS")) || (data0 === "SCMP_ACT_KILL_THREAD")) || (data0 === "SCMP_ACT_TRAP")) || (data0 === "SCMP_ACT_ERRNO")) || (data0 === "SCMP_ACT_TRACE")) || (data0 === "SCMP_ACT_ALLOW")) || (data0 === "SCMP_ACT_LOG")) || (data0 === "SCMP_ACT_NOTIFY"))){
const err2 = {instancePath:instancePath+"/defaultAction",schemaPath:"#/definitions/SeccompAction/enum",keyword:"enum",params:{allowedValues: schema106.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.defaultErrnoRet !== undefined){
let data1 = data.defaultErrnoRet;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/defaultErrnoRet",schemaPath:"#/definitions/Uint16/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65535 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/defaultErrnoRet",schemaPath:"#/definitions/Uint16/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/defaultErrnoRet",schemaPath:"#/definitions/Uint16/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
if(data.architectures !== undefined){
let data2 = data.architectures;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
const err6 = {instancePath:instancePath+"/architectures/" + i0,schemaPath:"#/definitions/SeccompArch/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
if(!(((((((((((((((((((((((data3 === "SCMP_ARCH_X86") || (data3 === "SCMP_ARCH_X86_64")) || (data3 === "SCMP_ARCH_X32")) || (data3 === "SCMP_ARCH_ARM")) || (data3 === "SCMP_ARCH_AARCH64")) || (data3 === "SCMP_ARCH_MIPS")) || (data3 === "SCMP_ARCH_MIPS64")) || (data3 === "SCMP_ARCH_MIPS64N32")) || (data3 === "SCMP_ARCH_MIPSEL")) || (data3 === "SCMP_ARCH_MIPSEL64")) || (data3 === "SCMP_ARCH_MIPSEL64N32")) || (data3 === "SCMP_ARCH_PPC")) || (data3 === "SCMP_ARCH_PPC64")) || (data3 === "SCMP_ARCH_PPC64LE")) || (data3 === "SCMP_ARCH_S390")) || (data3 === "SCMP_ARCH_S390X")) || (data3 === "SCMP_ARCH_PARISC")) || (data3 === "SCMP_ARCH_PARISC64")) || (data3 === "SCMP_ARCH_RISCV64")) || (data3 === "SCMP_ARCH_LOONGARCH64")) || (data3 === "SCMP_ARCH_M68K")) || (data3 === "SCMP_ARCH_SH")) || (data3 === "SCMP_ARCH_SHEB"))){
const err7 = {instancePath:instancePath+"/architectures/" + i0,schemaPath:"#/definitions/SeccompArch/enum",keyword:"enum",params:{allowedValues: schema108.enum}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/architectures",schemaPath:"#/properties/architectures/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data.flags !== undefined){
let data4 = data.flags;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 !== "string"){
const err9 = {instancePath:instancePath+"/flags/" + i1,schemaPath:"#/definitions/SeccompFlag/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
if(!((((data5 === "SECCOMP_FILTER_FLAG_TSYNC") || (data5 === "SECCOMP_FILTER_FLAG_LOG")) || (data5 === "SECCOMP_FILTER_FLAG_SPEC_ALLOW")) || (data5 === "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"))){
const err10 = {instancePath:instancePath+"/flags/" + i1,schemaPath:"#/definitions/SeccompFlag/enum",keyword:"enum",params:{allowedValues: schema109.enum}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/flags",schemaPath:"#/properties/flags/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
if(data.listenerPath !== undefined){
if(typeof data.listenerPath !== "string"){
const err12 = {instancePath:instancePath+"/listenerPath",schemaPath:"#/properties/listenerPath/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
if(data.listenerMetadata !== undefined){
if(typeof data.listenerMetadata !== "string"){
const err13 = {instancePath:instancePath+"/listenerMetadata",schemaPath:"#/properties/listenerMetadata/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
if(data.syscalls !== undefined){
let data8 = data.syscalls;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate72(data8[i2], {instancePath:instancePath+"/syscalls/" + i2,parentData:data8,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate72.errors);
errors = vErrors.length;
}
}
}
else {
const err14 = {instancePath:instancePath+"/syscalls",schemaPath:"#/properties/syscalls/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
validate71.errors = vErrors;
return errors === 0;
}

const schema118 = {"title":"Personality","description":"As for personality(2).","type":"object","required":["domain"],"properties":{"domain":{"$ref":"#/definitions/PersonalityDomain"},"flags":{"type":"array","items":{"type":"string"},"maxItems":0,"description":"No flags are defined yet."}}};
const schema119 = {"title":"PersonalityDomain","description":"LINUX32 makes uname(2) report a 32-bit machine.","type":"string","enum":["LINUX","LINUX32"]};

function validate77(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.domain === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "domain"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.domain !== undefined){
let data0 = data.domain;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/domain",schemaPath:"#/definitions/PersonalityDomain/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!((data0 === "LINUX") || (data0 === "LINUX32"))){
const err2 = {instancePath:instancePath+"/domain",schemaPath:"#/definitions/PersonalityDomain/enum",keyword:"enum",params:{allowedValues: schema119.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.flags !== undefined){
let data1 = data.flags;
if(Array.isArray(data1)){
if(data1.length > 0){
const err3 = {instancePath:instancePath+"/flags",schemaPath:"#/properties/flags/maxItems",keyword:"maxItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(typeof data1[i0] !== "string"){
const err4 = {instancePath:instancePath+"/flags/" + i0,schemaPath:"#/properties/flags/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/flags",schemaPath:"#/properties/flags/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
validate77.errors = vErrors;
return errors === 0;
}


function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.namespaces !== undefined){
let data0 = data.namespaces;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate31(data0[i0], {instancePath:instancePath+"/namespaces/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate31.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
}
if(data.uidMappings !== undefined){
let data2 = data.uidMappings;
if(Array.isArray(data2)){
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
if(!(validate12(data2[i1], {instancePath:instancePath+"/uidMappings/" + i1,parentData:data2,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/uidMappings",schemaPath:"#/properties/uidMappings/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.gidMappings !== undefined){
let data4 = data.gidMappings;
if(Array.isArray(data4)){
const len2 = data4.length;
for(let i2=0; i2<len2; i2++){
if(!(validate12(data4[i2], {instancePath:instancePath+"/gidMappings/" + i2,parentData:data4,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/gidMappings",schemaPath:"#/properties/gidMappings/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.timeOffsets !== undefined){
if(!(validate35(data.timeOffsets, {instancePath:instancePath+"/timeOffsets",parentData:data,parentDataProperty:"timeOffsets",rootData}))){
vErrors = join(vErrors, validate35.errors);
errors = vErrors.length;
}
}
if(data.devices !== undefined){
let data7 = data.devices;
if(Array.isArray(data7)){
const len3 = data7.length;
for(let i3=0; i3<len3; i3++){
if(!(validate40(data7[i3], {instancePath:instancePath+"/devices/" + i3,parentData:data7,parentDataProperty:i3,rootData}))){
vErrors = join(vErrors, validate40.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/devices",schemaPath:"#/properties/devices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.netDevices !== undefined){
let data9 = data.netDevices;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key0 in data9){
let data10 = data9[key0];
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.name !== undefined){
if(typeof data10.name !== "string"){
const err4 = {instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/name",schemaPath:"#/definitions/NetDevice/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/NetDevice/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/netDevices",schemaPath:"#/properties/netDevices/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.cgroupsPath !== undefined){
if(typeof data.cgroupsPath !== "string"){
const err7 = {instancePath:instancePath+"/cgroupsPath",schemaPath:"#/properties/cgroupsPath/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
if(data.resources !== undefined){
if(!(validate42(data.resources, {instancePath:instancePath+"/resources",parentData:data,parentDataProperty:"resources",rootData}))){
vErrors = join(vErrors, validate42.errors);
errors = vErrors.length;
}
}
if(data.intelRdt !== undefined){
let data14 = data.intelRdt;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.closID !== undefined){
if(typeof data14.closID !== "string"){
const err8 = {instancePath:instancePath+"/intelRdt/closID",schemaPath:"#/definitions/IntelRdt/properties/closID/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data14.schemata !== undefined){
let data16 = data14.schemata;
if(Array.isArray(data16)){
const len4 = data16.length;
for(let i4=0; i4<len4; i4++){
if(typeof data16[i4] !== "string"){
const err9 = {instancePath:instancePath+"/intelRdt/schemata/" + i4,schemaPath:"#/definitions/IntelRdt/properties/schemata/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/intelRdt/schemata",schemaPath:"#/definitions/IntelRdt/properties/schemata/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
if(data14.l3CacheSchema !== undefined){
if(typeof data14.l3CacheSchema !== "string"){
const err11 = {instancePath:instancePath+"/intelRdt/l3CacheSchema",schemaPath:"#/definitions/IntelRdt/properties/l3CacheSchema/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
if(data14.memBwSchema !== undefined){
if(typeof data14.memBwSchema !== "string"){
const err12 = {instancePath:instancePath+"/intelRdt/memBwSchema",schemaPath:"#/definitions/IntelRdt/properties/memBwSchema/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
if(data14.enableMonitoring !== undefined){
if(typeof data14.enableMonitoring !== "boolean"){
const err13 = {instancePath:instancePath+"/intelRdt/enableMonitoring",schemaPath:"#/definitions/IntelRdt/properties/enableMonitoring/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/intelRdt",schemaPath:"#/definitions/IntelRdt/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
if(data.memoryPolicy !== undefined){
if(!(validate69(data.memoryPolicy, {instancePath:instancePath+"/memoryPolicy",parentData:data,parentDataProperty:"memoryPolicy",rootData}))){
vErrors = join(vErrors, validate69.errors);
errors = vErrors.length;
}
}
if(data.sysctl !== undefined){
let data22 = data.sysctl;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key1 in data22){
if(typeof data22[key1] !== "string"){
const err15 = {instancePath:instancePath+"/sysctl/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/sysctl/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/sysctl",schemaPath:"#/properties/sysctl/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
if(data.seccomp !== undefined){
if(!(validate71(data.seccomp, {instancePath:instancePath+"/seccomp",parentData:data,parentDataProperty:"seccomp",rootData}))){
vErrors = join(vErrors, validate71.errors);
errors = vErrors.length;
}
}
if(data.rootfsPropagation !== undefined){
let data25 = data.rootfsPropagation;
if(typeof data25 !== "string"){
const err17 = {instancePath:instancePath+"/rootfsPropagation",schemaPath:"#/definitions/RootfsPropagation/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
if(!(((((((((data25 === "shared") || (data25 === "slave")) || (data25 === "private")) || (data25 === "unbindable")) || (data25 === "rshared")) || (data25 === "rslave")) || (data25 === "rprivate")) || (data25 === "runbindable")) || (data25 === ""))){
const err18 = {instancePath:instancePath+"/rootfsPropagation",schemaPath:"#/definitions/RootfsPropagation/enum",keyword:"enum",params:{allowedValues: schema117.enum}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
}
if(data.maskedPaths !== undefined){
let data26 = data.maskedPaths;
if(Array.isArray(data26)){
const len5 = data26.length;
for(let i5=0; i5<len5; i5++){
if(typeof data26[i5] !== "string"){
const err19 = {instancePath:instancePath+"/maskedPaths/" + i5,schemaPath:"#/properties/maskedPaths/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/maskedPaths",schemaPath:"#/properties/maskedPaths/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
if(data.readonlyPaths !== undefined){
let data28 = data.readonlyPaths;
if(Array.isArray(data28)){
const len6 = data28.length;
for(let i6=0; i6<len6; i6++){
if(typeof data28[i6] !== "string"){
const err21 = {instancePath:instancePath+"/readonlyPaths/" + i6,schemaPath:"#/properties/readonlyPaths/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/readonlyPaths",schemaPath:"#/properties/readonlyPaths/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err22];
}
else {
keep(vErrors, err22);
}
errors++;
}
}
if(data.mountLabel !== undefined){
if(typeof data.mountLabel !== "string"){
const err23 = {instancePath:instancePath+"/mountLabel",schemaPath:"#/properties/mountLabel/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
keep(vErrors, err23);
}
errors++;
}
}
if(data.personality !== undefined){
if(!(validate77(data.personality, {instancePath:instancePath+"/personality",parentData:data,parentDataProperty:"personality",rootData}))){
vErrors = join(vErrors, validate77.errors);
errors = vErrors.length;
}
}
}
else {
const err24 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err24];
}
else {
keep(vErrors, err24);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="config.json" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.ociVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ociVersion"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.ociVersion !== undefined){
if(typeof data.ociVersion !== "string"){
const err1 = {instancePath:instancePath+"/ociVersion",schemaPath:"#/properties/ociVersion/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.root !== undefined){
let data1 = data.root;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.path === undefined){
const err2 = {instancePath:instancePath+"/root",schemaPath:"#/definitions/Root/required",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
const err3 = {instancePath:instancePath+"/root/path",schemaPath:"#/definitions/Root/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data1.readonly !== undefined){
if(typeof data1.readonly !== "boolean"){
const err4 = {instancePath:instancePath+"/root/readonly",schemaPath:"#/definitions/Root/properties/readonly/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/root",schemaPath:"#/definitions/Root/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
if(data.mounts !== undefined){
let data4 = data.mounts;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
if(!(validate11(data4[i0], {instancePath:instancePath+"/mounts/" + i0,parentData:data4,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath:instancePath+"/mounts",schemaPath:"#/properties/mounts/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.process !== undefined){
if(!(validate16(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = join(vErrors, validate16.errors);
errors = vErrors.length;
}
}
if(data.hostname !== undefined){
if(typeof data.hostname !== "string"){
const err7 = {instancePath:instancePath+"/hostname",schemaPath:"#/properties/hostname/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
if(data.domainname !== undefined){
if(typeof data.domainname !== "string"){
const err8 = {instancePath:instancePath+"/domainname",schemaPath:"#/properties/domainname/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data.hooks !== undefined){
if(!(validate28(data.hooks, {instancePath:instancePath+"/hooks",parentData:data,parentDataProperty:"hooks",rootData}))){
vErrors = join(vErrors, validate28.errors);
errors = vErrors.length;
}
}
if(data.annotations !== undefined){
let data10 = data.annotations;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key0 in data10){
if(typeof data10[key0] !== "string"){
const err9 = {instancePath:instancePath+"/annotations/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/annotations",schemaPath:"#/properties/annotations/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
if(data.linux !== undefined){
if(!(validate30(data.linux, {instancePath:instancePath+"/linux",parentData:data,parentDataProperty:"linux",rootData}))){
vErrors = join(vErrors, validate30.errors);
errors = vErrors.length;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const process = validate80;
const schema120 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"process.json","description":"process.json: what `exec --process` reads.","$ref":"config.json#/definitions/Process"};

function validate81(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cwd === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cwd"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.terminal !== undefined){
if(typeof data.terminal !== "boolean"){
const err1 = {instancePath:instancePath+"/terminal",schemaPath:"#/properties/terminal/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.consoleSize !== undefined){
if(!(validate17(data.consoleSize, {instancePath:instancePath+"/consoleSize",parentData:data,parentDataProperty:"consoleSize",rootData}))){
vErrors = join(vErrors, validate17.errors);
errors = vErrors.length;
}
}
if(data.cwd !== undefined){
if(typeof data.cwd !== "string"){
const err2 = {instancePath:instancePath+"/cwd",schemaPath:"#/properties/cwd/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.env !== undefined){
let data3 = data.env;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(typeof data3[i0] !== "string"){
const err3 = {instancePath:instancePath+"/env/" + i0,schemaPath:"#/properties/env/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
if(data.args !== undefined){
let data5 = data.args;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
if(typeof data5[i1] !== "string"){
const err5 = {instancePath:instancePath+"/args/" + i1,schemaPath:"#/properties/args/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/args",schemaPath:"#/properties/args/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.user !== undefined){
if(!(validate19(data.user, {instancePath:instancePath+"/user",parentData:data,parentDataProperty:"user",rootData}))){
vErrors = join(vErrors, validate19.errors);
errors = vErrors.length;
}
}
if(data.rlimits !== undefined){
let data8 = data.rlimits;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate21(data8[i2], {instancePath:instancePath+"/rlimits/" + i2,parentData:data8,parentDataProperty:i2,rootData}))){
vErrors = join(vErrors, validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/rlimits",schemaPath:"#/properties/rlimits/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
}
if(data.apparmorProfile !== undefined){
if(typeof data.apparmorProfile !== "string"){
const err8 = {instancePath:instancePath+"/apparmorProfile",schemaPath:"#/properties/apparmorProfile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
}
if(data.capabilities !== undefined){
let data11 = data.capabilities;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.bounding !== undefined){
let data12 = data11.bounding;
if(Array.isArray(data12)){
const len3 = data12.length;
for(let i3=0; i3<len3; i3++){
if(typeof data12[i3] !== "string"){
const err9 = {instancePath:instancePath+"/capabilities/bounding/" + i3,schemaPath:"#/definitions/Capabilities/properties/bounding/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/capabilities/bounding",schemaPath:"#/definitions/Capabilities/properties/bounding/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
if(data11.effective !== undefined){
let data14 = data11.effective;
if(Array.isArray(data14)){
const len4 = data14.length;
for(let i4=0; i4<len4; i4++){
if(typeof data14[i4] !== "string"){
const err11 = {instancePath:instancePath+"/capabilities/effective/" + i4,schemaPath:"#/definitions/Capabilities/properties/effective/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/capabilities/effective",schemaPath:"#/definitions/Capabilities/properties/effective/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
}
if(data11.inheritable !== undefined){
let data16 = data11.inheritable;
if(Array.isArray(data16)){
const len5 = data16.length;
for(let i5=0; i5<len5; i5++){
if(typeof data16[i5] !== "string"){
const err13 = {instancePath:instancePath+"/capabilities/inheritable/" + i5,schemaPath:"#/definitions/Capabilities/properties/inheritable/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/capabilities/inheritable",schemaPath:"#/definitions/Capabilities/properties/inheritable/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
if(data11.permitted !== undefined){
let data18 = data11.permitted;
if(Array.isArray(data18)){
const len6 = data18.length;
for(let i6=0; i6<len6; i6++){
if(typeof data18[i6] !== "string"){
const err15 = {instancePath:instancePath+"/capabilities/permitted/" + i6,schemaPath:"#/definitions/Capabilities/properties/permitted/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/capabilities/permitted",schemaPath:"#/definitions/Capabilities/properties/permitted/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
if(data11.ambient !== undefined){
let data20 = data11.ambient;
if(Array.isArray(data20)){
const len7 = data20.length;
for(let i7=0; i7<len7; i7++){
if(typeof data20[i7] !== "string"){
const err17 = {instancePath:instancePath+"/capabilities/ambient/" + i7,schemaPath:"#/definitions/Capabilities/properties/ambient/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/capabilities/ambient",schemaPath:"#/definitions/Capabilities/properties/ambient/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/capabilities",schemaPath:"#/definitions/Capabilities/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err19];
}
else {
keep(vErrors, err19);
}
errors++;
}
}
if(data.noNewPrivileges !== undefined){
if(typeof data.noNewPrivileges !== "boolean"){
const err20 = {instancePath:instancePath+"/noNewPrivileges",schemaPath:"#/properties/noNewPrivileges/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err20];
}
else {
keep(vErrors, err20);
}
errors++;
}
}
if(data.oomScoreAdj !== undefined){
let data23 = data.oomScoreAdj;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err21 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err21];
}
else {
keep(vErrors, err21);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 1000 || isNaN(data23)){
const err22 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err22];
}
else {
keep(vErrors, err22);
}
errors++;
}
if(data23 < -1000 || isNaN(data23)){
const err23 = {instancePath:instancePath+"/oomScoreAdj",schemaPath:"#/properties/oomScoreAdj/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1000}};
if(vErrors === null){
vErrors = [err23];
}
else {
keep(vErrors, err23);
}
errors++;
}
}
}
if(data.scheduler !== undefined){
if(!(validate23(data.scheduler, {instancePath:instancePath+"/scheduler",parentData:data,parentDataProperty:"scheduler",rootData}))){
vErrors = join(vErrors, validate23.errors);
errors = vErrors.length;
}
}
if(data.selinuxLabel !== undefined){
if(typeof data.selinuxLabel !== "string"){
const err24 = {instancePath:instancePath+"/selinuxLabel",schemaPath:"#/properties/selinuxLabel/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
keep(vErrors, err24);
}
errors++;
}
}
if(data.ioPriority !== undefined){
if(!(validate25(data.ioPriority, {instancePath:instancePath+"/ioPriority",parentData:data,parentDataProperty:"ioPriority",rootData}))){
vErrors = join(vErrors, validate25.errors);
errors = vErrors.length;
}
}
if(data.execCPUAffinity !== undefined){
let data27 = data.execCPUAffinity;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(data27.initial !== undefined){
if(typeof data27.initial !== "string"){
const err25 = {instancePath:instancePath+"/execCPUAffinity/initial",schemaPath:"#/definitions/ExecCpuAffinity/properties/initial/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err25];
}
else {
keep(vErrors, err25);
}
errors++;
}
}
if(data27.final !== undefined){
if(typeof data27.final !== "string"){
const err26 = {instancePath:instancePath+"/execCPUAffinity/final",schemaPath:"#/definitions/ExecCpuAffinity/properties/final/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err26];
}
else {
keep(vErrors, err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/execCPUAffinity",schemaPath:"#/definitions/ExecCpuAffinity/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err27];
}
else {
keep(vErrors, err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err28];
}
else {
keep(vErrors, err28);
}
errors++;
}
validate81.errors = vErrors;
return errors === 0;
}


function validate80(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="process.json" */;
let vErrors = null;
let errors = 0;
if(!(validate81(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = join(vErrors, validate81.errors);
errors = vErrors.length;
}
validate80.errors = vErrors;
return errors === 0;
}

export const resources = validate88;
const schema124 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"resources.json","description":"What `update --resources` reads.","$ref":"config.json#/definitions/Resources"};

function validate89(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.devices !== undefined){
let data0 = data.devices;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate43(data0[i0], {instancePath:instancePath+"/devices/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = join(vErrors, validate43.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath:instancePath+"/devices",schemaPath:"#/properties/devices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
}
if(data.memory !== undefined){
if(!(validate45(data.memory, {instancePath:instancePath+"/memory",parentData:data,parentDataProperty:"memory",rootData}))){
vErrors = join(vErrors, validate45.errors);
errors = vErrors.length;
}
}
if(data.cpu !== undefined){
if(!(validate47(data.cpu, {instancePath:instancePath+"/cpu",parentData:data,parentDataProperty:"cpu",rootData}))){
vErrors = join(vErrors, validate47.errors);
errors = vErrors.length;
}
}
if(data.pids !== undefined){
if(!(validate49(data.pids, {instancePath:instancePath+"/pids",parentData:data,parentDataProperty:"pids",rootData}))){
vErrors = join(vErrors, validate49.errors);
errors = vErrors.length;
}
}
if(data.blockIO !== undefined){
if(!(validate51(data.blockIO, {instancePath:instancePath+"/blockIO",parentData:data,parentDataProperty:"blockIO",rootData}))){
vErrors = join(vErrors, validate51.errors);
errors = vErrors.length;
}
}
if(data.hugepageLimits !== undefined){
let data6 = data.hugepageLimits;
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate60(data6[i1], {instancePath:instancePath+"/hugepageLimits/" + i1,parentData:data6,parentDataProperty:i1,rootData}))){
vErrors = join(vErrors, validate60.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath:instancePath+"/hugepageLimits",schemaPath:"#/properties/hugepageLimits/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
}
if(data.network !== undefined){
if(!(validate62(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = join(vErrors, validate62.errors);
errors = vErrors.length;
}
}
if(data.rdma !== undefined){
let data9 = data.rdma;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key0 in data9){
if(!(validate66(data9[key0], {instancePath:instancePath+"/rdma/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data9,parentDataProperty:key0,rootData}))){
vErrors = join(vErrors, validate66.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/rdma",schemaPath:"#/properties/rdma/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.unified !== undefined){
let data11 = data.unified;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key1 in data11){
if(typeof data11[key1] !== "string"){
const err3 = {instancePath:instancePath+"/unified/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/unified/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/unified",schemaPath:"#/properties/unified/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
validate89.errors = vErrors;
return errors === 0;
}


function validate88(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="resources.json" */;
let vErrors = null;
let errors = 0;
if(!(validate89(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = join(vErrors, validate89.errors);
errors = vErrors.length;
}
validate88.errors = vErrors;
return errors === 0;
}

export const layers = validate99;
const schema126 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"layers.json","title":"LayersFile","description":"layers.json beside config.json: the root filesystem is assembled from these layers. Exactly one of image and layers is required.","type":"object","required":["schemaVersion"],"properties":{"schemaVersion":{"type":"integer","enum":[1],"description":"Version of this format."},"image":{"type":"string","description":"Reference of an image in the store."},"layers":{"type":"array","items":{"type":"string"},"description":"Digests of layers in the store, or directories: absolute or relative to the bundle. Lowest first, as in an image."},"upper":{"type":"string","description":"Directory of the writable layer, or with vfs and btrfs of the whole root: absolute or relative to the bundle. UPPER.work beside it is for the kernel. If absent, upper and work in the bundle."},"from":{"$ref":"#/definitions/LayersOrigin"},"driver":{"$ref":"#/definitions/LayersDriver"},"options":{"$ref":"#/definitions/LayersOptions"}},"definitions":{"LayersOrigin":{"title":"LayersOrigin","description":"The image that the layers belong to: commit builds a new one on it.","type":"object","required":["image","manifest"],"properties":{"image":{"type":"string","description":"Its name when the bundle was made."},"manifest":{"type":"string","description":"Digest of its manifest."}}},"LayersDriver":{"title":"LayersDriver","description":"How the layers are assembled; overlay if absent. vfs: a copy of all layers, on any file system. btrfs: a snapshot, with the store and the bundle on one btrfs. aufs, zfs and devicemapper are refused, each with a reason.","type":"string","enum":["overlay","fuse-overlayfs","vfs","btrfs","aufs","zfs","devicemapper"]},"LayersOptions":{"title":"LayersOptions","description":"Options of the assembly.","type":"object","properties":{"readonly":{"type":"boolean","description":"No writable layer."},"volatile":{"type":"boolean","description":"The writable layer is not synced to disk: faster, but lost in a crash."},"idmap":{"type":"boolean","description":"The owners of files are ids of the container's user namespace, not of the host. Root only; Linux 6.15 with overlay, 5.12 with vfs, 5.15 with btrfs."}}}}};
const schema127 = {"title":"LayersOrigin","description":"The image that the layers belong to: commit builds a new one on it.","type":"object","required":["image","manifest"],"properties":{"image":{"type":"string","description":"Its name when the bundle was made."},"manifest":{"type":"string","description":"Digest of its manifest."}}};
const schema128 = {"title":"LayersDriver","description":"How the layers are assembled; overlay if absent. vfs: a copy of all layers, on any file system. btrfs: a snapshot, with the store and the bundle on one btrfs. aufs, zfs and devicemapper are refused, each with a reason.","type":"string","enum":["overlay","fuse-overlayfs","vfs","btrfs","aufs","zfs","devicemapper"]};
const schema129 = {"title":"LayersOptions","description":"Options of the assembly.","type":"object","properties":{"readonly":{"type":"boolean","description":"No writable layer."},"volatile":{"type":"boolean","description":"The writable layer is not synced to disk: faster, but lost in a crash."},"idmap":{"type":"boolean","description":"The owners of files are ids of the container's user namespace, not of the host. Root only; Linux 6.15 with overlay, 5.12 with vfs, 5.15 with btrfs."}}};

function validate99(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="layers.json" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.schemaVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "schemaVersion"}};
if(vErrors === null){
vErrors = [err0];
}
else {
keep(vErrors, err0);
}
errors++;
}
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err1 = {instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err1];
}
else {
keep(vErrors, err1);
}
errors++;
}
if(!(data0 === 1)){
const err2 = {instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/enum",keyword:"enum",params:{allowedValues: schema126.properties.schemaVersion.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
keep(vErrors, err2);
}
errors++;
}
}
if(data.image !== undefined){
if(typeof data.image !== "string"){
const err3 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
keep(vErrors, err3);
}
errors++;
}
}
if(data.layers !== undefined){
let data2 = data.layers;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(typeof data2[i0] !== "string"){
const err4 = {instancePath:instancePath+"/layers/" + i0,schemaPath:"#/properties/layers/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
keep(vErrors, err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/layers",schemaPath:"#/properties/layers/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
keep(vErrors, err5);
}
errors++;
}
}
if(data.upper !== undefined){
if(typeof data.upper !== "string"){
const err6 = {instancePath:instancePath+"/upper",schemaPath:"#/properties/upper/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
keep(vErrors, err6);
}
errors++;
}
}
if(data.from !== undefined){
let data5 = data.from;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.image === undefined){
const err7 = {instancePath:instancePath+"/from",schemaPath:"#/definitions/LayersOrigin/required",keyword:"required",params:{missingProperty: "image"}};
if(vErrors === null){
vErrors = [err7];
}
else {
keep(vErrors, err7);
}
errors++;
}
if(data5.manifest === undefined){
const err8 = {instancePath:instancePath+"/from",schemaPath:"#/definitions/LayersOrigin/required",keyword:"required",params:{missingProperty: "manifest"}};
if(vErrors === null){
vErrors = [err8];
}
else {
keep(vErrors, err8);
}
errors++;
}
if(data5.image !== undefined){
if(typeof data5.image !== "string"){
const err9 = {instancePath:instancePath+"/from/image",schemaPath:"#/definitions/LayersOrigin/properties/image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
keep(vErrors, err9);
}
errors++;
}
}
if(data5.manifest !== undefined){
if(typeof data5.manifest !== "string"){
const err10 = {instancePath:instancePath+"/from/manifest",schemaPath:"#/definitions/LayersOrigin/properties/manifest/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
keep(vErrors, err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/from",schemaPath:"#/definitions/LayersOrigin/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
keep(vErrors, err11);
}
errors++;
}
}
if(data.driver !== undefined){
let data8 = data.driver;
if(typeof data8 !== "string"){
const err12 = {instancePath:instancePath+"/driver",schemaPath:"#/definitions/LayersDriver/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
keep(vErrors, err12);
}
errors++;
}
if(!(((((((data8 === "overlay") || (data8 === "fuse-overlayfs")) || (data8 === "vfs")) || (data8 === "btrfs")) || (data8 === "aufs")) || (data8 === "zfs")) || (data8 === "devicemapper"))){
const err13 = {instancePath:instancePath+"/driver",schemaPath:"#/definitions/LayersDriver/enum",keyword:"enum",params:{allowedValues: schema128.enum}};
if(vErrors === null){
vErrors = [err13];
}
else {
keep(vErrors, err13);
}
errors++;
}
}
if(data.options !== undefined){
let data9 = data.options;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.readonly !== undefined){
if(typeof data9.readonly !== "boolean"){
const err14 = {instancePath:instancePath+"/options/readonly",schemaPath:"#/definitions/LayersOptions/properties/readonly/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err14];
}
else {
keep(vErrors, err14);
}
errors++;
}
}
if(data9.volatile !== undefined){
if(typeof data9.volatile !== "boolean"){
const err15 = {instancePath:instancePath+"/options/volatile",schemaPath:"#/definitions/LayersOptions/properties/volatile/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err15];
}
else {
keep(vErrors, err15);
}
errors++;
}
}
if(data9.idmap !== undefined){
if(typeof data9.idmap !== "boolean"){
const err16 = {instancePath:instancePath+"/options/idmap",schemaPath:"#/definitions/LayersOptions/properties/idmap/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err16];
}
else {
keep(vErrors, err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/options",schemaPath:"#/definitions/LayersOptions/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err17];
}
else {
keep(vErrors, err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err18];
}
else {
keep(vErrors, err18);
}
errors++;
}
validate99.errors = vErrors;
return errors === 0;
}

