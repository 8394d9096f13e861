/** A bundle's layers.json: read it, and find what it names. Looks, and changes nothing. */
import { isDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { inLayers } from "../../base/origin.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { LayerDirectory, LayerFacts, TreeFacts } from "../../plan/facts.ts";
import { chooseDriver } from "../../plan/root/layer-driver.ts";
import { takesEachLayer } from "../../plan/root/overlay-driver.ts";
import type { LayersDriver, LayersFile } from "../../spec/types.ts";
import { LARGEST_FILE, parseLayers } from "../../spec/validate.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { strerror } from "../../sys/call/errno-words.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { btrfsOf } from "../../sys/file/btrfs.ts";
import { OPEN, readLink, readText, readTextIfThere, statIfThere, tryOpen } from "../../sys/file/file.ts";
import { findProgram } from "../../sys/process/find-program.ts";
import type { FindLayers, FoundLayers } from "../context.ts";
import { type Mount, mountOf } from "./mount-table.ts";

export interface LayersText {
  readonly file: LayersFile;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** With the directories of an image, or of digests, in the store; relative ones count from the bundle. */
export interface BundleLayers extends LayersText, FoundLayers {}

const FILE = "layers.json";

/** undefined for a bundle without one. Rejects with code "config". */
export async function loadLayers(bundle: HostPath): Promise<LayersText | undefined> {
  const path = `${bundle}/${FILE}`;
  const text = readTextIfThere(path, { limit: LARGEST_FILE });
  if (text === undefined) {
    if (statIfThere(path, false) === undefined) return undefined;
    throw new RuntimeError("not-found", `cannot open ${path}: no such file or directory`, {
      hint: "it is a symbolic link that leads nowhere",
    });
  }
  const { layers, warnings } = await parseLayers(text, FILE);
  return { file: layers, text, warnings };
}

/** The layers as directories, the lowest first. Asks the store only for what is not a directory. */
export async function findDirectories({ file }: LayersText, bundle: HostPath, findLayers: FindLayers): Promise<FoundLayers> {
  const { layers = [], image } = file;
  return image !== undefined || layers.some(isDigest)
    ? findLayers(file, bundle)
    : { directories: layers.map((path) => hostPath(path, bundle)) };
}

/**
 * Layers are looked for by init, whose error names the one that is not there: a hundred of them would cost the host more
 * than the rest of its work. Only the top one is looked at here, since the writable layer is made like it; and all of them
 * where they are given to the kernel, or to a program, in one piece.
 */
export function readLayerFacts({ file, directories, shared }: BundleLayers, bundle: HostPath, mounts: readonly Mount[]): LayerFacts {
  const { layers, options = {} } = file;
  const isMapped = options.idmap === true;
  const writable = options.readonly ? undefined : findWritable(file, bundle, isMapped ? mounts : undefined);
  const driver = findDriver(file, writable?.upper, mounts);
  const kernel = readKernel();
  const lookAtAll = isMapped || driver.name === "fuse-overlayfs" || !takesEachLayer(kernel);
  const whole = inLayers(layers === undefined ? "/image" : "/layers");
  const lower = directories.map((directory, i): LayerDirectory => {
    const origin = layers === undefined ? whole : `${whole}/${i}`;
    const path = lookAtAll || i === directories.length - 1 ? findLayer(directory, origin) : directory;
    return isMapped ? { path, origin, ...mountAround(path, mounts) } : { path, origin };
  });
  return {
    origin: whole,
    lower,
    writable,
    ...(keepsTree(driver.name) ? { tree: readTreeFacts(file, shared, bundle) } : {}),
    isVolatile: options.volatile === true,
    driver,
    ...(driver.name === "fuse-overlayfs" ? { fuse: readFuse() } : {}),
    idmap: isMapped ? inLayers("/options/idmap") : undefined,
    kernel,
  };
}

/** The one that is named, or that suits the place of the writable layer. */
export function findDriver({ driver }: LayersFile, upper: HostPath | undefined, mounts: readonly Mount[]): LayerFacts["driver"] {
  const origin = inLayers("/driver");
  if (driver !== undefined) return { name: driver, origin };
  const type = upper && mountOf(upper, mounts)?.type;
  const name = chooseDriver(type);
  return { name, origin, ...(name === "overlay" || type === undefined ? {} : { chosenBy: type }) };
}

/** The directory without symbolic links. Throws code "not-found". */
function findLayer(path: HostPath, pointer: string): HostPath {
  const opened = tryOpen(path, OPEN.path | OPEN.directory);
  if (opened < 0) {
    throw new RuntimeError("not-found", `cannot use layer ${path}: ${strerror(-opened)}`, {
      pointer,
      hint: "a layer is a directory, absolute or relative to the bundle",
    });
  }
  using directory = new Fd(opened);
  return hostPath(readLink(`/proc/self/fd/${directory.number}`) ?? path);
}

/** The directory of the writable layer, without symbolic links. It may not be there yet. */
export function findUpper({ upper }: LayersFile, bundle: HostPath): HostPath {
  return resolveFuture(hostPath(upper ?? "upper", bundle));
}

function mountAround(path: HostPath, mounts: readonly Mount[]): Pick<LayerDirectory, "mount"> {
  const mount = mountOf(path, mounts)?.mountPoint;
  return mount === undefined ? {} : { mount };
}

/** By default `upper` and `work` in the bundle; beside an `upper` of one's own, UPPER.work. The name of both is without links. */
function findWritable(file: LayersFile, bundle: HostPath, mounts: readonly Mount[] | undefined): LayerFacts["writable"] {
  const path = findUpper(file, bundle);
  const { upper } = file;
  const work = upper === undefined ? hostPath("work", parentOf(path)) : hostPath(`${path}.work`);
  return {
    upper: path,
    work,
    origin: inLayers(upper === undefined ? "" : "/upper"),
    ...(mounts === undefined ? {} : mountAround(path, mounts)),
  };
}

/** Drivers that mount no layers, and keep a tree in the place of the writable one. */
function keepsTree(driver: LayersDriver | undefined): boolean {
  return driver === "vfs" || driver === "btrfs";
}

function readTreeFacts(file: LayersFile, shared: HostPath | undefined, bundle: HostPath): TreeFacts {
  const path = findUpper(file, bundle);
  return {
    path,
    origin: inLayers(file.upper === undefined ? "" : "/upper"),
    shared,
    fileSystem: btrfsAround(path),
    sharedFileSystem: shared && btrfsAround(shared),
  };
}

/** Of the nearest directory that is there already. */
function btrfsAround(path: HostPath): string | undefined {
  const opened = tryOpen(path, OPEN.read | OPEN.directory);
  if (opened < 0) return path === "/" ? undefined : btrfsAround(parentOf(path));
  using directory = new Fd(opened);
  return btrfsOf(directory.number);
}

/** Without symbolic links, as far as it is there. */
function resolveFuture(path: HostPath): HostPath {
  const opened = tryOpen(path, OPEN.path);
  if (opened >= 0) {
    using file = new Fd(opened);
    return hostPath(readLink(`/proc/self/fd/${file.number}`) ?? path);
  }
  if (opened !== -ERRNO.ENOENT || path === "/") check(opened, "open(2)", `look at ${path}`);
  return hostPath(path.slice(path.lastIndexOf("/") + 1), resolveFuture(parentOf(path)));
}

function parentOf(path: HostPath): HostPath {
  return hostPath(path.slice(0, path.lastIndexOf("/")) || "/");
}

function readFuse(): NonNullable<LayerFacts["fuse"]> {
  const opened = tryOpen("/dev/fuse", OPEN.readWrite);
  if (opened >= 0) new Fd(opened).close();
  return { program: findProgram("fuse-overlayfs"), device: opened < 0 ? strerror(-opened) : undefined };
}

function readKernel(): LayerFacts["kernel"] {
  const [major = 0, minor = 0] = readText("/proc/sys/kernel/osrelease").split(".").map(Number.parseFloat);
  return { major, minor };
}
