/**
 * Named volumes: `<root>/volumes/<name>`, directories that no layer and no container owns. They live until somebody removes them.
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath, isWithin } from "../../base/paths.ts";
import { encodeText } from "../../base/text.ts";
import { copyFromStack } from "../../layers/copy/stack-copy.ts";
import { openStaging } from "../../layers/store/staging.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { check } from "../../sys/call/libc.ts";
import { makeDirectories, OPEN, openFile, readDirectory, readTextIfThere, statIfThere } from "../../sys/file/file.ts";
import { removeTree } from "../../sys/file/remove-tree.ts";
import { byteString, tryChangeMode, tryRenameNew } from "../../sys/file/tree.ts";
import { isRootless } from "../../sys/process/process.ts";
import { type JsonObject, parseJson, takeList, takeObject } from "../format/json-shape.ts";
import type { ImageStore } from "../store/image-store.ts";
import { readUses } from "../store/uses.ts";

export interface Volume {
  readonly name: string;
  readonly path: HostPath;
  /** Bundles whose config.json mounts it, or something in it. */
  readonly bundles: readonly string[];
}

/** What stands for a volume's name on the command line; with a slash it would be a path of the host. */
export function isVolumeName(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(text);
}

export function volumePath({ root }: Pick<ImageStore, "root">, name: string): HostPath {
  return hostPath(`volumes/${name}`, root);
}

/** Sorted by name. Throws "integrity" for a bundle whose config.json cannot be read: it may mount any volume. */
export function listVolumes(store: ImageStore): Volume[] {
  const sources = mountSources(store);
  return (readDirectory(`${store.root}/volumes`) ?? [])
    .filter(({ name, isDirectory }) => isDirectory && isVolumeName(name))
    .map(({ name }) => {
      const path = volumePath(store, name);
      const bundles = sources.filter(({ source }) => isWithin(source, path)).map(({ bundle }) => bundle);
      return { name, path, bundles: [...new Set(bundles)].sort() };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** With everything in it. For whoever holds the store's lock alone. Throws "not-found", and "state" if a bundle mounts it. */
export function removeVolume(store: ImageStore, name: string): void {
  const volume = listVolumes(store).find((one) => one.name === name);
  if (volume === undefined) {
    throw new RuntimeError("not-found", `cannot remove volume ${JSON.stringify(name)}: there is none of that name`, {
      hint: "see lamina volume list",
    });
  }
  const [bundle] = volume.bundles;
  if (bundle !== undefined) {
    throw new RuntimeError("state", `cannot remove volume ${name}: ${bundle} mounts it`, { hint: "remove that bundle first" });
  }
  using parent = openFile(`${store.root}/volumes`, OPEN.path | OPEN.directory);
  removeTree(parent.number, name);
}

/** Where what an image has is found. */
export interface SeedSource {
  /** The directories of its unpacked layers, the top first. */
  readonly lowers: readonly string[];
  /** In the image's tree. */
  readonly directory: string;
  /** Told of what cannot be copied here. */
  readonly warn: (message: string) => void;
}

/** A volume that is not there yet is made, and begins with what the image has in its place. For whoever holds the store's lock. */
export function ensureVolume(store: ImageStore, name: string, source: SeedSource): void {
  if (statIfThere(volumePath(store, name)) !== undefined) return;
  const [tmp, volumes] = [`${store.root}/tmp`, `${store.root}/volumes`];
  for (const directory of [tmp, volumes]) makeDirectories(directory, 0o700);
  using staging = openStaging(tmp);
  seed(staging.path, source);
  using from = openFile(tmp, OPEN.path | OPEN.directory);
  using to = openFile(volumes, OPEN.path | OPEN.directory);
  const result = tryRenameNew(from.number, staging.path.slice(tmp.length + 1), to.number, name);
  if (result !== -ERRNO.EEXIST) check(result, "renameat2(2)", `make volume ${name}`); // else somebody else has made it just now
}

/**
 * A directory of a bundle's own for a volume of its image. It may begin with device files and set-user-id programs of the image, which are nothing for
 * other users of the host: what it lies in is closed to them. Mounts need no way through there.
 */
export function makeOwnVolume(path: HostPath, source: SeedSource): void {
  makeDirectories(path.slice(0, path.lastIndexOf("/")), 0o700);
  makeDirectories(path, 0o755);
  seed(path, source);
}

function seed(path: string, { lowers, directory, warn }: SeedSource): void {
  using target = openFile(path, OPEN.read | OPEN.directory);
  check(tryChangeMode(target.number, 0o755), "fchmod(2)", `change the mode of ${path}`);
  copyFromStack(lowers, byteString(directory), target, { userXattr: isRootless(), warn });
}

interface MountSource {
  readonly bundle: string;
  readonly source: string;
}

function mountSources(store: ImageStore): MountSource[] {
  return readUses(store).flatMap(({ bundle }) => {
    const path = `${bundle}/config.json`;
    const text = readTextIfThere(path);
    if (text === undefined) return []; // its layers.json alone starts no container
    const config = takeObject(parseJson(encodeText(text), path), path);
    return takeList(config.mounts, `${path}: /mounts`)
      .map((mount, i) => sourceOf(takeObject(mount, `${path}: /mounts/${i}`), bundle))
      .filter((source) => source !== undefined)
      .map((source) => ({ bundle, source }));
  });
}

function sourceOf({ source }: JsonObject, bundle: string): string | undefined {
  return typeof source === "string" ? hostPath(source, bundle) : undefined;
}
