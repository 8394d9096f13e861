/** What the plan has to know about the host. Read by host/facts.ts before planning, and by nobody during it. */
import type { HostPath } from "../base/paths.ts";
import type { LayersDriver } from "../spec/types.ts";

export interface CgroupHierarchy {
  /** `["cpu", "cpuacct"]`, `["name=systemd"]`, or none for cgroup2. */
  readonly controllers: readonly string[];
  readonly mountPoint: HostPath;
  /** The runtime's own cgroup in it, from the mount point. */
  readonly ownPath: string;
  /** Cgroups can be made in our own one. */
  readonly writable: boolean;
  /** Cgroups can be made beside our own one, as cgroup2 wants it; absent = as `writable`. */
  readonly hasRoomBeside?: boolean;
}

export interface CgroupFacts {
  readonly mode: "v1" | "v2" | "hybrid" | "none";
  readonly hierarchies: readonly CgroupHierarchy[];
  /** Of cgroup2, at its mount point. */
  readonly availableControllers: readonly string[];
  readonly rootless: boolean;
}

/** A directory on the host that is a layer of the root. */
export interface LayerDirectory {
  readonly path: HostPath;
  /** Mount point of the mount that it lies on; known where ids are to be mapped, and then `path` is without symbolic links. */
  readonly mount: HostPath | undefined;
  /** The value of layers.json that names it; see base/origin.ts. */
  readonly origin: string;
}

/** For drivers whose container has a tree of its own instead of a mount. */
export interface TreeFacts {
  /** Where it is, or is to be: in the place of the writable layer. */
  readonly path: HostPath;
  readonly origin: string;
  /** Where the store keeps one for all containers of these layers; absent for layers that are not one stack of the store's. */
  readonly shared: HostPath | undefined;
  /** Which btrfs the two places are on; absent = another file system. */
  readonly fileSystem: string | undefined;
  readonly sharedFileSystem: string | undefined;
}

/** What a bundle's layers.json asks for, its directories found. */
export interface LayerFacts {
  /** Of the layers as a whole. */
  readonly origin: string;
  /** The lowest first, as in layers.json. */
  readonly lower: readonly LayerDirectory[];
  /** Where the container's changes go; upper and work lie on the same mount, and may not be there yet. Absent = read-only. */
  readonly writable:
    | { readonly upper: HostPath; readonly work: HostPath; readonly mount: HostPath | undefined; readonly origin: string }
    | undefined;
  /** Absent for drivers that mount the layers. */
  readonly tree?: TreeFacts | undefined;
  readonly isVolatile: boolean;
  readonly driver: {
    readonly name: LayersDriver;
    readonly origin: string;
    /** The type of file system of the writable layer, if that chose the driver and not layers.json. */
    readonly chosenBy?: string;
  };
  /** Known where the driver is fuse-overlayfs. */
  readonly fuse?: {
    /** Absent = not in PATH. */
    readonly program: HostPath | undefined;
    /** Why /dev/fuse cannot be opened; absent = it can. */
    readonly device: string | undefined;
  };
  /** What asked for the layers' ids to be mapped as the container's. */
  readonly idmap: string | undefined;
  readonly kernel: { readonly major: number; readonly minor: number };
}

export interface Facts {
  readonly bundle: HostPath;
  /** Without symbolic links. */
  readonly rootfs: HostPath;
  /** Mount point of the mount that the rootfs lies on. */
  readonly rootfsMount: HostPath;
  readonly uid: number;
  readonly gid: number;
  /** Not root, or root in a user namespace only. */
  readonly rootless: boolean;
  readonly inUserNamespace: boolean;
  /** setgroups(2) is denied in our user namespace. */
  readonly setgroupsDenied: boolean;
  /** Highest capability number that the kernel knows. */
  readonly lastCapability: number;
  /** What we are permitted, bit N for capability N: without a user namespace of its own the container gets no more. */
  readonly ownCapabilities: bigint;
  readonly hasKcore: boolean;
  /** The caller's. */
  readonly umask: number;
  /** Whether the kernel mounts the procfs of a pid namespace that the mounting process is not in; not looked at where none is joined. */
  readonly hasProcOfNamespace: boolean;
  /** Whether the kernel has keyrings(7). */
  readonly hasKeyrings: boolean;
  /** What the limit of open files was before the engine of this program raised its own; undefined if it is that still. */
  readonly openFiles: { readonly soft: bigint; readonly hard: bigint } | undefined;
  /** Our own limits by number, as far as config.json sets them and the container has a user namespace; else none. */
  readonly limits: ReadonlyMap<number, { readonly soft: bigint; readonly hard: bigint }>;
  readonly cgroup: CgroupFacts;
  /** Absent = the root is the directory of config.json and nothing else. */
  readonly layers?: LayerFacts;
}
