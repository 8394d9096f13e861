/**
 * An empty file system for one sample. To make an inode ext4 looks past every inode deleted in the last minutes, so whoever
 * unpacks after a removal pays for that; on its own file system everyone starts alike.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { BenchError } from "./bench-error.ts";
import { execute, tryExecute } from "./command.ts";
import { mountPointsBelow, parseMountinfo } from "./mounts.ts";

const SIZE = 16 * 2 ** 30;
const INODES = 400_000;

export interface Disk extends Disposable {
  /** Its mount point. */
  readonly path: string;
}

/** `path` must not exist yet. The file behind it is sparse, and removed with the disk. */
export function openDisk(path: string): Disk {
  const image = `${path}.ext4`;
  mkdirSync(path);
  writeFileSync(image, "");
  truncateSync(image, SIZE);
  const lazy = "lazy_itable_init=1,lazy_journal_init=1,nodiscard";
  execute(["mkfs.ext4", "-q", "-F", "-N", String(INODES), "-E", lazy, image]);
  execute(["mount", "-o", "loop,noinit_itable", image, path]); // no kernel thread writes inode tables meanwhile
  return { path, [Symbol.dispose]: () => close(path, image) };
}

function close(path: string, image: string): void {
  for (const mounted of mountedBelow(path).toReversed()) tryExecute(["umount", mounted]);
  const { status, complaint } = tryExecute(["umount", path]);
  if (status !== 0) throw new BenchError(`cannot unmount ${path}: ${complaint}`);
  rmSync(image);
  if (existsSync(path)) rmSync(path, { recursive: true });
}

/** Mounts that a tool left in its store. */
function mountedBelow(path: string): string[] {
  return mountPointsBelow(parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8")), path);
}
