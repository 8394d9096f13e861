/** Masked and read-only paths. */
import type { Case } from "./case.ts";

export const MASKS: readonly Case[] = [
  {
    title: "[C118] a masked file reads as empty",
    config: { linux: { maskedPaths: ["/secret"], readonlyPaths: [] } },
    rootfs: { secret: "text" },
    args: ["/probe", "read", "/secret", "read", "/etc/group"],
  },
  {
    title: "[C118] a masked directory is empty and cannot be written",
    config: { root: { readonly: false }, linux: { maskedPaths: ["/secret"], readonlyPaths: [] } },
    rootfs: { "secret/file": "text" },
    args: ["/probe", "ls", "/secret", "read", "/secret/file", "write", "/secret/new", "x"],
  },
  {
    title: "[C118] a masked path that does not exist is no error",
    config: { linux: { maskedPaths: ["/no/such/path", "/proc/nosuch"], readonlyPaths: [] } },
    args: ["/probe", "stat", "/no/such/path"],
  },
  {
    title: "[C118] a mask on a mounted file system covers what it shows",
    config: { linux: { maskedPaths: ["/data/greeting"] } },
    mounts: [{ destination: "/data", type: "bind", source: "@HOST@/data", options: ["bind", "ro"] }],
    host: { "data/greeting": "hello", "data/other": "seen" },
    args: ["/probe", "read", "/data/greeting", "read", "/data/other"],
  },
  {
    title: "[C119] a read-only path can be read and not written",
    config: { root: { readonly: false }, linux: { maskedPaths: [], readonlyPaths: ["/etc"] } },
    args: ["/probe", "read", "/etc/group", "write", "/etc/new", "x", "write", "/new", "x", "mount", "/etc"],
  },
  {
    title: "[C119] a single read-only file can be read and not written",
    config: { root: { readonly: false }, linux: { maskedPaths: [], readonlyPaths: ["/etc/group"] } },
    args: ["/probe", "read", "/etc/group", "append", "/etc/group", "x", "append", "/etc/passwd", "x"],
  },
  {
    title: "[C119] a root that is a read-only path cannot be written, and what is mounted on it can",
    follow: {
      as: "runc",
      because: "a read-only path cannot be written, whichever it is; crun 1.8 covers the root, which nobody sees",
      differs: ["- write /new EROFS", "+ write /new ok"],
    },
    config: { root: { readonly: false }, linux: { maskedPaths: [], readonlyPaths: ["/"] } },
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs" }],
    args: ["/probe", "write", "/new", "x", "write", "/scratch/new", "x"],
  },
  {
    title: "[C119] a read-only path that does not exist is no error",
    config: { linux: { maskedPaths: [], readonlyPaths: ["/no/such/path"] } },
    args: ["/probe", "stat", "/no/such/path"],
  },
  {
    title: "[C119] the default read-only paths of proc refuse writing",
    args: ["/probe", "write", "/proc/sys/net/ipv4/ip_forward", "1", "write", "/proc/sysrq-trigger", "h", "mount", "/proc/sys"],
  },
  {
    title: "[C119] a read-only path keeps the other options of the mount it lies in",
    follow: {
      as: "runc",
      because: "making a path read-only must not take nosuid, nodev and noexec away; crun 1.8 does",
      differs: [
        "- mount /scratch tmpfs ro,nosuid,nodev,noexec,relatime | rw | private",
        "+ mount /scratch tmpfs ro,relatime | rw | private",
      ],
    },
    config: { linux: { maskedPaths: [], readonlyPaths: ["/scratch"] } },
    mounts: [{ destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "noexec"] }],
    args: ["/probe", "mount", "/scratch"],
  },
];
