/** A bundle's layers.json: read it, and find what it names. Looks, and changes nothing. */
import { RuntimeError } from "../base/errors.ts";
import { inLayers } from "../base/origin.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import type { LayerDirectory, LayerFacts } from "../plan/facts.ts";
import type { LayersFile } from "../spec/types.ts";
import { parseLayers } from "../spec/validate.ts";
import { ERRNO } from "../sys/errno.ts";
import { Fd } from "../sys/fd.ts";
import { OPEN, readLink, readText, readTextIfThere, tryOpen } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { type Mount, mountOf } from "./mount-table.ts";

export interface BundleLayers {
  readonly file: LayersFile;
  readonly text: string;
  readonly warnings: readonly string[];
}

const FILE = "layers.json";

/** undefined for a bundle without one. Rejects with code "config". */
export async function loadLayers(bundle: HostPath): Promise<BundleLayers | undefined> {
  const text = readTextIfThere(`${bundle}/${FILE}`);
  if (text === undefined) return undefined;
  const { layers, warnings } = await parseLayers(text, FILE);
  return { file: layers, text, warnings };
}

/** Throws code "not-found" with the place in layers.json of a layer that is not there. */
export function readLayerFacts({ file }: BundleLayers, bundle: HostPath, mounts: readonly Mount[]): LayerFacts {
  const { layers, image, options = {}, driver = "overlay" } = file;
  if (layers === undefined) {
    throw new RuntimeError("unsupported", `cannot use image ${image}: this version of lamina takes directories as layers`, {
      pointer: inLayers("/image"),
      hint: 'list the directories in "layers"',
    });
  }
  const findMount = (path: HostPath): HostPath => mountOf(path, mounts)?.mountPoint ?? hostPath("/");
  return {
    origin: inLayers("/layers"),
    lower: layers.map((layer, i) => findLayer(layer, inLayers(`/layers/${i}`), bundle, findMount)),
    writable: options.readonly ? undefined : findWritable(file, bundle, findMount),
    isVolatile: options.volatile === true,
    driver: { name: driver, origin: inLayers("/driver") },
    idmap: options.idmap ? inLayers("/options/idmap") : undefined,
    kernel: readKernel(),
  };
}

type FindMount = (path: HostPath) => HostPath;

function findLayer(layer: string, origin: string, bundle: HostPath, findMount: FindMount): LayerDirectory {
  const path = hostPath(layer, bundle);
  const opened = tryOpen(path, OPEN.path | OPEN.directory);
  if (opened < 0) throw missingLayer(path, origin, opened);
  using directory = new Fd(opened);
  const resolved = hostPath(readLink(`/proc/self/fd/${directory.number}`) ?? path);
  return { path: resolved, mount: findMount(resolved), origin };
}

function missingLayer(path: HostPath, pointer: string, result: number): unknown {
  const reasons = new Map([
    [-ERRNO.ENOENT, "no such directory"],
    [-ERRNO.ENOTDIR, "not a directory"],
  ]);
  const reason = reasons.get(result);
  if (reason === undefined) return check(result, "open(2)", `use layer ${path}`);
  return new RuntimeError("not-found", `cannot use layer ${path}: ${reason}`, {
    pointer,
    hint: "a layer is a directory, absolute or relative to the bundle",
  });
}

/** By default `upper` and `work` in the bundle; beside an `upper` of one's own, UPPER.work. */
function findWritable({ upper }: LayersFile, bundle: HostPath, findMount: FindMount): LayerFacts["writable"] {
  const path = resolveFuture(hostPath(upper ?? "upper", bundle));
  const work = upper === undefined ? hostPath("work", resolveFuture(bundle)) : hostPath(`${path}.work`);
  const origin = inLayers(upper === undefined ? "" : "/upper");
  return { upper: path, work, mount: findMount(path), origin };
}

/** Without symbolic links, as far as it is there. */
function resolveFuture(path: HostPath): HostPath {
  const opened = tryOpen(path, OPEN.path);
  if (opened >= 0) {
    using file = new Fd(opened);
    return hostPath(readLink(`/proc/self/fd/${file.number}`) ?? path);
  }
  if (opened !== -ERRNO.ENOENT || path === "/") check(opened, "open(2)", `look at ${path}`);
  const slash = path.lastIndexOf("/");
  return hostPath(path.slice(slash + 1), resolveFuture(hostPath(path.slice(0, slash) || "/")));
}

function readKernel(): LayerFacts["kernel"] {
  const [major = 0, minor = 0] = readText("/proc/sys/kernel/osrelease").split(".").map(Number.parseFloat);
  return { major, minor };
}
