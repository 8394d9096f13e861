/** Writes the files of a bundle. */
import type { HostPath } from "../base/paths.ts";
import type { LayersFile, Spec } from "../spec/types.ts";
import { makeDirectories, replaceFile } from "../sys/file.ts";

export interface BundleFiles {
  readonly config: Spec;
  readonly layers: LayersFile;
}

/** For whoever has claimed the directory. layers.json comes last: with it the bundle is whole. */
export function writeBundle(path: HostPath, { config, layers }: BundleFiles): void {
  makeDirectories(`${path}/rootfs`, 0o755);
  replaceFile(`${path}/config.json`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
  replaceFile(`${path}/layers.json`, `${JSON.stringify(layers, null, 2)}\n`, { mode: 0o644 });
}
