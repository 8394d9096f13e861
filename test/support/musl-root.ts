/** A root filesystem as Alpine's: musl's loader, busybox, lamina, and nothing of another C library but what busybox contains. */
import { chmod, copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { staticBusybox } from "./requires.ts";
import { type Outcome, spawn } from "./spawn.ts";
import { type TempDir, tempDir } from "./temp-dir.ts";

const HERE = join(import.meta.dirname, "../targets");
/** musl's loader is also its C library. Debian has it at a place of its own. */
const LOADER = "/usr/lib/x86_64-linux-musl/libc.so";
const DIRECTORIES = ["bin", "lib", "usr/bin", "usr/lib", "root", "proc", "sys", "dev", "run", "tmp", "mnt"];
const DEADLINE = 300_000;

export interface MuslRoot extends TempDir {
  /** Runs a program there, by pivot_root. */
  run(...argv: readonly string[]): Promise<Outcome>;
}

/** A root with `lamina`, built for musl, and the shared libraries of the directory `libraries`. */
export async function muslRoot(lamina: string, libraries?: string): Promise<MuslRoot> {
  const box = await tempDir();
  const root = join(box.path, "root");
  for (const directory of DIRECTORIES) await mkdir(join(root, directory), { recursive: true });
  await addBusybox(root);
  await copyFile(LOADER, join(root, "lib/ld-musl-x86_64.so.1"));
  await chmod(join(root, "lib/ld-musl-x86_64.so.1"), 0o755);
  await copyFile(lamina, join(root, "usr/bin/lamina"));
  await copyFile(join(HERE, "verbs.sh"), join(root, "root/verbs.sh"));
  await writeFile(join(root, "root/empty.tar"), new Uint8Array(10_240));
  if (libraries !== undefined) await cp(libraries, join(root, "usr/lib"), { recursive: true });
  const enter = ["sh", join(HERE, "enter-root.sh"), root];
  return {
    ...box,
    run: async (...argv) => {
      const env = { PATH: process.env.PATH ?? "" };
      return (await spawn(box.path, [...enter, ...argv], { env, deadline: DEADLINE })).ended;
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}

async function addBusybox(root: string): Promise<void> {
  const busybox = staticBusybox();
  if (busybox === undefined) throw new Error("there is no static busybox");
  await copyFile(busybox, join(root, "bin/busybox"));
  const names = Bun.spawnSync([busybox, "--list"]).stdout.toString().trim().split("\n");
  for (const name of names) if (name !== "busybox") await symlink("busybox", join(root, "bin", name));
}
