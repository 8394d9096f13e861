/** Bundles for tests: a root filesystem with the probe in it, and a config.json that states only what differs from the default. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "./default-config.ts";
import { isObject, type JsonObject, merge } from "./json.ts";
import { buildProbe } from "./probe.ts";
import { type Files, writeFiles } from "./temp-dir.ts";

/** A bundle's description. In every string `@HOST@` is the host directory beside it, `@PROBE@` the probe there, `@ID@` the container's id. */
export interface Recipe {
  /** process.args; most tests pass "/probe" and its words. */
  readonly args?: readonly string[];
  /** Merged onto the default config; null removes a member, arrays replace. */
  readonly config?: JsonObject;
  /** Appended to the default config's mounts, or to those in `config`. */
  readonly mounts?: readonly JsonObject[];
  /** Files in the root filesystem. */
  readonly rootfs?: Files;
  /** Files in the host directory. */
  readonly host?: Files;
}

export interface Bundle {
  readonly id: string;
  readonly path: string;
  readonly rootfs: string;
  readonly host: string;
}

const BASE_ROOTFS: Files = {
  proc: { directory: true },
  sys: { directory: true },
  dev: { directory: true },
  tmp: { directory: true },
  root: { directory: true },
  "bin/.keep": "",
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n",
  "etc/group": "root:x:0:\nuser:x:1000:\n",
};

/** Writes the bundle of `recipe` to `directory`/bundle, and its host files to `directory`/host. */
export async function makeBundle(directory: string, id: string, recipe: Recipe): Promise<Bundle> {
  const path = join(directory, "bundle");
  const bundle = { id, path, rootfs: join(path, "rootfs"), host: join(directory, "host") };
  await mkdir(bundle.host, { recursive: true });
  await writeFiles(bundle.rootfs, BASE_ROOTFS);
  const probe = await buildProbe();
  await Promise.all([copyFile(probe, join(bundle.rootfs, "probe")), copyFile(probe, join(bundle.host, "probe"))]);
  await writeFiles(bundle.rootfs, recipe.rootfs ?? {});
  await writeFiles(bundle.host, recipe.host ?? {});
  await writeFile(join(path, "config.json"), `${fillIn(JSON.stringify(configOf(recipe), null, 2), bundle)}\n`);
  return bundle;
}

export function configOf(recipe: Recipe): JsonObject {
  const config = merge(DEFAULT_CONFIG, recipe.config ?? {});
  const process = isObject(config.process) && recipe.args ? { process: { ...config.process, args: recipe.args } } : {};
  const mounts = Array.isArray(config.mounts) ? config.mounts : [];
  return { ...config, ...process, mounts: [...mounts, ...(recipe.mounts ?? [])] };
}

export function fillIn(text: string, bundle: Bundle): string {
  return text.replaceAll("@HOST@", bundle.host).replaceAll("@PROBE@", join(bundle.host, "probe")).replaceAll("@ID@", bundle.id);
}
