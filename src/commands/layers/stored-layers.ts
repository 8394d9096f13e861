/** What a layers.json names in the image store, as directories. */
import { type Digest, isDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { inLayers } from "../../base/origin.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { FoundLayers } from "../../host/context.ts";
import { resolveImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { holdLock, recordUse } from "../../image/store/uses.ts";
import { filesOfLayers, readStack, sharedTree } from "../../layers/store/layer-directory.ts";
import type { LayersFile } from "../../spec/types.ts";

interface Where {
  /** Of the store. */
  readonly root: HostPath;
  readonly bundle: HostPath;
  readonly keep: boolean;
}

/** With `keep` the store keeps them from here on: nobody removes layers between the look and the note of their use. */
export async function findStoredLayers(file: LayersFile, { root, bundle, keep }: Where): Promise<FoundLayers> {
  using _lock = keep ? holdLock({ root }) : undefined;
  const { top, directories, isWhole } =
    file.image === undefined ? findDigests({ root, bundle }, file.layers ?? []) : await findOfImage(root, file.image);
  const manifest = file.from?.manifest;
  if (keep && top !== undefined) recordUse({ root }, { bundle, layers: top, ...(isDigest(manifest) ? { manifest } : {}) });
  return top !== undefined && isWhole ? { directories, shared: hostPath(sharedTree(root, top)) } : { directories };
}

interface Found {
  /** Chain id of the stack that has all of the layers that are in the store. */
  readonly top: Digest | undefined;
  /** The lowest first. */
  readonly directories: readonly HostPath[];
  /** They are that stack, and nothing else. */
  readonly isWhole: boolean;
}

async function findOfImage(root: HostPath, image: string): Promise<Found> {
  const { layers, lowers } = await resolveImage(new ImageStore(root), image).catch((error: unknown) => {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, error.message, { ...error.detail, pointer: inLayers("/image"), cause: error });
  });
  return { top: layers, directories: lowers.toReversed().map((path) => hostPath(path)), isWhole: true };
}

/** A digest is a chain id, and means that layer alone: whoever wants those below it lists them. */
function findDigests({ root, bundle }: Pick<Where, "root" | "bundle">, layers: readonly string[]): Found {
  const top = layers.findLast(isDigest);
  if (top === undefined) return { top, directories: layers.map((layer) => hostPath(layer, bundle)), isWhole: false };
  const stack = readStack(root, top)?.reverse();
  if (stack === undefined) throw unusable(root, top, layers, "it is not in the store");
  const found = filesOfLayers(root, stack);
  if (isSame(layers, stack)) return { top, directories: found, isWhole: true };
  const directories = new Map<string, HostPath | undefined>(stack.map((digest, i) => [digest, found[i]]));
  return {
    top,
    isWhole: false,
    directories: layers.map((layer) => {
      const directory = directories.get(layer);
      if (directory !== undefined || !isDigest(layer)) return directory ?? hostPath(layer, bundle);
      throw unusable(root, layer, layers, `it does not lie below ${top}`);
    }),
  };
}

/** Most bundles list one whole stack. */
function isSame(layers: readonly string[], stack: readonly Digest[]): boolean {
  if (layers.length !== stack.length) return false;
  for (let i = 0; i < stack.length; i++) if (layers[i] !== stack[i]) return false;
  return true;
}

function unusable(root: HostPath, layer: Digest, layers: readonly string[], reason: string): RuntimeError {
  return new RuntimeError("not-found", `cannot use layer ${layer}: ${reason}`, {
    pointer: inLayers(`/layers/${layers.lastIndexOf(layer)}`),
    hint: `the store is ${root}; digests are chain ids of one stack`,
  });
}
