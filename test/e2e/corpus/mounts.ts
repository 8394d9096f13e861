/** Mounts: types, order, sources, and created mount points. */
import { DEFAULT_CONFIG } from "../../support/default-config.ts";
import type { Json } from "../../support/json.ts";
import type { Case } from "./case.ts";

export const DATA = { "data/greeting": "hello", "data/sub/deep": "deep" } as const;

/** What is below /sys/fs/cgroup depends on the machine; corpus/cgroups.ts covers it. */
const MOUNTS_BUT_CGROUP = (DEFAULT_CONFIG.mounts as readonly Json[]).filter((mount) => !JSON.stringify(mount).includes("cgroup"));

export const bind = (...options: string[]): { destination: string; type: string; source: string; options: string[] } => ({
  destination: "/data",
  type: "bind",
  source: "@HOST@/data",
  options,
});

export const PROBE_OPTIONS = ["/probe", "mount", "/data", "read", "/data/greeting", "write", "/data/new", "hello"];

export const MOUNTS: readonly Case[] = [
  {
    title: "[C74] the default bundle's mounts are all there, in the order of config.json",
    follow: {
      as: "runc",
      because: "ro belongs to the mount call, so it holds for the sysfs instance too; crun sets it on the mount alone",
      differs: [
        "- mount /sys sysfs ro,nosuid,nodev,noexec,relatime | ro | private",
        "+ mount /sys sysfs ro,nosuid,nodev,noexec,relatime | rw | private",
      ],
    },
    config: { mounts: MOUNTS_BUT_CGROUP, linux: { maskedPaths: [], readonlyPaths: [] } },
    args: ["/probe", "mountinfo"],
  },
  { title: "[C38] a bind mount can be read and written", mounts: [bind("bind")], host: DATA, args: PROBE_OPTIONS },
  {
    title: "[C38] a bind option without a type is a bind mount",
    mounts: [{ destination: "/data", source: "@HOST@/data", options: ["bind", "ro"] }],
    host: DATA,
    args: PROBE_OPTIONS,
  },
  {
    title: "[C38] type bind without a bind option is no bind mount, and no file system is called so",
    mounts: [{ destination: "/data", type: "bind", source: "@HOST@/data", options: ["ro"] }],
    host: DATA,
    args: PROBE_OPTIONS,
  },
  {
    title: "[C38] a relative source is taken from the bundle",
    mounts: [{ destination: "/data", type: "bind", source: "rootfs/etc", options: ["bind", "ro"] }],
    args: ["/probe", "ls", "/data"],
  },
  {
    title: "[C38] a file can be bound on a file that does not exist yet",
    mounts: [{ destination: "/etc/greeting", type: "bind", source: "@HOST@/data/greeting", options: ["bind", "ro"] }],
    host: DATA,
    args: ["/probe", "read", "/etc/greeting", "stat", "/etc/greeting"],
  },
  {
    title: "[C37] a destination without a leading slash is taken from the root",
    mounts: [{ destination: "data/below", type: "bind", source: "@HOST@/data", options: ["bind"] }],
    host: DATA,
    args: ["/probe", "read", "/data/below/greeting"],
  },
  {
    title: "[C36] a later mount covers an earlier one",
    follow: {
      as: "crun",
      because: "the mount asks for mode 700; runc 1.1 gives a tmpfs the mode of the directory it covers (runc 1.2 does not)",
      differs: ["- stat /data/sub d 0700 0:0", "+ stat /data/sub d 0755 0:0"],
    },
    mounts: [bind("bind"), { destination: "/data/sub", type: "tmpfs", source: "tmpfs", options: ["mode=700"] }],
    host: DATA,
    args: ["/probe", "ls", "/data", "ls", "/data/sub", "stat", "/data/sub"],
  },
  {
    title: "[C36] a mount on a parent hides what was mounted below it before",
    mounts: [
      { destination: "/data/sub", type: "tmpfs", source: "tmpfs", options: ["mode=700"] },
      { ...bind("bind"), destination: "/data" },
    ],
    host: DATA,
    args: ["/probe", "ls", "/data", "ls", "/data/sub"],
  },
  {
    title: "[C46] a file system's own options reach it",
    mounts: [
      { destination: "/scratch", type: "tmpfs", source: "name", options: ["mode=1770", "uid=12", "gid=34", "size=4096k", "nr_inodes=99"] },
    ],
    args: ["/probe", "mount", "/scratch", "stat", "/scratch"],
  },
  {
    title: "[C46] an option that the file system does not know makes create fail",
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["nonsense=1"] }],
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C73] a file system type that the kernel does not know makes create fail",
    mounts: [{ destination: "/scratch", type: "nosuchfs", source: "none" }],
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C35] a read-only root cannot be written, and a tmpfs on it can",
    mounts: [{ destination: "/tmp", type: "tmpfs", source: "tmpfs" }],
    args: ["/probe", "write", "/new", "x", "mkdir", "/directory", "write", "/tmp/new", "x", "mount", "/"],
  },
  {
    title: "[C35] a root that is not read-only can be written",
    config: { root: { readonly: false } },
    args: ["/probe", "write", "/new", "x", "read", "/new", "mount", "/"],
  },
  {
    title: "a symbolic link in the root filesystem leads a mount to its target inside",
    mounts: [{ ...bind("bind", "ro"), destination: "/linked/data" }],
    rootfs: { "real/.keep": "", linked: { link: "/real" } },
    host: DATA,
    args: ["/probe", "read", "/real/data/greeting", "stat", "/linked"],
  },
  {
    title: "a mount destination with .. in it stays inside the root filesystem",
    mounts: [{ ...bind("bind", "ro"), destination: "/etc/../../../inner/data" }],
    host: DATA,
    args: ["/probe", "read", "/inner/data/greeting"],
  },
  {
    title: "proc may not be covered by a tmpfs",
    follow: {
      as: "runc",
      because: "a container that could replace /proc/self would be told lies to by its own image; crun 1.8 allows it",
      differs: ["- exit status 1", "+ exit status 0", "+ never"],
    },
    mounts: [{ destination: "/proc/self", type: "tmpfs", source: "tmpfs" }],
    args: ["/probe", "say", "never"],
  },
  {
    title: "one procfs may cover another",
    mounts: [{ destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "nodev", "noexec"] }],
    args: ["/probe", "mount", "/proc", "read", "/proc/sys/kernel/hostname"],
  },
  {
    title: "the host's procfs may cover the container's",
    mounts: [{ destination: "/proc", type: "bind", source: "/proc", options: ["rbind"] }],
    args: ["/probe", "say", "started"],
  },
  {
    title: "a directory may not cover a procfs",
    follow: {
      as: "runc",
      because: "a program that trusts /proc would be told lies to; crun 1.8 allows it",
      differs: ["- exit status 1", "+ exit status 0", "+ never"],
    },
    mounts: [{ ...bind("bind"), destination: "/proc" }],
    host: DATA,
    args: ["/probe", "say", "never"],
  },
];
