/** The merged view of layers as the kernel shows it, and uppers as the kernel writes them: overlay mounts in their own mount namespace. */
import { mkdir } from "node:fs/promises";
import { MOUNT_OVERLAY } from "../../support/mount-overlay.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

const LIST = `import { treeOf } from ${JSON.stringify(`${import.meta.dir}/unpacked.ts`)}; console.log(JSON.stringify(treeOf(process.argv[1], process.argv[2] === "times")));`;

/** The lines of `treeOf` for a mount of these layers, top first. */
export async function mergedTree(layers: readonly string[], withTimes = false): Promise<string[]> {
  await using work = await tempDir({ "empty/.": { directory: true }, "mnt/.": { directory: true } });
  const lower = [...layers, `${work.path}/empty`].join(":"); // one layer alone cannot be mounted
  const command = `${MOUNT_OVERLAY} "lowerdir=$1" overlay "$2" && exec "$3" -e "$4" -- "$2" "$5"`;
  const args = [lower, `${work.path}/mnt`, process.execPath, LIST, withTimes ? "times" : ""];
  const output = isolated(command, args, work.path);
  // the root's attributes are those of the topmost layer; the lines of all others follow
  return JSON.parse(output) as string[];
}

export interface Upper extends TempDir {
  readonly upper: string;
}

/** What a shell script leaves in the upper directory of a mount of `lower`; the script runs in the root of the mount. */
export async function upperAfter(lower: readonly string[], script: string): Promise<Upper> {
  const work = await tempDir();
  for (const name of ["upper", "work", "mnt"]) await mkdir(`${work.path}/${name}`);
  const options = `lowerdir=${lower.join(":")},upperdir=${work.path}/upper,workdir=${work.path}/work`;
  isolated(`${MOUNT_OVERLAY} "$1" overlay "$2" && cd "$2" && ${script}`, [options, `${work.path}/mnt`], work.path);
  return { ...work, upper: `${work.path}/upper` };
}

/** The same by fuse-overlayfs; `whiteouts` are devices, or files as it makes them without the right to make devices. */
export async function upperByFuse(lower: readonly string[], script: string, whiteouts: "devices" | "files"): Promise<Upper> {
  const work = await tempDir();
  for (const name of ["upper", "work", "mnt"]) await mkdir(`${work.path}/${name}`);
  const options = `lowerdir=${lower.join(":")},upperdir=${work.path}/upper,workdir=${work.path}/work`;
  const environment = whiteouts === "files" ? "env FUSE_OVERLAYFS_DISABLE_OVL_WHITEOUT=1" : "";
  const run = `${environment} fuse-overlayfs -o "$1" "$2"; (cd "$2" && ${script}); umount "$2"`; // its server keeps the mount namespace
  isolated(run, [options, `${work.path}/mnt`], work.path);
  return { ...work, upper: `${work.path}/upper` };
}

function isolated(command: string, args: readonly string[], directory: string): string {
  const run = Bun.spawnSync(["unshare", "-m", "--propagation", "private", "sh", "-euc", command, "sh", ...args], {
    cwd: directory,
    env: { ...process.env, LIBMOUNT_FORCE_MOUNT2: "always" }, // fsconfig(2), which newer mount(8) uses, takes no option of more than 255 bytes
  });
  if (run.exitCode !== 0) throw new Error(`the script failed with ${run.exitCode}: ${run.stderr.toString()}`);
  return run.stdout.toString();
}
