/** A btrfs for one test: a file system in a file, mounted through a loop device. */
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Ground } from "./driver-grounds.ts";
import { tempDir } from "./temp-dir.ts";

/** Sparse: it takes as much space as is written to it. */
const SIZE = "1G";

export async function btrfsGround(): Promise<Ground> {
  const directory = await tempDir();
  const image = join(directory.path, "image");
  const path = join(directory.path, "mounted");
  await mkdir(path);
  run("truncate", "--size", SIZE, image);
  run("mkfs.btrfs", "--quiet", image);
  run("mount", "-o", "loop", image, path);
  return {
    path,
    clear: (below) => {
      for (const name of subvolumesBelow(path).filter((one) => join(path, one).startsWith(`${below}/`))) {
        run("btrfs", "property", "set", join(path, name), "ro", "false");
      }
    },
    leftovers: () => subvolumesBelow(path),
    async [Symbol.asyncDispose]() {
      run("umount", path);
      await rmdir(path); // not recursively: something may still be mounted there
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Their paths, without those that are deleted and only wait for their space to be freed. */
export function subvolumesBelow(path: string): string[] {
  return run("btrfs", "subvolume", "list", path)
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^.* path /, ""));
}

function run(...argv: string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(argv, { stdin: "ignore" });
  if (!success) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout.toString();
}
