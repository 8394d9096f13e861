/** User namespaces: maps, their effect, and what a container in one may do. */
import type { JsonObject } from "../../support/json.ts";
import { type Case, defaultNamespaces } from "./case.ts";

const MAPS = [{ containerID: 0, hostID: 100000, size: 65536 }];

const userns = (over: JsonObject = {}): JsonObject => ({
  linux: { namespaces: defaultNamespaces("user"), uidMappings: MAPS, gidMappings: MAPS, ...over },
});
const IDENTITY = [{ containerID: 0, hostID: 0, size: 65536 }];

const WITH_USERNS: readonly Case[] = [
  {
    title: "[C78] root inside is another user outside, and files of the host's root belong to nobody",
    config: userns(),
    args: ["/probe", "status", "read", "/proc/self/uid_map", "read", "/proc/self/gid_map", "stat", "/etc/group"],
  },
  {
    title: "[C78] two ranges of ids are both mapped",
    config: userns({
      uidMappings: [
        { containerID: 0, hostID: 100000, size: 10 },
        { containerID: 1000, hostID: 200000, size: 5 },
      ],
    }),
    args: ["/probe", "read", "/proc/self/uid_map", "read", "/proc/self/setgroups"],
  },
  {
    title: "[C80] devices are there in a user namespace, where none can be made",
    config: userns(),
    args: [
      "/probe",
      ...["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts/ptmx", "fd", "shm"].flatMap((name) => ["stat", `/dev/${name}`]),
    ],
  },
  {
    title: "[C74] the message queue file system belongs to the container's root",
    follow: {
      as: "crun",
      because: "runc 1.1 mounts it while its group is still one that has no place in the map",
      differs: ["- stat /dev/mqueue d 1777 0:0", "+ stat /dev/mqueue d 1777 0:65534"],
    },
    config: userns(),
    args: ["/probe", "stat", "/dev/mqueue"],
  },
  {
    title: "[C80] default devices can be opened in a user namespace",
    config: userns(),
    args: ["/probe", ...["null", "zero", "full", "random", "urandom", "ptmx"].flatMap((name) => ["open", `/dev/${name}`])],
  },
  {
    title: "[C62] a user and groups in terms of the container",
    config: { ...userns(), process: { user: { uid: 1000, gid: 1000, additionalGids: [5, 6] } } },
    args: ["/probe", "status"],
  },
  {
    title: "[C56] capabilities in a user namespace are those of config.json",
    config: { ...userns(), process: { noNewPrivileges: false } },
    args: ["/probe", "status"],
  },
  {
    title: "[C78] an identity map keeps the owners of files",
    config: userns({ uidMappings: IDENTITY, gidMappings: IDENTITY }),
    args: ["/probe", "stat", "/etc/group", "read", "/proc/self/uid_map"],
  },
  {
    title: "[C74] mounts in a user namespace have the options asked for",
    follow: {
      as: "runc",
      because: "ro belongs to the mount call, so it holds for the sysfs instance too; crun sets it on the mount alone",
      differs: [
        "- mount /sys sysfs ro,nosuid,nodev,noexec,relatime | ro | private",
        "+ mount /sys sysfs ro,nosuid,nodev,noexec,relatime | rw | private",
      ],
    },
    config: userns(),
    args: ["/probe", ...["/", "/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys"].flatMap((point) => ["mount", point])],
  },
  {
    title: "[C110] a sysctl of the container's own network is set in a user namespace",
    config: userns({ sysctl: { "net.ipv4.ip_forward": "1" } }),
    args: ["/probe", "read", "/proc/sys/net/ipv4/ip_forward"],
  },
  {
    title: "[C118] masked and read-only paths hold in a user namespace",
    config: userns({ maskedPaths: ["/etc/passwd", "/root"], readonlyPaths: ["/etc/group", "/proc/sys"] }),
    args: ["/probe", "read", "/etc/passwd", "ls", "/root", "append", "/etc/group", "x", "write", "/proc/sys/kernel/hostname", "x"],
  },
  {
    title: "[C38] a bind mount in a user namespace keeps the host's owners",
    config: userns(),
    mounts: [{ destination: "/data", type: "bind", source: "@HOST@/data", options: ["bind", "ro"] }],
    rootfs: { "data/.keep": "" },
    host: { "data/greeting": "hello" },
    args: ["/probe", "read", "/data/greeting", "stat", "/data/greeting", "mount", "/data"],
  },
];

export const USERNS: readonly Case[] = WITH_USERNS.map((row) => ({ ...row, needs: ["user-namespace", ...(row.needs ?? [])] }));
