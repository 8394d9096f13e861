/** The root filesystem of the containers: busybox with all its names, a user, and nothing else. */
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { staticBusybox } from "../support/requires.ts";

const USERS = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home:/bin/sh\n";
const GROUPS = "root:x:0:\nuser:x:1000:\nmore:x:2000:user\n";

/** Returns the path of a tar in `directory`. */
export async function packBusybox(directory: string): Promise<string> {
  const root = join(directory, "busybox");
  for (const name of ["bin", "dev", "etc", "home", "proc", "root", "sys", "tmp"]) await mkdir(join(root, name), { recursive: true });
  const program = staticBusybox() ?? "";
  await copyFile(program, join(root, "bin/busybox"));
  await chmod(join(root, "bin/busybox"), 0o755);
  await chmod(join(root, "tmp"), 0o1777);
  const applets = Bun.spawnSync([program, "--list"]).stdout.toString().trim().split("\n");
  for (const name of applets) if (name !== "busybox") await symlink("busybox", join(root, "bin", name));
  await writeFile(join(root, "etc/passwd"), USERS);
  await writeFile(join(root, "etc/group"), GROUPS);
  const packed = Bun.spawnSync(["tar", "--owner=0", "--group=0", "-C", root, "-cf", `${root}.tar`, "."]);
  if (!packed.success) throw new Error(`cannot pack ${root}: ${packed.stderr}`);
  return `${root}.tar`;
}
