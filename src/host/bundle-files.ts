/** Writes bundles, and takes them away. A bundle that is there is never overwritten: its writable layer is somebody's data. */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import type { LayersFile, Spec } from "../spec/types.ts";
import { ERRNO } from "../sys/errno.ts";
import { Fd } from "../sys/fd.ts";
import { makeDirectories, OPEN, replaceFile, statIfThere, tryOpen } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { removeTree } from "../sys/remove-tree.ts";

export interface BundleFiles {
  readonly config: Spec;
  readonly layers: LayersFile;
}

/** Throws code "exists" if something in the directory is a bundle's. */
export function requireNoBundle(path: HostPath): void {
  const there = ["config.json", "layers.json", "upper", "volumes"].find((name) => statIfThere(`${path}/${name}`) !== undefined);
  if (there !== undefined) {
    throw new RuntimeError("exists", `cannot make a bundle: ${path}/${there} is there already`, {
      hint: "use another directory, or start the bundle that is there with --bundle",
    });
  }
}

/** For a directory in which there is no bundle yet. layers.json comes last: with it the bundle is whole. */
export function writeBundle(path: HostPath, { config, layers }: BundleFiles): void {
  makeDirectories(`${path}/rootfs`, 0o755);
  replaceFile(`${path}/config.json`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 });
  replaceFile(`${path}/layers.json`, `${JSON.stringify(layers, null, 2)}\n`, { mode: 0o644 });
}

/** With everything in it. Idempotent. */
export function removeBundle(path: HostPath): void {
  const slash = path.lastIndexOf("/");
  const opened = tryOpen(hostPath(path.slice(0, slash) || "/"), OPEN.path | OPEN.directory);
  if (opened === -ERRNO.ENOENT) return;
  using parent = new Fd(check(opened, "open(2)", `open the directory of ${path}`));
  removeTree(parent.number, path.slice(slash + 1));
}
