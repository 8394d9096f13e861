/** Control groups, version 1: where the container's are, and what it sees of them. */
import { type Case, defaultNamespaces } from "./case.ts";

const V1: readonly Case[] = [
  {
    title: "device access is r, w and m in any order and as often as they like",
    config: {
      linux: {
        devices: [
          { path: "/dev/allowed", type: "c", major: 7, minor: 0 },
          { path: "/dev/forbidden", type: "c", major: 7, minor: 1 },
        ],
        resources: {
          devices: [
            { allow: false, access: "mrwm" },
            { allow: true, type: "c", major: 7, minor: 0, access: "wwrrw" },
            { allow: true, type: "c", major: 7, minor: 1, access: "mm" },
          ],
        },
      },
    },
    args: ["/probe", "open", "/dev/allowed", "open", "/dev/forbidden"],
  },
  {
    title: "[C88] an absolute cgroupsPath is taken from the hierarchies' roots",
    config: { linux: { cgroupsPath: "/@ID@-absolute" } },
    args: ["/probe", "cgroup"],
  },
  {
    title: "[C88] a relative cgroupsPath is a place too",
    follow: {
      as: "runc",
      because: "a relative place is below the runtime's own cgroup; crun takes it from the hierarchy's root",
      differs: [],
    },
    config: { linux: { cgroupsPath: "@ID@-relative" } },
    args: ["/probe", "cgroup"],
  },
  {
    title: "without a cgroupsPath the cgroup is named after the container",
    follow: {
      as: "runc",
      because: "a relative place is below the runtime's own cgroup; crun takes it from the hierarchy's root",
      differs: [],
    },
    args: ["/probe", "cgroup"],
  },
  {
    title: "[C75] a cgroup mount in a cgroup namespace shows the container's cgroup as its root",
    config: { linux: { namespaces: defaultNamespaces("cgroup") } },
    args: ["/probe", "mount", "/sys/fs/cgroup/pids", "read", "/sys/fs/cgroup/pids/pids.max"],
    needs: ["cgroup-namespace"],
  },
  {
    title: "[C74] a read-only cgroup mount cannot be written",
    args: ["/probe", "mount", "/sys/fs/cgroup/pids", "write", "/sys/fs/cgroup/pids/pids.max", "3", "mkdir", "/sys/fs/cgroup/pids/child"],
  },
  {
    title: "[C39] the tmpfs that holds a read-only cgroup mount is read-only too",
    args: ["/probe", "mkdir", "/sys/fs/cgroup/new"],
    follow: {
      as: "specification",
      because: "ro is asked for; runc 1.1 and crun 1.8 both leave the tmpfs writable, one saved by its mode and the other not",
      shows: { exitCode: 0, lines: ["mkdir /sys/fs/cgroup/new EROFS"] },
    },
  },
];

export const CGROUPS: readonly Case[] = V1.map((row) => ({ ...row, needs: ["cgroup-v1", ...(row.needs ?? [])] }));
