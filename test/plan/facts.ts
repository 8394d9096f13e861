/** Machines and users that plans are made for: what host/facts/facts.ts would have found there. */
import { hostPath } from "../../src/base/paths.ts";
import type { CgroupFacts, CgroupHierarchy, Facts } from "../../src/plan/facts.ts";

const CGROUPS = "/sys/fs/cgroup";

function hierarchy(name: string, ...controllers: string[]): CgroupHierarchy {
  return { controllers, mountPoint: hostPath(`${CGROUPS}/${name}`), ownPath: "/", writable: true };
}

const V1: CgroupFacts = {
  mode: "v1",
  hierarchies: [
    hierarchy("cpu,cpuacct", "cpu", "cpuacct"),
    hierarchy("memory", "memory"),
    hierarchy("devices", "devices"),
    hierarchy("systemd", "name=systemd"),
  ],
  availableControllers: [],
  rootless: false,
};

const HYBRID: CgroupFacts = { ...V1, mode: "hybrid", hierarchies: [...V1.hierarchies, hierarchy("unified")] };

const V2: CgroupFacts = {
  mode: "v2",
  hierarchies: [{ controllers: [], mountPoint: hostPath(CGROUPS), ownPath: "/user.slice/session-1.scope", writable: true }],
  availableControllers: ["cpuset", "cpu", "io", "memory", "pids"],
  rootless: false,
};

/** cgroup2 for a user without a delegated part of it. */
const V2_READONLY: CgroupFacts = { ...V2, rootless: true, hierarchies: V2.hierarchies.map((one) => ({ ...one, writable: false })) };

const ROOT: Facts = {
  bundle: hostPath("/bundle"),
  rootfs: hostPath("/bundle/rootfs"),
  rootfsMount: hostPath("/"),
  uid: 0,
  gid: 0,
  rootless: false,
  inUserNamespace: false,
  setgroupsDenied: false,
  lastCapability: 40,
  ownCapabilities: (1n << 41n) - 1n,
  hasKcore: false,
  umask: 0o027,
  hasProcOfNamespace: false,
  ownNamespaces: [],
  missingNetDevices: [],
  security: { apparmor: "off", selinux: false },
  hasKeyrings: true,
  limits: new Map(),
  cgroup: V2,
};

const USER: Facts = { ...ROOT, uid: 1000, gid: 1000, rootless: true, ownCapabilities: 0n, cgroup: V2_READONLY };

const SYSTEMD = { manager: "system", version: 252, drivers: "Character devices:\n136 pts\n\nBlock devices:\n" } as const;

const V1_OF_SYSTEMD: CgroupFacts = { ...V1, hierarchies: V1.hierarchies.map((one) => ({ ...one, managerPath: "/" })), systemd: SYSTEMD };

const V2_OF_SYSTEMD: CgroupFacts = { ...V2, hierarchies: V2.hierarchies.map((one) => ({ ...one, managerPath: "/" })), systemd: SYSTEMD };

const V2_OF_USER: CgroupFacts = {
  ...V2_READONLY,
  hierarchies: V2_READONLY.hierarchies.map((one) => ({ ...one, managerPath: "/user.slice/user-1000.slice/user@1000.service" })),
  availableControllers: ["memory", "pids"],
  systemd: { ...SYSTEMD, manager: "user" },
};

/** For plans in which cgroups would only distract. */
const NO_CGROUPS: CgroupFacts = { mode: "none", hierarchies: [], availableControllers: [], rootless: true };

export const FACTS: Readonly<Record<string, Facts>> = {
  root: { ...ROOT, cgroup: NO_CGROUPS },
  "root, uts of the host by path": {
    ...ROOT,
    cgroup: NO_CGROUPS,
    ownNamespaces: ["uts", "network"],
    names: { hostname: "host", domainname: "(none)" },
  },
  "root, mounts by path": { ...ROOT, namedMounts: { name: "mnt:[4026532200]", on: 40 } },
  "root, mounts of the host by path": { ...ROOT, namedMounts: { obstacle: "it is the host's own" } },
  "root on Linux 6.18": { ...ROOT, cgroup: NO_CGROUPS, hasProcOfNamespace: true },
  "root with resctrl": {
    ...ROOT,
    cgroup: NO_CGROUPS,
    resctrl: {
      root: hostPath("/sys/fs/resctrl"),
      groups: ["info", "mon_data", "mon_groups", "gold"],
      schemata: "    MB:0=20;1=100\n    L3:0=7ff;1=0f\n",
      bandwidthStep: 10,
    },
  },
  "root without eth9": { ...ROOT, cgroup: NO_CGROUPS, missingNetDevices: ["eth9"] },
  "root with AppArmor": { ...ROOT, cgroup: NO_CGROUPS, security: { apparmor: "own", selinux: false } },
  "root with AppArmor on old Linux": { ...ROOT, cgroup: NO_CGROUPS, security: { apparmor: "shared", selinux: false } },
  "root with SELinux": { ...ROOT, cgroup: V1, security: { apparmor: "off", selinux: true } },
  "root on v1": { ...ROOT, cgroup: V1, hasKcore: true },
  "root on v2": ROOT,
  "root on hybrid": { ...ROOT, cgroup: HYBRID },
  "user on v2": USER,
  "root with systemd on v1": { ...ROOT, cgroup: V1_OF_SYSTEMD },
  "root with systemd on v2": { ...ROOT, cgroup: V2_OF_SYSTEMD },
  "user with systemd on v2": { ...USER, cgroup: V2_OF_USER },
  "user with systemd on v1": { ...USER, cgroup: { ...V1_OF_SYSTEMD, rootless: true, systemd: { ...SYSTEMD, manager: "user" } } },
  "root of a user namespace": { ...ROOT, rootless: true, inUserNamespace: true, cgroup: V2_READONLY },
};
