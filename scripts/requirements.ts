/**
 * What the machine must have besides npm's packages, and how to get it: installed with apt if possible (root, Debian or
 * Ubuntu), otherwise named, so that the reader can install it. Never removes or upgrades a package.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { openLibrary } from "../src/engine/foreign.ts";
import { hasBuildKit, packagedProgram, registryProgram, staticBusybox, UNPACKED } from "../test/support/requires.ts";
import { APT_GET } from "./debian-package.ts";

interface Requirement {
  readonly what: string;
  readonly purpose: string;
  readonly isThere: () => boolean;
  readonly packages: readonly string[];
  /** Installing the package would start a daemon: only its program is unpacked. */
  readonly unpackOnly?: true;
  /** `npm test` does without it. */
  readonly isExtra?: true;
}

const has = (program: string) => (): boolean => Bun.which(program) !== null;
/** Also where only root's PATH leads. */
const hasForRoot = (program: string) => (): boolean => Bun.which(program, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }) !== null;

const REQUIREMENTS = {
  compiler: {
    what: "a C compiler with a static libc",
    purpose: "builds native init, and the program that tests run inside containers",
    isThere: () => has("musl-gcc")() || isStaticCompiler("cc") || isStaticCompiler("gcc"),
    packages: ["musl-tools", "gcc", "libc6-dev"],
  },
  musl: {
    what: "musl's C compiler, or a C library that is musl",
    purpose: "with glibc, init is ten times as large, and starts a container more slowly",
    isThere: () =>
      has("musl-gcc")() || compiles(["cc"], "#include <features.h>\n#ifdef __GLIBC__\n#error\n#endif\nint main(void) { return 0; }\n"),
    packages: ["musl-tools"],
  },
  libffi: {
    what: "libffi with its headers",
    purpose: "the engine calls functions of libraries through it",
    isThere: () => compiles(["cc"], "#include <ffi.h>\nint main(void) { return ffi_prep_cif == 0; }\n", ["-lffi"]),
    packages: ["libffi-dev", "gcc", "libc6-dev"],
  },
  imageLibraries: {
    what: "libcrypto, zlib and libzstd",
    purpose: "images are hashed and uncompressed by them",
    isThere: () => ["libcrypto.so.3", "libz.so.1", "libzstd.so.1"].every(canOpen),
    packages: ["libssl3", "zlib1g", "libzstd1"],
  },
  isal: {
    what: "ISA-L",
    purpose: "uncompresses gzip data faster than zlib, and in tests is compared with that",
    isThere: () => canOpen("libisal.so.2"),
    packages: ["libisal2"],
    isExtra: true,
  },
  libseccomp: {
    what: "libseccomp",
    purpose: "compiles system call filters, when lamina runs",
    isThere: () => canOpen("libseccomp.so.2"),
    packages: ["libseccomp2"],
  },
  sanitizers: {
    what: "gcc with AddressSanitizer and UndefinedBehaviorSanitizer",
    purpose: "the native tests",
    isThere: () => compiles(["cc", "-fsanitize=address,undefined"]),
    packages: ["gcc", "libc6-dev"],
  },
  busybox: {
    what: "busybox, statically linked",
    purpose: "a root filesystem that people can look around in",
    isThere: () => staticBusybox() !== undefined,
    packages: ["busybox-static"],
  },
  strace: { what: "strace", purpose: "compares what init does with its plan", isThere: has("strace"), packages: ["strace"] },
  runc: { what: "runc", purpose: "the same bundle must give the same result", isThere: has("runc"), packages: ["runc"] },
  crun: { what: "crun", purpose: "the same bundle must give the same result", isThere: has("crun"), packages: ["crun"] },
  uidmap: { what: "newuidmap", purpose: "id maps without privileges", isThere: has("newuidmap"), packages: ["uidmap"] },
  skopeo: { what: "skopeo", purpose: "images must pass from tool to tool", isThere: has("skopeo"), packages: ["skopeo"] },
  umoci: { what: "umoci", purpose: "unpacked images must be the same", isThere: has("umoci"), packages: ["umoci"] },
  systemd: {
    what: "systemd and dbus-daemon",
    purpose: "containers must be scopes of it",
    isThere: () => existsSync("/usr/lib/systemd/systemd") && has("dbus-daemon")(),
    packages: ["systemd", "dbus"],
  },
  ps: { what: "ps", purpose: "lists the processes of containers", isThere: has("ps"), packages: ["procps"] },
  time: { what: "GNU time", purpose: "measures the memory of a program", isThere: has("/usr/bin/time"), packages: ["time"] },
  attr: { what: "setfattr", purpose: "files of test images have attributes", isThere: has("setfattr"), packages: ["attr"] },
  podman: { what: "podman", purpose: "images must run in it", isThere: has("podman"), packages: ["podman"] },
  buildah: { what: "buildah", purpose: "images that it built must be importable", isThere: has("buildah"), packages: ["buildah"] },
  registry: {
    what: "docker-registry",
    purpose: "images must come back from a registry",
    isThere: () => registryProgram() !== undefined,
    packages: ["docker-registry"],
    unpackOnly: true,
  },
  containerd: {
    what: "containerd with ctr and its shim",
    purpose: "containers must run in it",
    isThere: () => packagedProgram("containerd") !== undefined,
    packages: ["containerd"],
    unpackOnly: true,
  },
  docker: {
    what: "dockerd with docker-proxy and docker-init",
    purpose: "containers must run in it",
    isThere: () => packagedProgram("dockerd") !== undefined && packagedProgram("docker-init") !== undefined,
    packages: ["docker.io", "tini"],
    unpackOnly: true,
  },
  dockerClient: {
    what: "docker",
    purpose: "asks dockerd for containers",
    isThere: () => packagedProgram("docker") !== undefined,
    packages: ["docker-cli"], // in older releases a part of docker.io
    unpackOnly: true,
  },
  buildkit: {
    what: "docker-buildx",
    purpose: "docker builds images by it",
    isThere: hasBuildKit,
    packages: ["docker-buildx"], // in older releases a part of the client
    unpackOnly: true,
  },
  devmapper: {
    what: "libdevmapper and libsystemd",
    purpose: "dockerd is linked with them",
    isThere: () => ["libdevmapper.so.1.02.1", "libsystemd.so.0"].every(canOpen),
    packages: ["libdevmapper1.02.1", "libsystemd0"],
  },
  iptables: {
    what: "iptables",
    purpose: "Docker's networks need it",
    isThere: hasForRoot("iptables"),
    packages: ["iptables"],
  },
  nftables: {
    what: "nft",
    purpose: "Podman's networks need it",
    isThere: hasForRoot("nft"),
    packages: ["nftables"],
  },
  iproute: {
    what: "ip",
    purpose: "network namespaces of engines, and network devices, need it",
    isThere: hasForRoot("ip"),
    packages: ["iproute2"],
  },
  fuse: {
    what: "fuse-overlayfs",
    purpose: "one of the storage drivers is that program",
    isThere: has("fuse-overlayfs"),
    packages: ["fuse-overlayfs"],
  },
  btrfs: {
    what: "mkfs.btrfs and btrfs",
    purpose: "one of the storage drivers makes snapshots, on a file system that the tests make",
    isThere: has("mkfs.btrfs"),
    packages: ["btrfs-progs"],
  },
  shells: {
    what: "zsh and fish",
    purpose: "complete lamina's words",
    isThere: () => has("zsh")() && has("fish")(),
    packages: ["zsh", "fish"],
  },
  mandoc: { what: "mandoc", purpose: "checks the manual pages", isThere: has("mandoc"), packages: ["mandoc"] },
  aarch64: {
    what: "a compiler for aarch64, and qemu to run what it makes",
    purpose: "builds lamina for that processor, and tests it",
    isThere: () => has("aarch64-linux-gnu-gcc")() && has("qemu-aarch64-static")(),
    packages: ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-user-static"],
    isExtra: true,
  },
  muslLibraries: {
    what: "make, perl and gperf",
    purpose: "libraries are built for musl, to test lamina with it",
    isThere: () => ["make", "perl", "gperf"].every((name) => has(name)()) && canRun(["perl", "-MIPC::Cmd", "-e", "1"]), // of perl-base alone openssl cannot be built
    packages: ["make", "perl", "gperf"],
    isExtra: true,
  },
  vm: {
    what: "QEMU, mmdebstrap and mke2fs",
    purpose: "tests on a machine with cgroup v2 and systemd",
    isThere: () =>
      ["qemu-system-x86_64", "mmdebstrap"].every((name) => has(name)()) && Bun.which("mke2fs", { PATH: "/usr/sbin:/sbin" }) !== null,
    packages: ["qemu-system-x86", "mmdebstrap", "e2fsprogs"],
    isExtra: true,
  },
  unshare: {
    what: "unshare and setpriv",
    purpose: "tests in namespaces, and as a user",
    isThere: has("unshare"),
    packages: ["util-linux"],
  },
} as const satisfies Readonly<Record<string, Requirement>>;

export type RequirementName = keyof typeof REQUIREMENTS;

/** What `npm test` uses. */
export const ALL_REQUIREMENTS = Object.entries<Requirement>(REQUIREMENTS)
  .filter(([, { isExtra }]) => isExtra === undefined)
  .map(([name]) => name) as readonly RequirementName[];

/** Installs what it can; returns one line for each requirement that is still missing. */
export function obtain(names: readonly RequirementName[]): string[] {
  return names.flatMap((name) => {
    const { what, purpose, isThere, packages, unpackOnly }: Requirement = REQUIREMENTS[name];
    if (isThere()) return [];
    const problem = unpackOnly ? unpackPackages(packages) : installPackages(packages);
    if (isThere()) return [];
    return [`${what} is missing (${purpose}); ${problem}: install ${packages.join(", ")} (Debian, Ubuntu) or your system's equivalent`];
  });
}

/** Returns why it failed, or "". */
function installPackages(packages: readonly string[]): string {
  if (Bun.which("apt-get") === null) return "apt-get is not installed";
  if (process.geteuid?.() !== 0) return "only root can install it";
  console.error(`installing ${packages.join(" ")} (apt-get)`);
  return withPackageLists("install", packages);
}

/** Unpacks into a directory of the project's own. Returns why it failed, or "". */
function unpackPackages(packages: readonly string[]): string {
  if (Bun.which("apt-get") === null) return "apt-get is not installed";
  console.error(`unpacking ${packages.join(" ")} (apt-get download)`);
  mkdirSync(UNPACKED, { recursive: true });
  for (const archive of archives()) rmSync(archive); // one may be only half there
  const problem = withPackageLists("download", packages);
  if (problem !== "") return problem;
  for (const archive of archives()) {
    const run = Bun.spawnSync(["dpkg-deb", "--extract", archive, UNPACKED], { stdio: ["ignore", "ignore", "pipe"] });
    if (!run.success) return run.stderr.toString().trim();
  }
  return "";
}

const archives = (): string[] => [...new Bun.Glob("*.deb").scanSync({ cwd: UNPACKED, absolute: true })];

/** A fresh machine has no package lists yet. */
function withPackageLists(verb: "install" | "download", packages: readonly string[]): string {
  const first = aptGet(verb, packages);
  if (first === "") return "";
  const listed = aptGet("update", []);
  return listed === "" ? aptGet(verb, packages) : listed;
}

function aptGet(verb: "install" | "download" | "update", packages: readonly string[]): string {
  const flags = verb === "install" ? ["--yes", "--no-install-recommends", "--no-remove", "--no-upgrade"] : [];
  const run = Bun.spawnSync([...APT_GET, verb, ...flags, ...packages], {
    ...(verb === "download" ? { cwd: UNPACKED } : {}),
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (run.success) return "";
  const last = run.stderr.toString().trim().split("\n").at(-1) ?? "";
  return `apt-get ${verb} failed (${last || `exit status ${run.exitCode}`})`;
}

function canOpen(library: string): boolean {
  try {
    openLibrary(library);
    return true;
  } catch {
    return false; // not there, or not for this machine
  }
}

function canRun(command: string[]): boolean {
  return Bun.spawnSync(command, { stdio: ["ignore", "ignore", "ignore"] }).success;
}

function isStaticCompiler(compiler: string): boolean {
  return compiles([compiler, "-static"]);
}

function compiles(command: readonly string[], source = "int main(void) { return 0; }\n", libraries: readonly string[] = []): boolean {
  if (Bun.which(command[0] ?? "") === null) return false;
  const words = [...command, "-x", "c", "-", "-o", "/dev/null", ...libraries];
  return Bun.spawnSync(words, { stdin: Buffer.from(source), stdout: "ignore", stderr: "ignore" }).success;
}
