/**
 * What a test needs from the machine. `test.if(requires("root"))` skips if it is missing, and says why.
 *
 * With STRICT=1 a missing program is a failure: only the kernel, the hardware or the caller's privileges excuse a skip.
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCriu } from "../../scripts/unpack-criu.ts";
import { openLibrary } from "../../src/engine/foreign.ts";
import { hasPodmanProfile } from "./podman-profile.ts";
import { CGROUP2, hasV1ForSystemd, SYSTEMD } from "./systemd-ground.ts";

interface Requirement {
  readonly met: () => boolean;
  readonly reason: string;
  /** True if it cannot be installed. */
  readonly excused: boolean;
}

const ONLY_CGROUP2 = "/sys/fs/cgroup/cgroup.controllers";

const REQUIREMENTS = {
  targets: {
    met: () => process.env.LAMINA_TARGETS === "all",
    reason: "builds for other machines take long: npm run test:targets has them",
    excused: true,
  },
  "all-scenarios": {
    met: () => process.env.LAMINA_ENGINES === "all",
    reason: "a scenario of the engines that takes long: npm run test:engines has it",
    excused: true,
  },
  root: { met: () => process.geteuid?.() === 0, reason: "not root", excused: true },
  reachable: {
    met: () => Bun.spawnSync(["setpriv", "--reuid=61000", "--clear-groups", "test", "-x", process.execPath]).success,
    reason: "the project lies below a directory that other users cannot enter",
    excused: true,
  },
  runc: { met: () => Bun.which("runc") !== null, reason: "runc is not installed", excused: false },
  crun: { met: () => Bun.which("crun") !== null, reason: "crun is not installed", excused: false },
  skopeo: { met: () => Bun.which("skopeo") !== null, reason: "skopeo is not installed", excused: false },
  time: { met: () => existsSync("/usr/bin/time"), reason: "GNU time is not installed", excused: false },
  setfattr: { met: () => Bun.which("setfattr") !== null, reason: "setfattr is not installed", excused: false },
  criu: { met: () => findCriu() !== undefined, reason: "there is no CRIU of 4.1 or newer: npm run unpack-criu fetches one", excused: true },
  podman: { met: () => Bun.which("podman") !== null, reason: "podman is not installed", excused: false },
  buildah: { met: () => Bun.which("buildah") !== null, reason: "buildah is not installed", excused: false },
  docker: { met: () => packagedProgram("dockerd") !== undefined, reason: "docker.io is not there", excused: false },
  buildkit: { met: hasBuildKit, reason: "docker cannot build with BuildKit: docker-buildx is not there", excused: false },
  containerd: { met: () => packagedProgram("containerd") !== undefined, reason: "containerd is not there", excused: false },
  umoci: { met: () => Bun.which("umoci") !== null, reason: "umoci is not installed", excused: false },
  "docker-registry": { met: () => registryProgram() !== undefined, reason: "docker-registry is not there", excused: false },
  "fuse-overlayfs": { met: () => Bun.which("fuse-overlayfs") !== null, reason: "fuse-overlayfs is not installed", excused: false },
  "fuse-device": { met: () => canUse("/dev/fuse"), reason: "this user may not open /dev/fuse, or there is none", excused: true },
  ps: { met: () => Bun.which("ps") !== null, reason: "ps is not installed", excused: false },
  zsh: { met: () => Bun.which("zsh") !== null, reason: "zsh is not installed", excused: false },
  fish: { met: () => Bun.which("fish") !== null, reason: "fish is not installed", excused: false },
  mandoc: { met: () => Bun.which("mandoc") !== null, reason: "mandoc is not installed", excused: false },
  strace: { met: () => Bun.which("strace") !== null, reason: "strace is not installed", excused: false },
  "btrfs-progs": { met: () => rootsProgram("mkfs.btrfs") !== null, reason: "btrfs-progs is not installed", excused: false },
  iproute: { met: () => rootsProgram("ip") !== null, reason: "iproute2 is not installed", excused: false },
  iptables: { met: () => rootsProgram("iptables") !== null, reason: "iptables is not installed", excused: false },
  btrfs: { met: hasBtrfs, reason: "the kernel has no btrfs, or no loop devices to mount one", excused: true },
  uidmap: { met: () => Bun.which("newuidmap") !== null, reason: "newuidmap is not installed", excused: false },
  busybox: { met: () => staticBusybox() !== undefined, reason: "no statically linked busybox is installed", excused: false },
  cgroups: { met: ownsCgroups, reason: "the caller cannot make cgroups of its own", excused: true },
  "cgroup-v1": { met: () => !existsSync(ONLY_CGROUP2) && hasCgroup1(), reason: "no cgroup v1 hierarchy is mounted", excused: true },
  "cgroup-v2": { met: () => existsSync(ONLY_CGROUP2), reason: "/sys/fs/cgroup is not cgroup v2", excused: true },
  "cgroupfs-driver": {
    met: () => process.env.LAMINA_DRIVER !== "systemd",
    reason: "this is about cgroups that lamina makes itself, and systemd makes them here",
    excused: true,
  },
  "cap-sys-resource": { met: () => hasCapability(24), reason: "the caller lacks CAP_SYS_RESOURCE", excused: true },
  "cap-sys-nice": { met: () => hasCapability(23), reason: "the caller lacks CAP_SYS_NICE", excused: true },
  veth: { met: hasVirtualCables, reason: "the kernel has no veth devices, or ip is not installed", excused: true },
  bfq: {
    met: () => existsSync("/sys/fs/cgroup/blkio/blkio.bfq.io_serviced"),
    reason: "the kernel has no BFQ, or not loaded it",
    excused: true,
  },
  loop: { met: () => existsSync("/sys/block/loop0"), reason: "there are no loop devices", excused: true },
  "no-clamping": {
    met: () => !existsSync("/proc/sys/kernel/sched_util_clamp_min"),
    reason: "the kernel clamps the use of processors",
    excused: true,
  },
  "no-network-classes": {
    met: () => !existsSync("/sys/fs/cgroup/net_cls"),
    reason: "packets can have classes here",
    excused: true,
  },
  "no-resctrl": { met: () => !existsSync("/sys/fs/resctrl"), reason: "the processor's caches can be shared out here", excused: true },
  "cgroup2-huge-pages": {
    met: () => /\bhugetlb\b/.test(controllersBesideV1()),
    reason: "there is no cgroup2 beside v1 that could limit huge pages",
    excused: true,
  },
  numa: { met: () => existsSync("/sys/devices/system/node/has_memory"), reason: "the kernel has no memory nodes", excused: true },
  "weighted-interleave": {
    met: () => kernelAtLeast(6, 9),
    reason: "the kernel is older than 6.9, without MPOL_WEIGHTED_INTERLEAVE",
    excused: true,
  },
  systemd: {
    met: () => SYSTEMD !== undefined && Bun.which("dbus-daemon") !== null && !isForMusl(),
    reason: "systemd and dbus-daemon are not installed, or have no library for musl",
    excused: false,
  },
  glibc: { met: () => !isForMusl(), reason: "musl has its libraries elsewhere", excused: true },
  "systemd-v1": { met: hasV1ForSystemd, reason: "systemd could not use the cgroup v1 hierarchies of this machine", excused: true },
  "systemd-v2": { met: () => CGROUP2 !== undefined, reason: "no cgroup2 is mounted", excused: true },
  "time-namespace": { met: () => existsSync("/proc/self/ns/time"), reason: "the kernel has no time namespaces", excused: true },
  "user-namespace": { met: () => existsSync("/proc/self/ns/user"), reason: "the kernel has no user namespaces", excused: true },
  "cgroup-namespace": { met: () => existsSync("/proc/self/ns/cgroup"), reason: "the kernel has no cgroup namespaces", excused: true },
  "proc-of-namespace": {
    met: () => kernelAtLeast(6, 18),
    reason: "the kernel is older than 6.18, and mounts procfs of no other pid namespace",
    excused: true,
  },
  statmount: { met: () => kernelAtLeast(6, 8), reason: "the kernel is older than 6.8, without statmount(2)", excused: true },
  "mount-setattr": { met: () => kernelAtLeast(5, 12), reason: "the kernel is older than 5.12, without mount_setattr(2)", excused: true },
  "overlay-layers": {
    met: () => kernelAtLeast(6, 7),
    reason: "the kernel is older than 6.7, without lowerdir+ of overlayfs",
    excused: true,
  },
  "mapped-layers": {
    met: () => kernelAtLeast(6, 15),
    reason: "the kernel is older than 6.15, without detached layers of overlayfs",
    excused: true,
  },
  libseccomp: { met: hasLibseccomp, reason: "libseccomp is not installed", excused: false },
  "podman-profile": { met: hasPodmanProfile, reason: "golang-github-containers-common is not installed", excused: false },
  seccomp: { met: () => existsSync("/proc/sys/kernel/seccomp"), reason: "the kernel has no seccomp filters", excused: true },
} as const satisfies Record<string, Requirement>;

export type Need = keyof typeof REQUIREMENTS;

/** The runtime under test. */
function isForMusl(): boolean {
  return process.env.LAMINA_LIBC === "musl";
}

/** True if everything needed is there; otherwise prints the reason, or throws if STRICT=1 forbids the skip. */
export function requires(...needs: readonly Need[]): boolean {
  const missing = needs.filter((need) => !REQUIREMENTS[need].met());
  for (const need of missing) {
    const { reason, excused } = REQUIREMENTS[need];
    if (process.env.STRICT === "1" && !excused) throw new Error(`STRICT=1 does not allow a skip because ${reason}`);
    process.stderr.write(`skip: ${reason}\n`);
  }
  return missing.length === 0;
}

/** Also where only root's PATH leads. */
function rootsProgram(name: string): string | null {
  return Bun.which(name, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` });
}

/** A busybox without a dynamic loader, so that it can run alone in a root filesystem. */
export function staticBusybox(): string | undefined {
  const path = Bun.which("busybox");
  if (path === null) return undefined;
  const image = readFileSync(path);
  return image.includes("/ld-linux") || image.includes("/ld-musl") ? undefined : path;
}

/** Where programs are whose packages are unpacked instead of installed. */
export const UNPACKED = join(import.meta.dir, "../../node_modules/.cache/packages");

export function registryProgram(): string | undefined {
  return packagedProgram("docker-registry");
}

/** Its package may be unpacked only, because installing it would start a daemon. */
export function packagedProgram(name: string): string | undefined {
  const unpacked = ["usr/bin", "usr/sbin"].map((directory) => join(UNPACKED, directory)).join(":");
  return Bun.which(name, { PATH: `${unpacked}:${process.env.PATH}:/usr/sbin` }) ?? undefined;
}

/** The plugin of Docker's client that builds. */
export function buildPlugin(): string | undefined {
  const directories = [UNPACKED, "/"].flatMap((root) => ["usr/libexec", "usr/lib"].map((directory) => join(root, directory)));
  return directories.map((directory) => join(directory, "docker/cli-plugins/docker-buildx")).find((path) => existsSync(path));
}

/** Clients before 23.0 need no plugin. */
export function hasBuildKit(): boolean {
  const client = packagedProgram("docker");
  if (client === undefined) return false;
  const printed = Bun.spawnSync([client, "--version"]).stdout.toString();
  return buildPlugin() !== undefined || Number(/version (\d+)/.exec(printed)?.[1]) < 23;
}

export function canUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function hasLibseccomp(): boolean {
  try {
    openLibrary("libseccomp.so.2");
    return true;
  } catch {
    return false;
  }
}

/** As a module it is not listed until somebody has mounted one. */
function hasBtrfs(): boolean {
  if (!existsSync("/dev/loop-control") || !Bun.spawnSync(["losetup", "--find"], { stdio: ["ignore", "ignore", "ignore"] }).success)
    return false;
  if (readFileSync("/proc/filesystems", "utf8").includes("\tbtrfs\n")) return true;
  return Bun.spawnSync(["modprobe", "btrfs"], { stdio: ["ignore", "ignore", "ignore"] }).success;
}

function hasVirtualCables(): boolean {
  if (rootsProgram("ip") === null || process.geteuid?.() !== 0) return false;
  return Bun.spawnSync(["unshare", "--net", "ip", "link", "add", "cable", "type", "veth", "peer", "name", "plug"], { stderr: "ignore" })
    .success;
}

function ownsCgroups(): boolean {
  try {
    accessSync(existsSync(ONLY_CGROUP2) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory", constants.W_OK);
    return true;
  } catch {
    return false; // mounted read-only, or not at all
  }
}

function controllersBesideV1(): string {
  const file = "/sys/fs/cgroup/unified/cgroup.controllers";
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function hasCgroup1(): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8").includes(" - cgroup ");
}

function hasCapability(bit: number): boolean {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return ((BigInt(`0x${line?.[1] ?? "0"}`) >> BigInt(bit)) & 1n) === 1n;
}

function kernelAtLeast(major: number, minor: number): boolean {
  const [own = 0, ownMinor = 0] = readFileSync("/proc/sys/kernel/osrelease", "utf8").split(".").map(Number);
  return own > major || (own === major && ownMinor >= minor);
}
