/** Generated from schemas/ by `npm run generate`; never edited by hand. */

export type Uint16 = number;
export type Uint32 = number;
/** A uid or gid. 4294967295 is not one: setresuid(2) and chown(2) read it as "unchanged". */
export type Id = number;
/** 12 bits: a larger number would be truncated to another device's. */
export type DeviceMajor = number;
/** 20 bits: a larger number would be truncated to another device's. */
export type DeviceMinor = number;
export type Int32 = number;
/** A bigint if larger than 2^53 - 1, so that no digit is lost. */
export type Uint64 = number | bigint;
/** A bigint if beyond ±(2^53 - 1), so that no digit is lost. */
export type Int64 = number | bigint;
/** -1 removes the limit. A bigint if larger than 2^53 - 1. */
export type Limit = number | bigint;
/** The limits that Linux has, see getrlimit(2). */
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
/** Propagation of the root mount; the forms with r include the mounts below it. */
export type RootfsPropagation = "shared" | "slave" | "private" | "unbindable" | "rshared" | "rslave" | "rprivate" | "runbindable" | "";
/** LINUX32 makes uname(2) report a 32-bit machine. */
export type PersonalityDomain = "LINUX" | "LINUX32";
/** See seccomp_rule_add(3). */
export type SeccompAction = "SCMP_ACT_KILL" | "SCMP_ACT_KILL_PROCESS" | "SCMP_ACT_KILL_THREAD" | "SCMP_ACT_TRAP" | "SCMP_ACT_ERRNO" | "SCMP_ACT_TRACE" | "SCMP_ACT_ALLOW" | "SCMP_ACT_LOG" | "SCMP_ACT_NOTIFY";
/** See seccomp_rule_add(3). */
export type SeccompOperator = "SCMP_CMP_NE" | "SCMP_CMP_LT" | "SCMP_CMP_LE" | "SCMP_CMP_EQ" | "SCMP_CMP_GE" | "SCMP_CMP_GT" | "SCMP_CMP_MASKED_EQ";
/** See seccomp_arch_add(3). */
export type SeccompArch = "SCMP_ARCH_X86" | "SCMP_ARCH_X86_64" | "SCMP_ARCH_X32" | "SCMP_ARCH_ARM" | "SCMP_ARCH_AARCH64" | "SCMP_ARCH_MIPS" | "SCMP_ARCH_MIPS64" | "SCMP_ARCH_MIPS64N32" | "SCMP_ARCH_MIPSEL" | "SCMP_ARCH_MIPSEL64" | "SCMP_ARCH_MIPSEL64N32" | "SCMP_ARCH_PPC" | "SCMP_ARCH_PPC64" | "SCMP_ARCH_PPC64LE" | "SCMP_ARCH_S390" | "SCMP_ARCH_S390X" | "SCMP_ARCH_PARISC" | "SCMP_ARCH_PARISC64" | "SCMP_ARCH_RISCV64" | "SCMP_ARCH_LOONGARCH64" | "SCMP_ARCH_M68K" | "SCMP_ARCH_SH" | "SCMP_ARCH_SHEB";
/** See seccomp(2). */
export type SeccompFlag = "SECCOMP_FILTER_FLAG_TSYNC" | "SECCOMP_FILTER_FLAG_LOG" | "SECCOMP_FILTER_FLAG_SPEC_ALLOW" | "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";
/** How the layers are assembled; overlay if absent. vfs: a copy of all layers, on any file system. btrfs: a snapshot, with the store and the bundle on one btrfs. aufs, zfs and devicemapper are refused, each with a reason. */
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
  /** Free-form notes of the caller. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  readonly linux?: Linux;
}
/** The directory that becomes `/` of the container. */
export interface Root {
  /** Absolute, or relative to the bundle. */
  readonly path: string;
  /** Mounted read-only inside the container. */
  readonly readonly?: boolean;
}
/** One mount; the list is applied in order. */
export interface Mount {
  /** Path in the container; a relative one starts at `/`. */
  readonly destination: string;
  /** File system type; meaningless for a bind mount. */
  readonly type?: string;
  /** Device, name, or for a bind mount a path, absolute or relative to the bundle. */
  readonly source?: string;
  /** As in fstab(5). */
  readonly options?: readonly string[];
  /** How this mount maps owners; only together with gidMappings. */
  readonly uidMappings?: readonly IdMapping[];
  /** How this mount maps groups; only together with uidMappings. */
  readonly gidMappings?: readonly IdMapping[];
}
/** The program to run, and the attributes it starts with. */
export interface Process {
  /** The program gets a pseudoterminal as its standard streams. */
  readonly terminal?: boolean;
  /** Ignored without a terminal. */
  readonly consoleSize?: ConsoleSize;
  /** Absolute path in the container. */
  readonly cwd: string;
  /** `NAME=value` each. */
  readonly env?: readonly string[];
  /** The program and its arguments; the program is looked up as by execvp(3). */
  readonly args?: readonly string[];
  readonly user?: User;
  /** At most one entry per type. */
  readonly rlimits?: readonly Rlimit[];
  /** AppArmor profile to run under. */
  readonly apparmorProfile?: string;
  readonly capabilities?: Capabilities;
  /** Sets no_new_privs: execve(2) cannot grant privileges. */
  readonly noNewPrivileges?: boolean;
  /** Written to oom_score_adj; unchanged if absent. */
  readonly oomScoreAdj?: number;
  readonly scheduler?: Scheduler;
  /** SELinux context to run in. */
  readonly selinuxLabel?: string;
  readonly ioPriority?: IoPriority;
  readonly execCPUAffinity?: ExecCpuAffinity;
}
/** Size of the terminal in characters. */
export interface ConsoleSize {
  /** Rows, up to 65535 of a terminal. */
  readonly height: Uint64;
  /** Columns, up to 65535 of a terminal. */
  readonly width: Uint64;
}
/** Ids as seen inside the container. An absent uid or gid is 0, as for other runtimes. */
export interface User {
  readonly uid?: Id;
  readonly gid?: Id;
  /** File mode creation mask; unchanged if absent. 0777 is 511. */
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
/** Capability names by set; an absent set is empty. Unknown names cause a warning. */
export interface Capabilities {
  readonly bounding?: readonly string[];
  readonly effective?: readonly string[];
  readonly inheritable?: readonly string[];
  readonly permitted?: readonly string[];
  readonly ambient?: readonly string[];
}
/** As for sched_setattr(2); absent values are 0. */
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
/** As for ioprio_set(2). */
export interface IoPriority {
  readonly class: IoPriorityClass;
  /** 0 is the highest. */
  readonly priority?: number;
}
/** Processors for processes added by exec, as lists such as `0-3,7`. */
export interface ExecCpuAffinity {
  /** Before the process is moved to the container's cgroup. */
  readonly initial?: string;
  /** After that; if absent or empty, the kernel decides. */
  readonly final?: string;
}
/** Programs to run at points of the container's lifecycle, each list in order. */
export interface Hooks {
  /** During create, in the runtime's namespaces. Deprecated in favour of createRuntime. */
  readonly prestart?: readonly Hook[];
  /** During create, in the runtime's namespaces, before pivot_root. */
  readonly createRuntime?: readonly Hook[];
  /** During create: looked up in the runtime's namespaces, run in the container's. */
  readonly createContainer?: readonly Hook[];
  /** During start, in the container, before the program. */
  readonly startContainer?: readonly Hook[];
  /** After the program has started, in the runtime's namespaces. */
  readonly poststart?: readonly Hook[];
  /** After the container has been deleted, in the runtime's namespaces. */
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
  /** Seconds after which the hook is killed and has failed. */
  readonly timeout?: number;
}
/** Linux-specific settings. */
export interface Linux {
  /** Namespaces of types not listed are shared with the runtime. */
  readonly namespaces?: readonly Namespace[];
  /** uid mappings of the user namespace. */
  readonly uidMappings?: readonly IdMapping[];
  /** gid mappings of the user namespace. */
  readonly gidMappings?: readonly IdMapping[];
  readonly timeOffsets?: TimeOffsets;
  /** Device nodes to create besides the default ones. */
  readonly devices?: readonly Device[];
  /** Network devices to move into the container, by their name on the host. */
  readonly netDevices?: {
    readonly [k: string]: NetDevice;
  };
  /** An absolute path starts at the cgroup mount point. With systemd: slice:prefix:name. */
  readonly cgroupsPath?: string;
  readonly resources?: Resources;
  readonly intelRdt?: IntelRdt;
  readonly memoryPolicy?: MemoryPolicy;
  /** Kernel parameters to set in the container, by dotted name. */
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
/** A namespace to create or, with a path, to join. */
export interface Namespace {
  readonly type: NamespaceType;
  /** Absolute path of a namespace file; absent or empty for a new namespace. */
  readonly path?: string;
}
/** A range of ids inside, and its ids outside. */
export interface IdMapping {
  readonly containerID: Id;
  readonly hostID: Id;
  /** How many ids. */
  readonly size: number;
}
/** Clock offsets of the time namespace. */
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
  /** Permission bits, in decimal because JSON has no octal; file type bits are ignored. */
  readonly fileMode?: Uint16;
  /** Owner, as seen inside. */
  readonly uid?: Id;
  /** Group, as seen inside. */
  readonly gid?: Id;
}
/** Settings for a moved network device. */
export interface NetDevice {
  /** Its name inside; unchanged if absent. With %d in the name the kernel chooses the number. */
  readonly name?: string;
}
/** Limits enforced by cgroups. */
export interface Resources {
  /** Which devices can be used; applied in order. */
  readonly devices?: readonly DeviceRule[];
  readonly memory?: Memory;
  readonly cpu?: Cpu;
  readonly pids?: Pids;
  readonly blockIO?: BlockIo;
  /** Limits of huge pages, by page size. */
  readonly hugepageLimits?: readonly HugepageLimit[];
  readonly network?: Network;
  /** By device name. */
  readonly rdma?: {
    readonly [k: string]: Rdma;
  };
  /** Files of the cgroup v2 directory, and what to write to them. */
  readonly unified?: {
    readonly [k: string]: string;
  };
}
/** Allows or denies some devices. */
export interface DeviceRule {
  /** True to allow, false to deny. */
  readonly allow: boolean;
  readonly type?: DeviceRuleType;
  /** Absent or -1 means all. */
  readonly major?: number;
  /** Absent or -1 means all. */
  readonly minor?: number;
  /** Made of r (read), w (write) and m (mknod). */
  readonly access?: string;
}
/** Limits in bytes. */
export interface Memory {
  /** Memory limit. */
  readonly limit?: Limit;
  /** Soft memory limit. */
  readonly reservation?: Limit;
  /** Limit of memory plus swap. */
  readonly swap?: Limit;
  /** Kernel memory limit. Deprecated. */
  readonly kernel?: Limit;
  /** Limit of TCP buffers. Deprecated. */
  readonly kernelTCP?: Limit;
  /** How eagerly the kernel swaps pages out. */
  readonly swappiness?: number;
  /** Out of memory, processes wait instead of being killed. */
  readonly disableOOMKiller?: boolean;
  /** Limits also apply to child groups. */
  readonly useHierarchy?: boolean;
  /** Refuse a limit below current use. */
  readonly checkBeforeUpdate?: boolean;
}
/** Processor time, in microseconds, and processors. */
export interface Cpu {
  /** Weight relative to other groups. */
  readonly shares?: Uint64;
  /** Time per period; below 0 it is not limited. */
  readonly quota?: Int64;
  /** Unused time that can be spent later. */
  readonly burst?: Uint64;
  /** Length of a period. */
  readonly period?: Uint64;
  /** Time per period for realtime processes. */
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
  /** 0 is a limit, too; below 0 there is none. */
  readonly limit?: Int64;
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
/** At least one of the two weights is required. */
export interface WeightDevice {
  readonly major: DeviceMajor;
  readonly minor: DeviceMinor;
  readonly weight?: Uint16;
  readonly leafWeight?: Uint16;
}
/** A rate limit for one device. */
export interface ThrottleDevice {
  readonly major: DeviceMajor;
  readonly minor: DeviceMinor;
  readonly rate: Uint64;
}
/** Limit for one huge page size. */
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
/** Priority of outgoing traffic on one interface. */
export interface InterfacePriority {
  /** Interface in the runtime's network namespace. */
  readonly name: string;
  readonly priority: Uint32;
}
/** At least one of the two is required. */
export interface Rdma {
  readonly hcaHandles?: Uint32;
  readonly hcaObjects?: Uint32;
}
/** Cache and memory bandwidth through resctrl. */
export interface IntelRdt {
  /** Directory in resctrl; `/` is its root; the container's id if absent. */
  readonly closID?: string;
  /** Lines for the schemata file. */
  readonly schemata?: readonly string[];
  /** A schemata line that starts with `L3:`. */
  readonly l3CacheSchema?: string;
  /** A schemata line that starts with `MB:`. */
  readonly memBwSchema?: string;
  /** Make a monitoring group for the container. */
  readonly enableMonitoring?: boolean;
}
/** As for set_mempolicy(2). */
export interface MemoryPolicy {
  readonly mode: MemoryPolicyMode;
  /** Memory nodes, such as `0-3,7`. */
  readonly nodes?: string;
  /** Flags of set_mempolicy(2). */
  readonly flags?: readonly MemoryPolicyFlag[];
}
/** As for personality(2). */
export interface Personality {
  readonly domain: PersonalityDomain;
  /**
   * No flags are defined yet.
   *
   * @maxItems 0
   */
  readonly flags?: readonly string[];
}
/** The system call filter, in libseccomp's terms. */
export interface Seccomp {
  readonly defaultAction: SeccompAction;
  /** errno for a default action that takes one; EPERM if absent. */
  readonly defaultErrnoRet?: Uint16;
  /** Besides the machine's own. */
  readonly architectures?: readonly SeccompArch[];
  /** Flags of seccomp(2). */
  readonly flags?: readonly SeccompFlag[];
  /** Socket that receives the descriptor for SCMP_ACT_NOTIFY. */
  readonly listenerPath?: string;
  /** Passed on to the listener; only with listenerPath. */
  readonly listenerMetadata?: string;
  /** Exceptions from the default action. */
  readonly syscalls?: readonly SeccompRule[];
}
/** An action for some system calls. */
export interface SeccompRule {
  /**
   * System calls; unknown ones are ignored.
   *
   * @minItems 1
   */
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** errno for an action that takes one; EPERM if absent. */
  readonly errnoRet?: Uint16;
  /** Conditions that must all hold. */
  readonly args?: readonly SeccompArg[];
}
/** A condition on one argument. */
export interface SeccompArg {
  /** Which argument. */
  readonly index: number;
  readonly value: Uint64;
  /** For SCMP_CMP_MASKED_EQ: the expected result under the mask `value`. */
  readonly valueTwo?: Uint64;
  readonly op: SeccompOperator;
}
/** What `features` prints: what this build supports, regardless of the host. */
export interface Features {
  /** Oldest accepted version of config.json. */
  readonly ociVersionMin: string;
  /** Newest known version of config.json. */
  readonly ociVersionMax: string;
  /** Kinds of hooks. */
  readonly hooks?: readonly string[];
  /** Known options; others go to the file system. */
  readonly mountOptions?: readonly string[];
  readonly linux?: LinuxFeatures;
  /** Further information. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
  /** Annotations of config.json that change what the runtime does; a trailing dot means a prefix. */
  readonly potentiallyUnsafeConfigAnnotations?: readonly string[];
}
/** Linux-specific features. */
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
  /** Through the system's systemd. */
  readonly systemd?: boolean;
  /** Through the user's systemd. */
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
  /** The flags that work. */
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
/** Features beyond mount(8). */
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
/** layers.json beside config.json: the root filesystem is assembled from these layers. Exactly one of image and layers is required. */
export interface LayersFile {
  /** Version of this format. */
  readonly schemaVersion: 1;
  /** Reference of an image in the store. */
  readonly image?: string;
  /** Digests of layers in the store, or directories: absolute or relative to the bundle. Lowest first, as in an image. */
  readonly layers?: readonly string[];
  /** Directory of the writable layer, or with vfs and btrfs of the whole root: absolute or relative to the bundle. UPPER.work beside it is for the kernel. If absent, upper and work in the bundle. */
  readonly upper?: string;
  readonly from?: LayersOrigin;
  readonly driver?: LayersDriver;
  readonly options?: LayersOptions;
}
/** The image that the layers belong to: commit builds a new one on it. */
export interface LayersOrigin {
  /** Its name when the bundle was made. */
  readonly image: string;
  /** Digest of its manifest. */
  readonly manifest: string;
}
/** Options of the assembly. */
export interface LayersOptions {
  /** No writable layer. */
  readonly readonly?: boolean;
  /** The writable layer is not synced to disk: faster, but lost in a crash. */
  readonly volatile?: boolean;
  /** The owners of files are ids of the container's user namespace, not of the host. Root only; Linux 6.15 with overlay, 5.12 with vfs, 5.15 with btrfs. */
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
  /** The container's first process; present while created or running. */
  readonly pid?: number;
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** The annotations of config.json. */
  readonly annotations?: {
    readonly [k: string]: string;
  };
}
