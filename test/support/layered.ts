/** Bundles with a root from layers: a base with busybox as its shell, and whatever a test puts on it. */
import { copyFile, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "./json.ts";
import { staticBusybox } from "./requires.ts";
import { type Sandbox, type SandboxOptions, sandbox } from "./sandbox.ts";
import { type Files, writeFiles } from "./temp-dir.ts";

export interface LayeredRecipe {
  /** The script for the container's shell. */
  readonly script: string;
  /** On top of the base, each on the one before; a file `.wh.NAME` makes a whiteout of NAME. */
  readonly layers?: readonly Files[];
  /** Merged onto the layers.json that lists them: a member replaces the one there. */
  readonly file?: JsonObject;
  readonly config?: JsonObject;
}

/** Its layers are base, 1, 2, … in the bundle's directory `layers`, and `rootfs` is empty. */
export async function layeredSandbox(
  { script, layers = [], file = {}, config = {} }: LayeredRecipe,
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const recipe = { args: ["/bin/busybox", "sh", "-c", script], config: { root: { path: "rootfs", readonly: false }, ...config } };
  const box = await sandbox(recipe, options);
  const directory = join(box.path, "layers");
  await mkdir(directory);
  await rename(box.rootfs, join(directory, "base"));
  await mkdir(box.rootfs);
  const busybox = staticBusybox();
  if (busybox === undefined) throw new Error("cannot make a bundle of layers: no static busybox");
  await copyFile(busybox, join(directory, "base/bin/busybox"));
  await symlink("busybox", join(directory, "base/bin/sh"));
  for (const [i, files] of layers.entries()) await writeLayer(join(directory, String(i + 1)), files);
  const names = ["layers/base", ...layers.map((_, i) => `layers/${i + 1}`)];
  await writeFile(join(box.path, "layers.json"), JSON.stringify({ schemaVersion: 1, layers: names, ...file }, null, 2));
  return box;
}

async function writeLayer(path: string, files: Files): Promise<void> {
  await mkdir(path);
  await writeFiles(path, Object.fromEntries(Object.entries(files).filter(([name]) => !isWhiteout(name))));
  for (const name of Object.keys(files).filter(isWhiteout)) {
    const made = Bun.spawnSync(["mknod", join(path, name.replace(".wh.", "")), "c", "0", "0"]);
    if (!made.success) throw new Error(`cannot make a whiteout: ${made.stderr}`);
  }
}

function isWhiteout(name: string): boolean {
  return name.includes(".wh.");
}
