/** Namespaces: new ones, inherited ones, joined ones, and what is visible in them. */
import type { JsonObject } from "../../support/json.ts";
import { type Case, defaultNamespaces, namespaces } from "./case.ts";

const WITHOUT_CGROUP_MOUNT = [
  { destination: "/proc", type: "proc", source: "proc" },
  { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"] },
];

/** The runtime's own, each by its path. */
const own = (...types: readonly string[]): JsonObject[] =>
  types.map((type) => ({ type, path: `/proc/self/ns/${type === "mount" ? "mnt" : type}` }));

export const NAMESPACES: readonly Case[] = [
  {
    title: "[C75] a new pid namespace makes the program process 1",
    args: ["/probe", "pid", "session"],
  },
  {
    title: "[C77] without a pid namespace the program is not process 1",
    config: { linux: { namespaces: namespaces("network", "ipc", "uts", "mount") } },
    args: ["/probe", "session"],
  },
  {
    title: "[C77] a program without a pid namespace that kills itself gives 128 and the signal's number",
    config: { linux: { namespaces: namespaces("network", "ipc", "uts", "mount") } },
    args: ["/probe", "kill-self", "TERM"],
  },
  {
    title: "[C75] a new network namespace has the loopback interface and its own sysctls",
    args: ["/probe", "interfaces", "read", "/proc/sys/net/ipv4/ip_forward"],
  },
  {
    title: "[C77] without an ipc namespace the host's message queue limits are seen",
    config: { linux: { namespaces: namespaces("pid", "network", "uts", "mount") } },
    args: ["/probe", "read", "/proc/sys/fs/mqueue/msg_max", "ls", "/dev/mqueue"],
  },
  {
    title: "[C63] the hostname is set in the container's uts namespace",
    config: { hostname: "name-of-its-own" },
    args: ["/probe", "names", "read", "/proc/sys/kernel/hostname"],
  },
  {
    title: "[C63] a hostname of 64 bytes, the kernel's limit, is set whole",
    config: { hostname: "h".repeat(64) },
    args: ["/probe", "names"],
  },
  {
    title: "[C75] a cgroup namespace hides where the container's cgroup is",
    config: { linux: { namespaces: defaultNamespaces("cgroup") }, mounts: WITHOUT_CGROUP_MOUNT },
    args: ["/probe", "cgroup"],
    needs: ["cgroup-namespace", "cgroup-v1"],
  },
  {
    title: "[C76] a network namespace given by path is joined, whatever else is new",
    config: {
      linux: {
        namespaces: [{ type: "pid" }, { type: "network", path: "/proc/self/ns/net" }, { type: "ipc" }, { type: "uts" }, { type: "mount" }],
      },
    },
    args: ["/probe", "session", "names"],
  },
  {
    title: "[C76] pid, ipc, uts and cgroup namespaces given by path are joined",
    config: { hostname: null, linux: { namespaces: [{ type: "mount" }, { type: "network" }, ...own("pid", "ipc", "uts", "cgroup")] } },
    args: ["/probe", "cwd", "session"],
    needs: ["cgroup-namespace"],
  },
  {
    title: "[C76] a time namespace given by path is joined",
    follow: {
      as: "specification",
      because: "runc 1.1 and crun 1.8 do not know time namespaces",
      shows: { exitCode: 0, lines: ["cwd /"] },
    },
    config: { linux: { namespaces: [...defaultNamespaces(), ...own("time")] } },
    args: ["/probe", "cwd"],
    needs: ["time-namespace"],
  },
  {
    title: "[C76] the host's own mount namespace given by path is copied",
    follow: {
      as: "specification",
      because: "decision 15: everybody who enters it later would start in the image. runc and crun mount in the namespace itself, and fail",
      shows: { exitCode: 0, lines: ["cwd /"] },
    },
    config: { linux: { namespaces: [...defaultNamespaces().filter(({ type }) => type !== "mount"), ...own("mount")] } },
    args: ["/probe", "cwd"],
  },
  {
    title: "[C76] the runtime's own user namespace cannot be joined",
    config: { linux: { namespaces: [...defaultNamespaces(), ...own("user")] } },
    args: ["/probe", "say", "never"],
    needs: ["user-namespace"],
  },
  {
    title: "[C76] a file that is no namespace of the type is an error",
    config: { linux: { namespaces: [{ type: "mount" }, { type: "ipc", path: "/proc/self/ns/uts" }] } },
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C77] with only a mount namespace everything else is the host's",
    config: { hostname: null, linux: { namespaces: namespaces("mount") } },
    args: ["/probe", "session", "mount", "/dev", "cwd"],
  },
  {
    title: "[C63] the domainname is set in the container's uts namespace",
    follow: {
      as: "crun",
      because: "runc 1.1 ignores domainname (runc 1.2 does not)",
      differs: ["- domainname domain.of.its.own", "+ domainname (none)"],
    },
    config: { domainname: "domain.of.its.own" },
    args: ["/probe", "names"],
  },
  {
    title: "[C79] the offsets of a time namespace are those of config.json",
    follow: {
      as: "specification",
      because: "runc 1.1 and crun 1.8 do not know time namespaces; later versions of both do",
      shows: {
        exitCode: 0,
        lines: ["read /proc/self/timens_offsets ok monotonic        7881   2718281\\nboottime         1337   3141519\\n"],
      },
    },
    config: {
      linux: {
        namespaces: defaultNamespaces("time"),
        timeOffsets: { monotonic: { secs: 7881, nanosecs: 2718281 }, boottime: { secs: 1337, nanosecs: 3141519 } },
      },
    },
    args: ["/probe", "read", "/proc/self/timens_offsets"],
    needs: ["time-namespace"],
  },
  {
    title: "[C110] namespaced sysctls are set inside",
    config: { linux: { sysctl: { "net.ipv4.ip_forward": "1", "kernel.shmmax": "65536", "net.core.somaxconn": "300" } } },
    args: [
      "/probe",
      ...["/proc/sys/net/ipv4/ip_forward", "/proc/sys/kernel/shmmax", "/proc/sys/net/core/somaxconn"].flatMap((path) => ["read", path]),
    ],
  },
  {
    title: "[C110] a sysctl that does not exist makes create fail",
    config: { linux: { sysctl: { "net.ipv4.nosuchkey": "1" } } },
    args: ["/probe", "say", "never"],
  },
  {
    title: "[C110] a sysctl of the host, outside any namespace, is refused",
    config: { linux: { sysctl: { "kernel.panic": "0" } } },
    args: ["/probe", "say", "never"],
  },
];
