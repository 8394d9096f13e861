/** The bundle that the demo runs: `lamina spec`'s config.json, and a root file system of busybox or of the tests' static program. */
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import type { Spec } from "../src/spec/types.ts";
import { buildProbe } from "../test/support/probe.ts";
import { staticBusybox } from "../test/support/requires.ts";

export interface DemoPrograms {
  /** What the root file system is made of. */
  readonly rootfs: string;
  /** process.args of a container that shows where it runs, and exits. */
  readonly greeting: readonly string[];
  /** process.args of one that runs until it is killed. */
  readonly service: readonly string[];
  /** A command line that shows /etc/motd and then changes it, and one that only shows it. */
  readonly change: string;
  readonly show: string;
}

const LOOK_AROUND = 'echo "hello from $(hostname), as process $$ and uid $(id -u)"; ps -o pid,user,comm; echo /*; touch /new-file || true';

/** Makes `bundle`/rootfs, with everything that the two programs need. */
export async function makeRootfs(bundle: string): Promise<DemoPrograms> {
  const rootfs = join(bundle, "rootfs");
  for (const directory of ["bin", "dev", "etc", "proc", "sys", "tmp"]) await mkdir(join(rootfs, directory), { recursive: true });
  await writeFile(join(rootfs, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
  await writeFile(join(rootfs, "etc/motd"), "as the base image has it\n");
  const busybox = staticBusybox();
  if (busybox === undefined) {
    await copyProgram(await buildProbe(), join(rootfs, "bin/probe"));
    const greeting = ["/bin/probe", "say", "hello from a container", "names", "pid", "status"];
    return {
      rootfs: "the tests' static program",
      greeting,
      service: ["/bin/probe", "forever"],
      change: "/bin/probe read /etc/motd write /etc/motd changed",
      show: "/bin/probe read /etc/motd",
    };
  }
  await copyProgram(busybox, join(rootfs, "bin/busybox"));
  for (const name of listApplets(busybox)) await symlink("busybox", join(rootfs, "bin", name));
  return {
    rootfs: "busybox",
    greeting: ["sh", "-c", LOOK_AROUND],
    service: ["sleep", "1000"],
    change: "sh -c 'cat /etc/motd; echo changed in a container > /etc/motd'",
    show: "cat /etc/motd",
  };
}

/** What one would do in an editor. */
export async function changeProcess(bundle: string, args: readonly string[]): Promise<void> {
  const path = join(bundle, "config.json");
  const spec = JSON.parse(await readFile(path, "utf8")) as Spec; // written by `lamina spec`
  if (spec.process === undefined) throw new RuntimeError("config", `cannot change ${path}: it has no process`);
  const process = { ...spec.process, terminal: false, args: [...args] };
  await writeFile(path, `${JSON.stringify({ ...spec, process }, null, 2)}\n`);
}

function listApplets(busybox: string): string[] {
  const listed = Bun.spawnSync([busybox, "--list"]);
  if (!listed.success) throw new RuntimeError("unsupported", `cannot use ${busybox}: --list exited with ${listed.exitCode}`);
  return listed.stdout
    .toString()
    .split("\n")
    .filter((name) => name !== "" && name !== "busybox");
}

async function copyProgram(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
}
