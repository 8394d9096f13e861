/** What the plan has to know about the host. host/facts/facts.ts reads it before planning; nothing reads it during planning. */
import type { HostPath } from "../base/paths.ts";
import type { LayersDriver, NamespaceType } from "../spec/types.ts";

export interface CgroupHierarchy {
  /** `["cpu", "cpuacct"]`, `["name=systemd"]`, or none for cgroup2. */
  readonly controllers: readonly string[];
  readonly mountPoint: HostPath;
  /** The runtime's own cgroup in it, relative to the mount point. */
  readonly ownPath: string;
  /** Cgroups can be made inside our own. */
  readonly writable: boolean;
  /** Cgroups can be made beside our own, as cgroup2 requires; absent = same as `writable`. */
  readonly hasRoomBeside?: boolean;
  /** The cgroup below which systemd makes its own, relative to the mount point; known if systemd is used. */
  readonly managerPath?: string;
}

/** The systemd that is asked for the container's cgroup. */
export interface SystemdFacts {
  readonly manager: SystemdManager;
  readonly version: number;
  /** /proc/devices. */
  readonly drivers: string;
}

/** The machine's own, or that of this user's session. */
export type SystemdManager = "system" | "user";

export interface CgroupFacts {
  readonly mode: "v1" | "v2" | "hybrid" | "none";
  readonly hierarchies: readonly CgroupHierarchy[];
  /** Of cgroup2, at its mount point; if systemd is used, where that makes its own. */
  readonly availableControllers: readonly string[];
  readonly rootless: boolean;
  /** Absent = cgroups are made by lamina itself. */
  readonly systemd?: SystemdFacts;
}

/** A directory on the host that is a layer of the root. */
export interface LayerDirectory {
  readonly path: HostPath;
  /** Mount point of the mount that it lies on; known only if ids are to be mapped, and then `path` has no symbolic links. */
  readonly mount?: HostPath | undefined;
  /** The layers.json value that names it; see base/origin.ts. */
  readonly origin: string;
}

/** For drivers that give the container a tree of its own instead of a mount. */
export interface TreeFacts {
  /** Where it is, or will be: in place of the writable layer. */
  readonly path: HostPath;
  readonly origin: string;
  /** Where the store keeps the one shared by all containers of these layers; absent if the layers are not a stack of the store. */
  readonly shared: HostPath | undefined;
  /** Which btrfs each of the two places is on; absent = another file system. */
  readonly fileSystem: string | undefined;
  readonly sharedFileSystem: string | undefined;
}

/** What a bundle's layers.json asks for, with its directories resolved. */
export interface LayerFacts {
  /** Of the layers as a whole. */
  readonly origin: string;
  /** Lowest first, as in layers.json. */
  readonly lower: readonly LayerDirectory[];
  /** Where the container's changes go; upper and work lie on the same mount, and may not exist yet. Absent = read-only. */
  readonly writable:
    | { readonly upper: HostPath; readonly work: HostPath; readonly mount?: HostPath | undefined; readonly origin: string }
    | undefined;
  /** Absent for drivers that mount the layers. */
  readonly tree?: TreeFacts | undefined;
  readonly isVolatile: boolean;
  readonly driver: {
    readonly name: LayersDriver;
    readonly origin: string;
    /** File system type of the writable layer, if that chose the driver rather than layers.json. */
    readonly chosenBy?: string;
  };
  /** Known if the driver is fuse-overlayfs. */
  readonly fuse?: {
    /** Absent = not in PATH. */
    readonly program: HostPath | undefined;
    /** Why /dev/fuse cannot be opened; absent = it can. */
    readonly device: string | undefined;
  };
  /** What asked for the layers' ids to be mapped like the container's. */
  readonly idmap: string | undefined;
  readonly kernel: { readonly major: number; readonly minor: number };
}

/** The resctrl file system. */
export interface ResctrlFacts {
  readonly root: HostPath;
  /** Names of the directories in it. */
  readonly groups: readonly string[];
  /** Lines of the group that config.json names; "" if there is none. */
  readonly schemata: string;
  /** Percents between two bandwidths of memory that the processor has. */
  readonly bandwidthStep: number;
}

/** What linux.seccomp has become. */
export interface FilterFacts {
  /** Instructions as the kernel takes them, struct sock_filter. */
  readonly program: Uint8Array;
  /** It was compiled for an earlier container. */
  readonly isCached: boolean;
  /** It allows all that init does in a stage that others can see (host/facts/last-stage.ts); false if that was not looked at. */
  readonly admitsLastStage: boolean;
  /** The same of what init does besides, with a listener, before that stage. */
  readonly admitsSendmsg: boolean;
  readonly admitsCapset: boolean;
}

/** Of the host and of this process: for every plan that starts a process. */
export interface HostFacts {
  readonly uid: number;
  readonly gid: number;
  /** Not root, or root only in a user namespace. */
  readonly rootless: boolean;
  readonly inUserNamespace: boolean;
  /** setgroups(2) is denied in our user namespace. */
  readonly setgroupsDenied: boolean;
  /** Highest capability number that the kernel knows. */
  readonly lastCapability: number;
  /** Our permitted capabilities, bit N for capability N: without a user namespace of its own the container gets no more. */
  readonly ownCapabilities: bigint;
  /** The caller's. */
  readonly umask: number;
  /** Security modules, as far as labels of theirs are asked for: AppArmor's files are its `own`, or `shared` on older kernels. */
  readonly security: { readonly apparmor: "own" | "shared" | "off"; readonly selinux: boolean };
  /** Whether the kernel has keyrings(7). */
  readonly hasKeyrings: boolean;
  /** Our own limits by number, for those that the process sets if its container has a user namespace; otherwise empty. */
  readonly limits: ReadonlyMap<number, { readonly soft: bigint; readonly hard: bigint }>;
}

/** Of a container that exists, as its init shows them. */
export interface ContainerFacts {
  /** Its user namespace is our own: there is none to be joined. */
  readonly sharesUserNamespace: boolean;
  readonly sharesMountNamespace: boolean;
  /** Its init's root has been opened. */
  readonly isRootOpen: boolean;
  /** setgroups(2) is denied in its user namespace. */
  readonly setgroupsDenied: boolean;
  /** Its limit of processes leaves no room for two more, which init is for a moment. */
  readonly isCrowded: boolean;
  /** If it is, or its filter has a listener: somebody in its pid namespace may trace others there. */
  readonly hasTracer: boolean;
  /** The cgroup2 directory that its init is in, if that lies below the container's. */
  readonly initCgroup: HostPath | undefined;
}

export interface ExecFacts extends HostFacts {
  readonly container: ContainerFacts;
  /** Absent = the container has none. */
  readonly filter?: FilterFacts | undefined;
}

/** A mount namespace given by path: its name in procfs and the id of the mount that is its root, or what forbids to put the container's root there. */
export type NamedMounts = { readonly name: string; readonly on: number } | { readonly obstacle: string };

/** Those of a bundle too, and of the place where its container will be. */
export interface Facts extends HostFacts {
  readonly bundle: HostPath;
  /** Without symbolic links. */
  readonly rootfs: HostPath;
  /** Mount point of the mount that the rootfs lies on. */
  readonly rootfsMount: HostPath;
  readonly hasKcore: boolean;
  /** Whether the kernel can mount the procfs of a pid namespace that the mounting process is not in; only probed if one is joined. */
  readonly hasProcOfNamespace: boolean;
  /** Of the namespaces given by path: those that are the host's own. */
  readonly ownNamespaces: readonly NamespaceType[];
  /** Absent = no mount namespace is given by path, or there is none at that path. */
  readonly namedMounts?: NamedMounts;
  /** The host's; only probed if its uts namespace is given by path. */
  readonly names?: { readonly hostname: string; readonly domainname: string };
  readonly cgroup: CgroupFacts;
  /** Of the network devices that the container is to get: those that the host does not have. */
  readonly missingNetDevices: readonly string[];
  /** Absent = it is not mounted, or config.json does not ask for it. */
  readonly resctrl?: ResctrlFacts;
  /** Absent = the root is just the directory that config.json names. */
  readonly layers?: LayerFacts;
  /** Absent = config.json asks for none. */
  readonly filter?: FilterFacts | undefined;
}
