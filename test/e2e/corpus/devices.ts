/** Devices: the default ones, listed ones, links, and what the device cgroup lets through. */
import { existsSync } from "node:fs";
import type { Case } from "./case.ts";

const RULES = (...rules: readonly { allow: boolean; type?: string; major?: number; minor?: number; access: string }[]) => ({
  linux: { resources: { devices: [{ allow: false, access: "rwm" }, ...rules] } },
});

const device = (over: Record<string, string | number>) => ({
  linux: { devices: [{ path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 0o640, uid: 12, gid: 34, ...over }] },
});

export const DEVICES: readonly Case[] = [
  {
    title: "[C83] the default devices and links are all of /dev",
    follow: {
      as: "runc",
      because: "crun links /dev/core even where the kernel has no /proc/kcore",
      differs: existsSync("/proc/kcore") ? [] : ["+ device /dev/core l 0777 0:0 -> /proc/kcore"],
    },
    args: ["/probe", "devices"],
  },
  {
    title: "[C83] the default devices can be opened",
    args: ["/probe", ...["null", "zero", "full", "random", "urandom", "ptmx"].flatMap((name) => ["open", `/dev/${name}`])],
  },
  { title: "[C83] /dev/tty cannot be opened without a terminal", args: ["/probe", "open", "/dev/tty"] },
  {
    title: "[C80] a listed device has the type, numbers, mode and owner asked for",
    config: device({}),
    args: ["/probe", "stat", "/dev/fuse"],
  },
  {
    title: "[C80] a listed device without a mode gets the default one",
    config: { linux: { devices: [{ path: "/dev/plain", type: "c", major: 1, minor: 3 }] } },
    args: ["/probe", "stat", "/dev/plain"],
  },
  {
    title: "[C80] a listed fifo and a listed block device are made",
    config: {
      linux: {
        devices: [
          { path: "/dev/pipe", type: "p", fileMode: 0o622 },
          { path: "/dev/disk", type: "b", major: 7, minor: 9, fileMode: 0o600 },
        ],
      },
    },
    args: ["/probe", "stat", "/dev/pipe", "stat", "/dev/disk"],
  },
  {
    title: "[C80] a listed device in a directory that does not exist gets the directory",
    config: device({ path: "/dev/net/tun", minor: 200 }),
    args: ["/probe", "stat", "/dev/net/tun"],
  },
  {
    title: "[C80] an unbuffered character device (u) is a character device",
    config: device({ type: "u" }),
    args: ["/probe", "stat", "/dev/fuse"],
  },
  {
    title: "[C80] the mode of a device is not subject to the umask",
    config: { ...device({ fileMode: 0o666 }), process: { user: { uid: 0, gid: 0, umask: 0o077 } } },
    args: ["/probe", "stat", "/dev/fuse"],
  },
  {
    title: "[C91] a listed device that no rule allows cannot be opened",
    config: device({ uid: 0, gid: 0 }),
    args: ["/probe", "open", "/dev/fuse"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] a device that a rule allows can be opened",
    config: {
      linux: {
        ...device({ uid: 0, gid: 0 }).linux,
        ...RULES({ allow: true, type: "c", major: 10, minor: 229, access: "rw" }).linux,
      },
    },
    args: ["/probe", "open", "/dev/fuse"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] making a device that may not be opened is allowed",
    config: {
      root: { readonly: false },
      process: {
        capabilities: {
          bounding: ["CAP_MKNOD"],
          effective: ["CAP_MKNOD"],
          permitted: ["CAP_MKNOD"],
          ambient: [],
        },
      },
      ...RULES({ allow: true, type: "c", major: 10, minor: 229, access: "rw" }),
    },
    args: ["/probe", "mknod", "/made", "c", "10", "229", "mknod", "/made-block", "b", "7", "1", "mknod", "/made-null", "c", "1", "3"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] a rule for every minor number and reading alone lets reading through and nothing else",
    config: {
      linux: {
        devices: [{ path: "/dev/odd", type: "c", major: 1, minor: 10, fileMode: 0o666 }],
        ...RULES({ allow: true, type: "c", major: 1, access: "r" }).linux,
      },
    },
    args: ["/probe", "read", "/dev/odd", "open", "/dev/odd"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] rules for all types and numbers, each said in another way",
    follow: {
      as: "runc",
      because: "a rule without a type is one for all; crun 1.8 does not read an empty type so",
      differs: ["- exit status 0", "+ exit status 1", "- open /dev/odd ENXIO", "- open /dev/disk EPERM"],
    },
    config: {
      linux: {
        devices: [
          { path: "/dev/odd", type: "c", major: 1, minor: 10, fileMode: 0o666 },
          { path: "/dev/disk", type: "b", major: 7, minor: 9, fileMode: 0o666 },
        ],
        resources: {
          devices: [
            { allow: false, type: "a", access: "rwm" },
            { allow: false, type: "", access: "rwm" },
            { allow: true, type: "c", major: 1, minor: -1, access: "rw" },
            { allow: false, type: "b", major: -1, minor: -1, access: "rw" },
          ],
        },
      },
    },
    args: ["/probe", "open", "/dev/odd", "open", "/dev/disk"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] a later rule takes back what an earlier one gave",
    config: {
      linux: {
        devices: [{ path: "/dev/odd", type: "c", major: 1, minor: 10, fileMode: 0o666 }],
        ...RULES(
          { allow: true, type: "c", major: 1, minor: 10, access: "rw" },
          { allow: false, type: "c", major: 1, minor: 10, access: "w" },
        ).linux,
      },
    },
    args: ["/probe", "read", "/dev/odd", "open", "/dev/odd"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C91] a first rule that allows everything opens every device",
    config: {
      linux: {
        devices: [{ path: "/dev/odd", type: "c", major: 1, minor: 10, fileMode: 0o666 }],
        resources: { devices: [{ allow: true, access: "rwm" }] },
      },
    },
    args: ["/probe", "open", "/dev/odd"],
    needs: ["cgroup-v1"],
  },
  {
    title: "[C31] the links of /dev lead to what they are named after",
    args: ["/probe", ...["fd", "stdin", "stdout", "stderr", "ptmx"].flatMap((name) => ["stat", `/dev/${name}`])],
  },
];
