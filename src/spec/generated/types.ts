/** Generated from schemas/ by `npm run generate`; never edited by hand. */

export type Uint16 = number;
export type Uint32 = number;
/** A uid or gid. 4294967295 is none: setresuid(2) and chown(2) read it as "leave it as it is". */
export type Id = number;
/** 12 bits: a larger number would be cut to that of another device. */
export type DeviceMajor = number;
/** 20 bits: a larger number would be cut to that of another device. */
export type DeviceMinor = number;
export type Int32 = number;
/** A bigint when it is larger than 2^53 - 1, so that no digit is lost. */
export type Uint64 = number | bigint;
/** A bigint when it lies beyond 2^53 - 1, so that no digit is lost. */
export type Int64 = number | bigint;
/** -1 takes the limit away. A bigint when it is larger than 2^53 - 1. */
export type Limit = number | bigint;
/** The limits that Linux knows, see getrlimit(2). */
export type RlimitType = "RLIMIT_AS" | "RLIMIT_CORE" | "RLIMIT_CPU" | "RLIMIT_DATA" | "RLIMIT_FSIZE" | "RLIMIT_LOCKS" | "RLIMIT_MEMLOCK" | "RLIMIT_MSGQUEUE" | "RLIMIT_NICE" | "RLIMIT_NOFILE" | "RLIMIT_NPROC" | "RLIMIT_RSS" | "RLIMIT_RTPRIO" | "RLIMIT_RTTIME" | "RLIMIT_SIGPENDING" | "RLIMIT_STACK";
/** See sched(7). */
export type SchedulerPolicy = "SCHED_OTHER" | "SCHED_FIFO" | "SCHED_RR" | "SCHED_BATCH" | "SCHED_ISO" | "SCHED_IDLE" | "SCHED_DEADLINE";
/** See sched_setattr(2). */
export type SchedulerFlag = "SCHED_FLAG_RESET_ON_FORK" | "SCHED_FLAG_RECLAIM" | "SCHED_FLAG_DL_OVERRUN" | "SCHED_FLAG_KEEP_POLICY" | "SCHED_FLAG_KEEP_PARAMS" | "SCHED_FLAG_UTIL_CLAMP_MIN" | "SCHED_FLAG_UTIL_CLAMP_MAX";
/** See ioprio_set(2). */
export type IoPriorityClass = "IOPRIO_CLASS_RT" | "IOPRIO_CLASS_BE" | "IOPRIO_CLASS_IDLE";
/** See namespaces(7). */
export type NamespaceType = "pid" | "network" | "mount" | "ipc" | "uts" | "user" | "cgroup" | "time";
/** Character (c or u), block (b) or named pipe (p). */
export type DeviceType = "c" | "b" | "u" | "p";
/** All (a, the default), character (c) or block (b). */
export type DeviceRuleType = "a" | "b" | "c" | "";
/** See set_mempolicy(2). */
export type MemoryPolicyMode = "MPOL_DEFAULT" | "MPOL_BIND" | "MPOL_INTERLEAVE" | "MPOL_WEIGHTED_INTERLEAVE" | "MPOL_PREFERRED" | "MPOL_PREFERRED_MANY" | "MPOL_LOCAL";
/** See set_mempolicy(2). */
export type MemoryPolicyFlag = "MPOL_F_NUMA_BALANCING" | "MPOL_F_RELATIVE_NODES" | "MPOL_F_STATIC_NODES";
/** How mounts spread from and to the root; the forms with r hold for the mounts below too. */
export type RootfsPropagation = "shared" | "slave" | "private" | "unbindable" | "rshared" | "rslave" | "rprivate" | "runbindable" | "";
/** LINUX32 makes uname(2) show a 32-bit machine. */
export type PersonalityDomain = "LINUX" | "LINUX32";
/** See seccomp_rule_add(3). */
export type SeccompAction = "SCMP_ACT_KILL" | "SCMP_ACT_KILL_PROCESS" | "SCMP_ACT_KILL_THREAD" | "SCMP_ACT_TRAP" | "SCMP_ACT_ERRNO" | "SCMP_ACT_TRACE" | "SCMP_ACT_ALLOW" | "SCMP_ACT_LOG" | "SCMP_ACT_NOTIFY";
/** See seccomp_rule_add(3). */
export type SeccompOperator = "SCMP_CMP_NE" | "SCMP_CMP_LT" | "SCMP_CMP_LE" | "SCMP_CMP_EQ" | "SCMP_CMP_GE" | "SCMP_CMP_GT" | "SCMP_CMP_MASKED_EQ";
/** See seccomp_arch_add(3). */
export type SeccompArch = "SCMP_ARCH_X86" | "SCMP_ARCH_X86_64" | "SCMP_ARCH_X32" | "SCMP_ARCH_ARM" | "SCMP_ARCH_AARCH64" | "SCMP_ARCH_MIPS" | "SCMP_ARCH_MIPS64" | "SCMP_ARCH_MIPS64N32" | "SCMP_ARCH_MIPSEL" | "SCMP_ARCH_MIPSEL64" | "SCMP_ARCH_MIPSEL64N32" | "SCMP_ARCH_PPC" | "SCMP_ARCH_PPC64" | "SCMP_ARCH_PPC64LE" | "SCMP_ARCH_S390" | "SCMP_ARCH_S390X" | "SCMP_ARCH_PARISC" | "SCMP_ARCH_PARISC64" | "SCMP_ARCH_RISCV64" | "SCMP_ARCH_LOONGARCH64" | "SCMP_ARCH_M68K" | "SCMP_ARCH_SH" | "SCMP_ARCH_SHEB";
/** See seccomp(2). */
export type SeccompFlag = "SECCOMP_FILTER_FLAG_TSYNC" | "SECCOMP_FILTER_FLAG_LOG" | "SECCOMP_FILTER_FLAG_SPEC_ALLOW" | "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";
/** What puts the layers together; absent: overlay. vfs: a copy of all layers, on any file system. btrfs: a snapshot, with the store and the bundle on one btrfs. aufs, zfs and devicemapper are refused, each with the reason. */
export type LayersDriver = "overlay" | "fuse-overlayfs" | "vfs" | "btrfs" | "aufs" | "zfs" | "devicemapper";

/** config.json of a bundle: what OCI runtime-spec 1.3 says about Linux containers. Unknown properties are allowed everywhere. */
export interface Spec {
  /** Version of the specification that the file follows, SemVer 2.0. */
  readonly ociVersion: string;
  readonly root?: Root;
  /** What to mount below the root, in this order. */
  readonly mounts?: readonly Mount[];
  readonly process?: Process;
  /** Host name in the container's UTS namespace. */
  readonly hostname?: string;
  /** NIS domain name in the container's UTS namespace. */
  readonly domainname?: string;
  readonly hooks?: Hooks;
  /** Whatever the caller wants to note. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  readonly linux?: Linux;
}
/** The directory that becomes `/` of the container. */
export interface Root {
  /** Absolute, or relative to the bundle. */
  readonly path: string;
  /** Nothing can be written to it from inside. */
  readonly readonly?: boolean;
}
/** One mount; the list is applied in its order. */
export interface Mount {
  /** Where in the container; a relative path counts from `/`. */
  readonly destination: string;
  /** File system type; without meaning for a bind mount. */
  readonly type?: string;
  /** Device, name, or for a bind mount a path: absolute or relative to the bundle. */
  readonly source?: string;
  /** As in fstab(5). */
  readonly options?: readonly string[];
  /** How owners are shown through this mount; only together with gidMappings. */
  readonly uidMappings?: readonly IdMapping[];
  /** How groups are shown through this mount; only together with uidMappings. */
  readonly gidMappings?: readonly IdMapping[];
}
/** The program to run and all that it is born with. */
export interface Process {
  /** The program gets a pseudoterminal as its standard streams. */
  readonly terminal?: boolean;
  /** Ignored without a terminal. */
  readonly consoleSize?: ConsoleSize;
  /** Absolute path in the container. */
  readonly cwd: string;
  /** `NAME=value` each. */
  readonly env?: readonly string[];
  /** The program and its arguments; the first is looked up as execvp(3) does. */
  readonly args?: readonly string[];
  readonly user?: User;
  /** At most one entry per type. */
  readonly rlimits?: readonly Rlimit[];
  /** AppArmor profile to run under. */
  readonly apparmorProfile?: string;
  readonly capabilities?: Capabilities;
  /** No execve(2) gives more privileges than its caller has. */
  readonly noNewPrivileges?: boolean;
  /** Written to oom_score_adj; left alone when absent. */
  readonly oomScoreAdj?: number;
  readonly scheduler?: Scheduler;
  /** SELinux context to run in. */
  readonly selinuxLabel?: string;
  readonly ioPriority?: IoPriority;
  readonly execCPUAffinity?: ExecCpuAffinity;
}
/** Size of the terminal in characters. */
export interface ConsoleSize {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}
/** Ids as seen inside the container. An absent uid or gid is 0, as for other runtimes. */
export interface User {
  readonly uid?: Id;
  readonly gid?: Id;
  /** File mode creation mask; left alone when absent. 0777 is 511. */
  readonly umask?: number;
  /** Supplementary groups. */
  readonly additionalGids?: readonly Id[];
}
/** One resource limit, set exactly as given. */
export interface Rlimit {
  readonly type: RlimitType;
  readonly soft: Uint64;
  readonly hard: Uint64;
}
/** Capability names by set; an absent set is empty. Names that the kernel does not know are a warning. */
export interface Capabilities {
  readonly bounding?: readonly string[];
  readonly effective?: readonly string[];
  readonly inheritable?: readonly string[];
  readonly permitted?: readonly string[];
  readonly ambient?: readonly string[];
}
/** As sched_setattr(2) takes it; what is absent is 0. */
export interface Scheduler {
  readonly policy: SchedulerPolicy;
  readonly nice?: Int32;
  readonly priority?: Int32;
  /** Flags of sched_setattr(2). */
  readonly flags?: readonly SchedulerFlag[];
  /** Nanoseconds, for SCHED_DEADLINE. */
  readonly runtime?: Uint64;
  /** Nanoseconds, for SCHED_DEADLINE. */
  readonly deadline?: Uint64;
  /** Nanoseconds, for SCHED_DEADLINE. */
  readonly period?: Uint64;
}
/** As ioprio_set(2) takes it. */
export interface IoPriority {
  readonly class: IoPriorityClass;
  /** 0 is the highest. */
  readonly priority?: number;
}
/** Processors for processes added by exec, as lists such as `0-3,7`. */
export interface ExecCpuAffinity {
  /** Before the process is moved to the container's cgroup. */
  readonly initial?: string;
  /** After that; when absent or empty the kernel decides. */
  readonly final?: string;
}
/** Programs to run at points of the container's life, each list in its order. */
export interface Hooks {
  /** During create, in the runtime's namespaces. Outdated: createRuntime takes its place. */
  readonly prestart?: readonly Hook[];
  /** During create, in the runtime's namespaces, before pivot_root. */
  readonly createRuntime?: readonly Hook[];
  /** During create, found in the runtime's namespaces and run in the container's. */
  readonly createContainer?: readonly Hook[];
  /** During start, in the container, before the program. */
  readonly startContainer?: readonly Hook[];
  /** After the program was started, in the runtime's namespaces. */
  readonly poststart?: readonly Hook[];
  /** After the container was deleted, in the runtime's namespaces. */
  readonly poststop?: readonly Hook[];
}
/** A program that gets the container's state as JSON on its standard input. */
export interface Hook {
  /** Absolute path. */
  readonly path: string;
  /** argv, the program's name included. */
  readonly args?: readonly string[];
  /** `NAME=value` each; the whole environment of the hook. */
  readonly env?: readonly string[];
  /** Seconds after which it is killed and counts as failed. */
  readonly timeout?: number;
}
/** What only Linux has. */
export interface Linux {
  /** A type that is absent is shared with the runtime. */
  readonly namespaces?: readonly Namespace[];
  /** The user namespace's users. */
  readonly uidMappings?: readonly IdMapping[];
  /** The user namespace's groups. */
  readonly gidMappings?: readonly IdMapping[];
  readonly timeOffsets?: TimeOffsets;
  /** Device nodes to provide beside the usual ones. */
  readonly devices?: readonly Device[];
  /** Network devices to move in, by their name on the host. */
  readonly netDevices?: {
    readonly [k: string]: NetDevice;
  };
  /** Absolute: from the cgroup mount point. With systemd: slice:prefix:name. */
  readonly cgroupsPath?: string;
  readonly resources?: Resources;
  readonly intelRdt?: IntelRdt;
  readonly memoryPolicy?: MemoryPolicy;
  /** Kernel parameters to set inside, by dotted name. */
  readonly sysctl?: {
    readonly [k: string]: string;
  };
  readonly seccomp?: Seccomp;
  readonly rootfsPropagation?: RootfsPropagation;
  /** Absolute paths in the container that cannot be read. */
  readonly maskedPaths?: readonly string[];
  /** Absolute paths in the container that cannot be written. */
  readonly readonlyPaths?: readonly string[];
  /** SELinux context of the mounts. */
  readonly mountLabel?: string;
  readonly personality?: Personality;
}
/** A namespace to make or, with a path, to join. */
export interface Namespace {
  readonly type: NamespaceType;
  /** Absolute path of a namespace file; absent or empty: a new one. */
  readonly path?: string;
}
/** A run of ids inside and what it is outside. */
export interface IdMapping {
  readonly containerID: Id;
  readonly hostID: Id;
  /** How many ids. */
  readonly size: number;
}
/** How far the clocks of the time namespace run ahead. */
export interface TimeOffsets {
  readonly monotonic?: TimeOffset;
  readonly boottime?: TimeOffset;
}
/** Offset of one clock. */
export interface TimeOffset {
  readonly secs?: Int64;
  /** Added to secs. */
  readonly nanosecs?: number;
}
/** A device node. */
export interface Device {
  readonly type: DeviceType;
  /** Absolute path in the container, in /dev or elsewhere. */
  readonly path: string;
  /** Required unless the type is p. */
  readonly major?: DeviceMajor;
  /** Required unless the type is p. */
  readonly minor?: DeviceMinor;
  /** Permission bits, in decimal as JSON has it; those of a file type beside them are passed over. */
  readonly fileMode?: Uint16;
  /** Owner, as seen inside. */
  readonly uid?: Id;
  /** Group, as seen inside. */
  readonly gid?: Id;
}
/** What becomes of a network device. */
export interface NetDevice {
  /** Its name inside; absent: the same. A name with %d lets the kernel choose the number. */
  readonly name?: string;
}
/** Limits set by control groups. */
export interface Resources {
  /** Which devices may be used; applied in order. */
  readonly devices?: readonly DeviceRule[];
  readonly memory?: Memory;
  readonly cpu?: Cpu;
  readonly pids?: Pids;
  readonly blockIO?: BlockIo;
  /** Limits of huge pages by their size. */
  readonly hugepageLimits?: readonly HugepageLimit[];
  readonly network?: Network;
  /** By the name of the device. */
  readonly rdma?: {
    readonly [k: string]: Rdma;
  };
  /** Files of the cgroup v2 directory and what is written to them. */
  readonly unified?: {
    readonly [k: string]: string;
  };
}
/** Allows or forbids some devices. */
export interface DeviceRule {
  /** Allowed, or forbidden. */
  readonly allow: boolean;
  readonly type?: DeviceRuleType;
  /** Absent or -1: all. */
  readonly major?: number;
  /** Absent or -1: all. */
  readonly minor?: number;
  /** Made of r (read), w (write) and m (mknod). */
  readonly access?: string;
}
/** Limits in bytes. */
export interface Memory {
  /** Of memory. */
  readonly limit?: Limit;
  /** Soft limit of memory. */
  readonly reservation?: Limit;
  /** Of memory and swap together. */
  readonly swap?: Limit;
  /** Of kernel memory. Outdated. */
  readonly kernel?: Limit;
  /** Of TCP buffers. Outdated. */
  readonly kernelTCP?: Limit;
  /** How eagerly pages are swapped out. */
  readonly swappiness?: number;
  /** A process that wants too much waits instead of being killed. */
  readonly disableOOMKiller?: boolean;
  /** Limits hold for child groups too. */
  readonly useHierarchy?: boolean;
  /** Refuse a limit below what is in use. */
  readonly checkBeforeUpdate?: boolean;
}
/** Processor time, in microseconds, and processors. */
export interface Cpu {
  /** Weight among other groups. */
  readonly shares?: Uint64;
  /** Time in each period. */
  readonly quota?: Limit;
  /** Unused time that may be spent later. */
  readonly burst?: Uint64;
  /** Length of a period. */
  readonly period?: Uint64;
  /** Time in each period for realtime processes. */
  readonly realtimeRuntime?: Limit;
  /** Length of a period for realtime processes. */
  readonly realtimePeriod?: Uint64;
  /** Processors, such as `0-3,7`. */
  readonly cpus?: string;
  /** Memory nodes, such as `0-3,7`. */
  readonly mems?: string;
  /** 1: SCHED_IDLE for the whole group. */
  readonly idle?: number;
}
/** Number of tasks. */
export interface Pids {
  /** 0 is a limit too. */
  readonly limit?: Limit;
}
/** Block devices: shares and rates. */
export interface BlockIo {
  readonly weight?: Uint16;
  readonly leafWeight?: Uint16;
  /** Weights by device. */
  readonly weightDevice?: readonly WeightDevice[];
  /** Bytes per second, reading. */
  readonly throttleReadBpsDevice?: readonly ThrottleDevice[];
  /** Bytes per second, writing. */
  readonly throttleWriteBpsDevice?: readonly ThrottleDevice[];
  /** Operations per second, reading. */
  readonly throttleReadIOPSDevice?: readonly ThrottleDevice[];
  /** Operations per second, writing. */
  readonly throttleWriteIOPSDevice?: readonly ThrottleDevice[];
}
/** At least one of the two weights is given. */
export interface WeightDevice {
  readonly major: DeviceMajor;
  readonly minor: DeviceMinor;
  readonly weight?: Uint16;
  readonly leafWeight?: Uint16;
}
/** A rate for one device. */
export interface ThrottleDevice {
  readonly major: DeviceMajor;
  readonly minor: DeviceMinor;
  readonly rate: Uint64;
}
/** Limit for one size of huge pages. */
export interface HugepageLimit {
  /** As the kernel names it: 64KB, 2MB, 1GB. */
  readonly pageSize: string;
  /** Bytes. */
  readonly limit: Uint64;
}
/** Marks for network packets (cgroup v1). */
export interface Network {
  readonly classID?: Uint32;
  /** By interface. */
  readonly priorities?: readonly InterfacePriority[];
}
/** Priority of what leaves through one interface. */
export interface InterfacePriority {
  /** Interface in the runtime's network namespace. */
  readonly name: string;
  readonly priority: Uint32;
}
/** At least one of the two is given. */
export interface Rdma {
  readonly hcaHandles?: Uint32;
  readonly hcaObjects?: Uint32;
}
/** Cache and memory bandwidth by resctrl. */
export interface IntelRdt {
  /** Directory in resctrl; `/` is its root; absent: the container's id. */
  readonly closID?: string;
  /** Lines for the schemata file. */
  readonly schemata?: readonly string[];
  /** A line that starts with `L3:`. */
  readonly l3CacheSchema?: string;
  /** A line that starts with `MB:`. */
  readonly memBwSchema?: string;
  /** Make a monitoring group for the container. */
  readonly enableMonitoring?: boolean;
}
/** As set_mempolicy(2) takes it. */
export interface MemoryPolicy {
  readonly mode: MemoryPolicyMode;
  /** Memory nodes, such as `0-3,7`. */
  readonly nodes?: string;
  /** Flags of set_mempolicy(2). */
  readonly flags?: readonly MemoryPolicyFlag[];
}
/** As personality(2) takes it. */
export interface Personality {
  readonly domain: PersonalityDomain;
  /**
   * None is defined yet.
   *
   * @maxItems 0
   */
  readonly flags?: readonly string[];
}
/** The system call filter, in the words of libseccomp. */
export interface Seccomp {
  readonly defaultAction: SeccompAction;
  /** errno for a default action that takes one; EPERM when absent. */
  readonly defaultErrnoRet?: Uint16;
  /** Beside the machine's own. */
  readonly architectures?: readonly SeccompArch[];
  /** Flags of seccomp(2). */
  readonly flags?: readonly SeccompFlag[];
  /** Socket that gets the descriptor for SCMP_ACT_NOTIFY. */
  readonly listenerPath?: string;
  /** Passed on to the listener; only with listenerPath. */
  readonly listenerMetadata?: string;
  /** What is not left to the default action. */
  readonly syscalls?: readonly SeccompRule[];
}
/** An action for some system calls. */
export interface SeccompRule {
  /**
   * System calls; unknown ones are passed over.
   *
   * @minItems 1
   */
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** errno for an action that takes one; EPERM when absent. */
  readonly errnoRet?: Uint16;
  /** All of these must hold. */
  readonly args?: readonly SeccompArg[];
}
/** A condition on one argument. */
export interface SeccompArg {
  /** Which argument. */
  readonly index: number;
  readonly value: Uint64;
  /** For SCMP_CMP_MASKED_EQ: what is left under the mask `value`. */
  readonly valueTwo?: Uint64;
  readonly op: SeccompOperator;
}
/** What `features` prints: what this build knows, whatever the host can do. */
export interface Features {
  /** Oldest version of config.json that is accepted. */
  readonly ociVersionMin: string;
  /** Newest version of config.json that is known. */
  readonly ociVersionMax: string;
  /** Kinds of hooks. */
  readonly hooks?: readonly string[];
  /** Options that are understood; others go to the file system. */
  readonly mountOptions?: readonly string[];
  readonly linux?: LinuxFeatures;
  /** Whatever else there is to tell. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  /** Annotations of config.json that change what the runtime does; a trailing dot means a prefix. */
  readonly potentiallyUnsafeConfigAnnotations?: readonly string[];
}
/** What only Linux has. */
export interface LinuxFeatures {
  /** Namespace types. */
  readonly namespaces?: readonly string[];
  /** Capability names. */
  readonly capabilities?: readonly string[];
  readonly cgroup?: CgroupFeatures;
  readonly seccomp?: SeccompFeatures;
  readonly apparmor?: ApparmorFeatures;
  readonly selinux?: SelinuxFeatures;
  readonly intelRdt?: IntelRdtFeatures;
  readonly memoryPolicy?: MemoryPolicyFeatures;
  readonly mountExtensions?: MountExtensions;
  readonly netDevices?: NetDevicesFeatures;
}
/** Kinds of control groups. */
export interface CgroupFeatures {
  /** Version 1. */
  readonly v1?: boolean;
  /** Version 2. */
  readonly v2?: boolean;
  /** By the system's systemd. */
  readonly systemd?: boolean;
  /** By the user's systemd. */
  readonly systemdUser?: boolean;
  /** The rdma controller. */
  readonly rdma?: boolean;
}
/** The system call filter. */
export interface SeccompFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
  /** Names of actions. */
  readonly actions?: readonly string[];
  /** Names of operators. */
  readonly operators?: readonly string[];
  /** Names of architectures. */
  readonly archs?: readonly string[];
  /** Names of flags. */
  readonly knownFlags?: readonly string[];
  /** Those of them that work. */
  readonly supportedFlags?: readonly string[];
}
/** AppArmor. */
export interface ApparmorFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
}
/** SELinux. */
export interface SelinuxFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
}
/** resctrl. */
export interface IntelRdtFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
  /** The property schemata. */
  readonly schemata?: boolean;
  /** The property enableMonitoring. */
  readonly monitoring?: boolean;
}
/** NUMA memory policy. */
export interface MemoryPolicyFeatures {
  /** Names of modes. */
  readonly modes?: readonly string[];
  /** Names of flags. */
  readonly flags?: readonly string[];
}
/** Beyond mount(8). */
export interface MountExtensions {
  readonly idmap?: IdmapFeatures;
}
/** Mounts with their own id mappings. */
export interface IdmapFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
}
/** Moving network devices. */
export interface NetDevicesFeatures {
  /** The build supports it. */
  readonly enabled?: boolean;
}
/** layers.json beside config.json: the root filesystem is assembled from these layers. Exactly one of image and layers is given. */
export interface LayersFile {
  /** Version of this format. */
  readonly schemaVersion: 1;
  /** Reference of an image in the store. */
  readonly image?: string;
  /** Digests of layers in the store, or directories: absolute or relative to the bundle. The lowest comes first, as in an image. */
  readonly layers?: readonly string[];
  /** Directory of the writable layer: absolute or relative to the bundle; with vfs and btrfs of the whole root. UPPER.work beside it is for the kernel. Absent: upper and work in the bundle. */
  readonly upper?: string;
  readonly from?: LayersOrigin;
  readonly driver?: LayersDriver;
  readonly options?: LayersOptions;
}
/** The image that the layers are of: commit makes a new one on it. */
export interface LayersOrigin {
  /** Its name when the bundle was made. */
  readonly image: string;
  /** Digest of its manifest. */
  readonly manifest: string;
}
/** How they are put together. */
export interface LayersOptions {
  /** No writable layer. */
  readonly readonly?: boolean;
  /** The writable layer is not synced to disk: faster, and lost with a crash. */
  readonly volatile?: boolean;
  /** Files belong to the ids of the container's user namespace as they are numbered there, not on the host. Root only; Linux 6.15 with overlay, 5.12 with vfs, 5.15 with btrfs. */
  readonly idmap?: boolean;
}
/** What `state` prints and hooks get on their standard input. */
export interface State {
  /** Version of the specification that this object follows. */
  readonly ociVersion: string;
  /** The container's id. */
  readonly id: string;
  /** creating, created, running or stopped; runtimes may add others, such as paused. */
  readonly status: string;
  /** The container's first process; given while created or running. */
  readonly pid?: number;
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** Those of config.json. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
}
