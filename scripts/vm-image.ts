/**
 * A small Debian with systemd as process 1, cgroup v2 alone and a user with every controller, as a disk for QEMU. Made by root out of
 * Debian's packages, once, and kept with other downloads.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { cacheDirectory } from "./debian-package.ts";

export interface VmImage {
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
}

/** The user's id there. */
export const VM_USER = 1000;

/** File systems of the host's that the guest mounts by these tags. */
export const RESULTS = "results";

/** Linux by release, and the Debian that has it. */
export const KERNELS = { "6.1": "bookworm", "6.12": "trixie" } as const satisfies Readonly<Record<string, string>>;

export type Kernel = keyof typeof KERNELS;

/** What the disk is made of: another text makes another image. */
const PACKAGES = [
  "linux-image-amd64",
  "initramfs-tools",
  "zstd",
  "systemd-sysv",
  "dbus",
  "dbus-user-session",
  "libpam-systemd",
  "uidmap",
  "kmod",
  "busybox-static",
  "libseccomp2",
  "libssl3",
  "libzstd1",
  "zlib1g",
  "runc",
  "crun",
  "skopeo",
  "umoci",
  "docker-registry",
  "fuse-overlayfs",
  "btrfs-progs",
  "attr",
  "strace",
  "time",
  "gcc",
  "libc6-dev",
  "zsh",
  "fish",
  "mandoc",
  "procps",
  "util-linux",
  "iproute2",
  "iptables",
];

/** In the initrd; the others are on the disk. */
const MODULES = ["virtio_pci", "virtio_blk", "ext4"];

/** Started when systemd is up: whatever the host has put into the directory that it shares. */
const RUNNER = `[Unit]
After=multi-user.target
[Service]
ExecStart=/bin/sh -c 'mkdir -p /run/results && mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 results /run/results && sh /run/results/run >/run/results/log 2>&1'
ExecStopPost=/bin/systemctl poweroff --force --force
Delegate=yes
TasksMax=infinity
`;

/** Shell commands for mmdebstrap: before packages are configured, and after; "$1" is the guest's root. */
const BEFORE = [
  'mkdir -p "$1/etc/initramfs-tools/conf.d"',
  'echo MODULES=list >"$1/etc/initramfs-tools/conf.d/vm"',
  `printf "%s\\n" ${MODULES.join(" ")} >"$1/etc/initramfs-tools/modules"`,
].join("; ");

const AFTER = [
  `chroot "$1" useradd --create-home --uid ${VM_USER} --shell /bin/sh user`,
  'echo vm >"$1/etc/hostname"; : >"$1/etc/fstab"',
  'mkdir -p "$1/etc/systemd/system/user@.service.d" "$1/var/lib/systemd/linger"',
  'printf "[Service]\\nDelegate=cpu cpuset io memory pids\\n" >"$1/etc/systemd/system/user@.service.d/delegate.conf"',
  ': >"$1/var/lib/systemd/linger/user"', // their session is there without a login
  `printf '%s' "$RUNNER" >"$1/etc/systemd/system/tests.service"`,
  'mkdir -p "$1/etc/systemd/system/multi-user.target.wants"',
  'ln -s ../tests.service "$1/etc/systemd/system/multi-user.target.wants/"',
  'chroot "$1" systemctl -q mask getty.target apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer',
].join("; ");

/** The image, from the cache if possible. */
export async function vmImage(release: Kernel): Promise<VmImage> {
  const suite = KERNELS[release];
  const recipe = new Bun.CryptoHasher("sha256").update([suite, ...PACKAGES, BEFORE, AFTER, RUNNER].join("\n")).digest("hex");
  const directory = join(cacheDirectory(), `vm-${suite}-${recipe.slice(0, 12)}`);
  if (!existsSync(directory)) await makeImage(suite, release, directory);
  const [kernel, initrd, disk] = ["kernel", "initrd", "disk"].map((name) => join(directory, name)) as [string, string, string];
  return { kernel, initrd, disk };
}

/** Atomic: the directory is complete or absent. */
async function makeImage(suite: string, release: Kernel, directory: string): Promise<void> {
  if (process.geteuid?.() !== 0) {
    throw new RuntimeError("unsupported", "cannot make the virtual machine's disk: only root can", { hint: "run it as root" });
  }
  console.error(`making a disk of Debian ${suite}`);
  await mkdir(cacheDirectory(), { recursive: true });
  const work = await mkdtemp(join(cacheDirectory(), "vm-"));
  try {
    const root = join(work, "root");
    const hooks = [`--essential-hook=${BEFORE}`, `--customize-hook=${AFTER}`];
    const include = `--include=${PACKAGES.join(",")}`;
    run(["mmdebstrap", "--mode=root", "--variant=minbase", "--quiet", include, ...hooks, suite, root], { RUNNER });
    for (const [name, file] of [
      ["kernel", "vmlinuz"],
      ["initrd", "initrd.img"],
    ] as const)
      await copyFile(await findBoot(root, `${file}-${release}.`), join(work, name));
    run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root, join(work, "disk"), "4G"]);
    await rm(root, { recursive: true });
    await rename(work, directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findBoot(root: string, prefix: string): Promise<string> {
  const name = (await readdir(join(root, "boot"))).find((one) => one.startsWith(prefix));
  if (name === undefined) throw new RuntimeError("integrity", `cannot make the virtual machine's disk: there is no /boot/${prefix}*`);
  return join(root, "boot", name);
}

function run(command: readonly string[], environment: Readonly<Record<string, string>> = {}): void {
  const { success, stderr } = Bun.spawnSync([...command], { env: { ...process.env, ...environment }, stdio: ["ignore", "ignore", "pipe"] });
  if (success) return;
  const last = stderr.toString().trim().split("\n").slice(-5).join("\n");
  throw new RuntimeError("kernel", `cannot make the virtual machine's disk: ${command[0]} failed: ${last}`);
}
