/**
 * The vocabulary of the container side: everything that native init can be asked to do.
 *
 * A step is data, mostly one serialized system call. It never does anything itself, and it holds no file
 * descriptor or pid: a `slot` names a descriptor that an earlier step of the same plan opened.
 * Each has a row in wire.ts, a text in describe.ts and a `do_` function in native/init/; leave one out and the
 * type checker or the C compiler says so.
 */
import type { GuestPath, HostPath } from "../../base/paths.ts";
import type { SchedulingStep } from "./scheduling-step.ts";

/** The places where init stops until the host has done its part; drawn in host/init/handshake.ts. */
export type SyncPoint = "layers" | "cgroup" | "id-maps" | "hooks" | "root" | "ready";

export type InitStep =
  // cgroups: init enters by itself, since moving another process makes the kernel wait for a grace period (10 ms)
  /** `file` is a v1 `tasks`, the only file to which a process can write itself without that wait. */
  | { readonly op: "enterCgroup"; readonly file: HostPath }
  | { readonly op: "openCgroup"; readonly slot: number; readonly path: HostPath }
  /** As cloneChild; the child starts in the cgroup2 directory in `slot`. */
  | { readonly op: "cloneIntoCgroup"; readonly flags: number; readonly slot: number }
  // namespaces
  | { readonly op: "openNamespace"; readonly slot: number; readonly path: HostPath }
  /** `keep`: it stays open in its slot. */
  | { readonly op: "joinNamespace"; readonly slot: number; readonly type: number; readonly keep: boolean }
  /** All of a container's at once; its init is given to init as a descriptor. The host's null device is closed then. */
  | { readonly op: "joinProcess"; readonly flags: number }
  /** The root of the container's init becomes "/". */
  | { readonly op: "joinRoot" }
  | { readonly op: "unshare"; readonly flags: number }
  | { readonly op: "cloneChild"; readonly flags: number }
  | { readonly op: "openUserNamespace"; readonly slot: number; readonly uidMap: string; readonly gidMap: string }
  | { readonly op: "sync"; readonly point: number }
  /** The same without a word to the host, which lets init go on there whether or not it has come so far. */
  | { readonly op: "waitHost"; readonly point: number }
  | { readonly op: "setDumpable"; readonly dumpable: boolean }
  // procfs, through a mount that nothing untrusted can cover
  /** A mount for init alone, attached nowhere: a new procfs, or a clone of what is at /proc. */
  | { readonly op: "openProc"; readonly fresh: boolean }
  | { readonly op: "writeProc"; readonly file: string; readonly text: string }
  // mounts: one step makes a detached mount in a slot, others change it, the last attaches it
  | { readonly op: "setPropagation"; readonly path: HostPath; readonly flags: bigint }
  | { readonly op: "openTree"; readonly slot: number; readonly source: HostPath; readonly recursive: boolean }
  | {
      readonly op: "newFilesystem";
      readonly slot: number;
      readonly type: string;
      readonly source: string;
      /** `key=value` or a bare flag, each given to fsconfig(2). */
      readonly options: readonly string[];
      /** MOUNT_ATTR_* bits for fsmount(2). */
      readonly attributes: bigint;
    }
  /** The same for a tmpfs, with the mode of what is at `modeOf`, if anything is, as its first option. */
  | {
      readonly op: "newTmpfs";
      readonly slot: number;
      readonly source: string;
      readonly options: readonly string[];
      readonly attributes: bigint;
      readonly modeOf: GuestPath;
    }
  /** The same by one mount(2), which takes a page of options as one text; `flags` are MS_* bits of the file system. */
  | {
      readonly op: "mountFilesystem";
      readonly slot: number;
      readonly type: string;
      readonly source: string;
      readonly flags: bigint;
      readonly data: string;
      /** As with newTmpfs; "" = no mode is taken over. */
      readonly modeOf: GuestPath | "";
    }
  /** The procfs of the pid namespace in slot `namespace`; otherwise as newFilesystem. */
  | {
      readonly op: "newProc";
      readonly slot: number;
      readonly namespace: number;
      readonly source: string;
      readonly options: readonly string[];
      readonly attributes: bigint;
    }
  | {
      readonly op: "mountAttributes";
      readonly slot: number;
      readonly set: bigint;
      readonly clear: bigint;
      /** MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE; 0 leaves it. */
      readonly propagation: bigint;
      readonly recursive: boolean;
    }
  // binds that only the host can open or map, done by a child with the host's rights; drawn in native/init/opener.c
  | { readonly op: "forkOpener"; readonly slot: number }
  /** From here on the opener sees what init sees. */
  | { readonly op: "leadOpener"; readonly slot: number }
  | {
      readonly op: "openAsHost";
      readonly slot: number;
      readonly opener: number;
      readonly source: HostPath;
      readonly recursive: boolean;
    }
  | { readonly op: "idmapAsHost"; readonly slot: number; readonly opener: number; readonly namespace: number; readonly recursive: boolean }
  | { readonly op: "endOpener"; readonly slot: number }
  // the root from layers: an overlay context in a slot gets its layers one by one, and ends up as a detached mount
  | { readonly op: "newOverlay"; readonly slot: number }
  | {
      readonly op: "addLayer";
      readonly slot: number;
      /** The topmost lower layer comes first. */
      readonly key: "lowerdir+" | "upperdir" | "workdir";
      /** Slot of the directory or mount that `path` is relative to; NO_SLOT for an absolute path. */
      readonly base: number;
      readonly path: string;
      /** As a short string instead of a descriptor, for kernels before 6.13. */
      readonly byName: boolean;
    }
  | { readonly op: "finishOverlay"; readonly slot: number; readonly options: readonly string[] }
  // the root from a FUSE file system, whose server is a program on the host; drawn in native/init/server.c
  /** A child that waits for startServer, outside everything that init enters. */
  | {
      readonly op: "forkServer";
      readonly slot: number;
      readonly path: HostPath;
      readonly args: readonly string[];
      /** A file that the server keeps locked, so that no other server writes to the same layer; "" = none. */
      readonly lock: HostPath | "";
    }
  /** Slots of the mount and of the device that it is served through. */
  | {
      readonly op: "mountFuse";
      readonly slot: number;
      readonly device: number;
      readonly source: string;
      readonly options: readonly string[];
    }
  | {
      readonly op: "startServer";
      readonly slot: number;
      readonly device: number;
      readonly mount: number;
      /** Whether the server joins init's user namespace. */
      readonly joins: boolean;
    }
  /** Owner of what this process creates from here on; it keeps its capabilities. */
  | { readonly op: "setFileIds"; readonly uid: number; readonly gid: number }
  /** All by one mount(2), for kernels before 6.7. `parts` are pairs: a piece of the mount's data, and the layer that follows it. */
  | { readonly op: "mountLayers"; readonly path: HostPath; readonly parts: readonly string[] }
  | { readonly op: "idmapMount"; readonly slot: number; readonly namespace: number; readonly recursive: boolean }
  | { readonly op: "copyUp"; readonly slot: number; readonly source: GuestPath }
  /** From here on it is the working directory: relative paths in the options of file systems start there. */
  | { readonly op: "attachRoot"; readonly slot: number; readonly path: HostPath }
  | {
      readonly op: "attach";
      readonly slot: number;
      readonly target: GuestPath;
      readonly guard: number;
      /** Later paths on it are resolved from the mount itself, wherever the image's directories are by then; see kept-mounts.ts. */
      readonly keep?: boolean;
    }
  | {
      readonly op: "remount";
      readonly target: GuestPath;
      readonly options: readonly string[];
      readonly set: bigint;
      readonly clear: bigint;
      readonly superblock: boolean;
    }
  | {
      readonly op: "targetAttributes";
      readonly target: GuestPath;
      readonly set: bigint;
      readonly clear: bigint;
      readonly propagation: bigint;
      readonly recursive: boolean;
    }
  // files below the root
  | { readonly op: "makeDirectory"; readonly path: GuestPath; readonly mode: number }
  /** Not an error if there is nothing there. */
  | { readonly op: "unlink"; readonly path: GuestPath }
  | { readonly op: "symlink"; readonly target: string; readonly path: GuestPath }
  | {
      readonly op: "mknod";
      readonly path: GuestPath;
      /** File type and permission bits, as mknod(2) takes them. */
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
      readonly uid: number;
      readonly gid: number;
    }
  /** The container's null device, or the host's. */
  | { readonly op: "openNull"; readonly slot: number; readonly ofHost: boolean }
  /** Slots: the null device that hides files, and the mount that hides directories, which the first such step makes. */
  | { readonly op: "maskPath"; readonly path: GuestPath; readonly null: number; readonly directory: number }
  | { readonly op: "readonlyPath"; readonly path: GuestPath }
  // the new root
  | { readonly op: "pivotRoot" }
  /** Whole mounts of procfs and sysfs outside the root are unmounted or covered. */
  | { readonly op: "moveRoot" }
  | { readonly op: "tellMount"; readonly slot: number }
  /** The mounts in `slot` become the root of the mount namespace in slot `namespace` and of init, which goes there; EBUSY unless its root is the mount of the id `on`. */
  | { readonly op: "placeRoot"; readonly slot: number; readonly namespace: number; readonly on: number }
  | { readonly op: "chroot"; readonly path: HostPath }
  /** Closes every descriptor but the container's own and the sockets to the runtime. */
  | { readonly op: "letGo" }
  // host names, session, terminal
  | { readonly op: "sethostname"; readonly name: string }
  | { readonly op: "setdomainname"; readonly name: string }
  /** The SELinux label of the root directory of the mount in `slot`. */
  | { readonly op: "labelMount"; readonly slot: number; readonly label: string }
  | { readonly op: "newSessionKeyring" }
  | { readonly op: "setsid" }
  | { readonly op: "loopbackUp" }
  /** A standard stream that is the caller's /dev/null becomes the container's, or an unchangeable one of the host's. */
  | { readonly op: "reopenNull"; readonly ofHost: boolean }
  /**
   * Gives 0, 1 and 2 to the user, but no directories, devices other than terminals, files only to be read or only named, and none that may not be given;
   * `anonymous`: only pipes and sockets that have no name.
   */
  | { readonly op: "chownStdio"; readonly uid: number; readonly anonymous: boolean }
  /** Makes the terminal that is standard input the controlling one of the session that init leads. */
  | { readonly op: "controlTerminal" }
  | { readonly op: "openConsole"; readonly height: number; readonly width: number; readonly uid: number; readonly mount: boolean }
  // the process
  | { readonly op: "setrlimit"; readonly resource: number; readonly soft: bigint; readonly hard: bigint }
  | { readonly op: "personality"; readonly domain: number }
  | SchedulingStep
  | { readonly op: "umask"; readonly mask: number }
  | { readonly op: "setgroups"; readonly gids: readonly number[] }
  | { readonly op: "setgid"; readonly gid: number }
  | { readonly op: "setuid"; readonly uid: number }
  | { readonly op: "keepCapabilities" }
  | { readonly op: "dropBounding"; readonly keep: bigint }
  | { readonly op: "capset"; readonly effective: bigint; readonly permitted: bigint; readonly inheritable: bigint }
  | { readonly op: "raiseAmbient"; readonly set: bigint }
  | { readonly op: "noNewPrivileges" }
  /**
   * Instructions as the kernel takes them (struct sock_filter), and flags of seccomp(2). A listener's descriptor goes to the host: by a thread
   * that the filter does not hold for, or else by init under it, which can have no thread once its children are in another pid namespace.
   */
  | { readonly op: "loadFilter"; readonly flags: number; readonly byThread: boolean; readonly program: Uint8Array }
  | { readonly op: "chdir"; readonly path: GuestPath | HostPath }
  /** With the file system rights of `uid`: on a network file system root's may not suffice. */
  | { readonly op: "chdirAs"; readonly path: GuestPath; readonly uid: number }
  | { readonly op: "defaultHome"; readonly uid: number }
  | {
      readonly op: "findExecutable";
      readonly name: string;
      readonly searchPath: string;
      /** The name may lead through /proc/self/fd. */
      readonly magicLinks: boolean;
    }
  | { readonly op: "closeOnExec"; readonly first: number }
  | { readonly op: "waitStart" }
  | {
      readonly op: "runHook";
      readonly path: string;
      readonly args: readonly string[];
      readonly env: readonly string[];
      /** Adds HOME as defaultHome found it. */
      readonly withHome: boolean;
      /** In seconds; 0 = no limit. */
      readonly timeout: number;
      /** The state document before and after the decimal pid, which only init knows. */
      readonly stateHead: string;
      readonly stateTail: string;
    }
  | { readonly op: "exec"; readonly args: readonly string[]; readonly env: readonly string[] };

/**
 * What happens if a step fails. `stop` (the default) aborts the start; `warn` warns the user and continues; `ignore`
 * continues; with `else` the next step is the alternative, which is skipped if this one worked.
 */
export const ON_FAILURE = { stop: 0, warn: 1, ignore: 2, else: 3 } as const;
export type OnFailure = keyof typeof ON_FAILURE;

/** A step, and the place in config.json that asked for it (a JSON pointer; "" = internal). */
export interface Planned<S> {
  readonly step: S;
  readonly origin: string;
  readonly onFailure?: OnFailure;
  /** For readers of a plan: what the step itself does not say. */
  readonly note?: string;
}

export type InitOp = InitStep["op"];

/** Number of each sync point on the wire. */
export const SYNC_POINTS = { "id-maps": 2, hooks: 3, ready: 4, cgroup: 5, layers: 6, root: 7 } as const satisfies Record<SyncPoint, number>;

/** What an attach must refuse (bits of `guard`); see native/init/mount.c. */
export const GUARD = {
  /** The target must be a real directory, reached without any symbolic link (for proc and sysfs). */
  noSymlinks: 1,
  /** The target may lie on procfs (only the harmless files that plan/mounts/mount-guard.ts lists). */
  allowProc: 2,
  /** A missing target is an error and not created: its parent is a mount that must not be written to. */
  noCreate: 4,
} as const;
