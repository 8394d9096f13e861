/**
 * podman and buildah for tests, with their own storage and isolated from the machine: their files in /run and /dev/shm are hidden
 * by mounts that go away with them, and there are no cgroups, networks or services.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { requires, staticBusybox } from "./requires.ts";
import { until } from "./until.ts";

/** crun refuses a machine with both cgroup versions, so version 2 is unmounted if there is version 1. */
const ALONE = `for directory in /run /dev/shm; do mount -t tmpfs tmpfs "$directory"; done
  if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
  exec "$@"`;

/** The command line of podman, with all its files in `directory`. `runtime` is crun, or a path. */
export function podman(directory: string, argv: readonly string[], runtime = "crun"): string[] {
  return alone([...podmanCommand(directory, runtime), ...argv]);
}

/** The same for calls inside `alone`, several of them if a container is to survive between the calls. */
export function podmanCommand(directory: string, runtime: string): string[] {
  const config = join(directory, "containers.conf");
  writeFileSync(config, configText(directory, runtime));
  const storage = ["--root", join(directory, "podman"), "--runroot", join(directory, "podman-run"), "--storage-driver", "vfs"];
  return ["env", "PODMAN_IGNORE_CGROUPSV1_WARNING=1", `CONTAINERS_CONF=${config}`, "podman", ...storage];
}

/** podman would ask for more than the machine's own limits. */
const LIMITS = ["--ulimit=nofile=256:256", "--ulimit=nproc=256:256"];

/** For containers without network and cgroups; only crun can do without the latter. */
export const PODMAN_RUN = ["run", "--rm", "--network=none", ...LIMITS, "--cgroups=disabled"];
/** The same with cgroups, below one that belongs to the directory alone and is removed by `removeCgroups`. */
export const podmanRunIn = (directory: string): string[] => [...PODMAN_RUN.slice(0, -1), `--cgroup-parent=/${basename(directory)}`];

/** podman's own process in them exits a moment after the container is removed. */
export async function removeCgroups(directory: string): Promise<void> {
  const find = ["find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", `/sys/fs/cgroup/*${basename(directory)}*`];
  await until("the cgroups of podman's containers are removed", () => {
    Bun.spawnSync([...find, "-exec", "rmdir", "{}", ";"], { stderr: "ignore" });
    return Bun.spawnSync(find).stdout.length === 0;
  });
}

function configText(directory: string, runtime: string): string {
  const name = runtime.startsWith("/") ? "tested" : runtime;
  const engine = {
    cgroup_manager: "cgroupfs",
    events_logger: "none",
    lock_type: "file",
    tmp_dir: join(directory, "podman-tmp"),
    runtime: name,
  };
  const lines = Object.entries(engine).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const path = runtime.startsWith("/") ? runtime : (Bun.which(runtime) ?? "");
  return `[engine]\n${lines.join("\n")}\n[engine.runtimes]\n${name} = ${JSON.stringify([path])}\n`;
}

export function buildah(directory: string, argv: readonly string[]): string[] {
  return ["buildah", "--root", join(directory, "buildah"), "--runroot", join(directory, "buildah-run"), "--storage-driver", "vfs", ...argv];
}

export function alone(argv: readonly string[]): string[] {
  return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", ALONE, "sh", ...argv];
}

/** Whether podman can run a container here. Tries it, and prints why not. */
export function podmanRuns(): boolean {
  if (!requires("root", "busybox", "crun", "podman")) return false;
  return works("podman", (directory) => {
    const root = join(directory, "root");
    mkdirSync(join(root, "bin"), { recursive: true });
    copyFileSync(staticBusybox() ?? "", join(root, "bin/busybox"));
    chmodSync(join(root, "bin/busybox"), 0o755);
    return podman(directory, [...PODMAN_RUN, "--rootfs", root, "/bin/busybox", "true"]);
  });
}

/** Whether buildah can make a container's directory here. Tries it, and prints why not. */
export function buildahWorks(): boolean {
  if (!requires("root", "buildah")) return false;
  return works("buildah", (directory) => alone(buildah(directory, ["from", "scratch"])));
}

function works(program: string, command: (directory: string) => string[]): boolean {
  const directory = mkdtempSync(join(tmpdir(), "lamina-test-"));
  try {
    const { success, stderr } = Bun.spawnSync(command(directory), { stdin: "ignore", stdout: "ignore", stderr: "pipe", timeout: 60_000 });
    const reason = stderr.toString().trim().split("\n").at(-1);
    if (!success) process.stderr.write(`skip: ${program} does not work here: ${reason}\n`);
    return success;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
