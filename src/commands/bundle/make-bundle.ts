/** From the name of an image to a bundle on disk: what `bundle` and `run --image` have in common. */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import { BundleClaim, requireNoBundle } from "../../host/bundle/bundle-claim.ts";
import { writeBundle } from "../../host/bundle/bundle-files.ts";
import { effectiveGid, effectiveUid, environmentVariable, workingDirectory } from "../../host/caller/caller.ts";
import { OWN_VOLUMES, unsafeLabels } from "../../image/bundle/image-bundle.ts";
import { readLayeredFile } from "../../image/bundle/layered-file.ts";
import { ensureVolume, isVolumeName, makeOwnVolume, type SeedSource, volumePath } from "../../image/bundle/volumes.ts";
import { resolveImage } from "../../image/store/image.ts";
import { ImageStore } from "../../image/store/image-store.ts";
import { recordUse } from "../../image/store/uses.ts";
import { requireDriver } from "../../plan/root/layers.ts";
import type { Mount } from "../../spec/types.ts";
import type { Context } from "../line/context.ts";
import { showProgress } from "../text/progress-line.ts";
import { type ImageOptions, imageSpec } from "./image-spec.ts";

export interface BundleRequest {
  readonly image: string;
  readonly bundle: HostPath;
  /** Nothing at all may be in its place. */
  readonly isNew: boolean;
  readonly hostname: string;
  readonly options: ImageOptions & { readonly driver: string | undefined };
  /** Nobody wants to have the writable layer after a crash of the machine. */
  readonly isVolatile: boolean;
}

/**
 * The layers are listed by digest, so that the bundle stays what it is when the image's name goes to another one; the
 * store keeps them for it. Rejects with code "exists" if there is a bundle, or somebody else makes one at the same time.
 */
export async function makeImageBundle(request: BundleRequest, context: Context): Promise<BundleClaim> {
  const { image, bundle, isNew, hostname, options, isVolatile } = request;
  const driver = options.driver === undefined ? {} : { driver: requireDriver(options.driver) };
  requireNoBundle(bundle, isNew);
  const store = new ImageStore(context.imageRoot);
  using _ = store.shareLock();
  const { config, manifestDigest, layers, lowers } = await resolveImage(store, image, () => showProgress(false, context.warn));
  if (layers === undefined) throw new RuntimeError("unsupported", `cannot make a bundle of image ${image}: it has no layers`);
  const [unsafe] = unsafeLabels(config);
  if (unsafe !== undefined)
    context.warn(`labels like ${JSON.stringify(unsafe)} of image ${image} are left out: as annotations they would be acted on`);
  const volumes = hostPath("volumes", context.imageRoot);
  const spec = imageSpec({
    config,
    options,
    owner: { uid: effectiveUid(), gid: effectiveGid() },
    hostname,
    volumes,
    workingDirectory: workingDirectory(),
    environmentVariable,
    readImageFile: (path) => readLayeredFile(lowers, path),
  });
  return claiming(request, () => {
    for (const mount of spec.mounts ?? []) makeVolume(mount, { store, bundle, source: { lowers, warn: context.warn } });
    recordUse(store, { bundle, layers, manifest: manifestDigest }); // first, so that no bundle is there without it, whatever is killed
    writeBundle(bundle, {
      config: spec,
      layers: {
        schemaVersion: 1,
        layers: stackOf(store, layers),
        from: { image, manifest: manifestDigest },
        ...driver,
        ...(isVolatile ? { options: { volatile: true } } : {}),
      },
    });
  });
}

/** What was made is taken away again if the work fails, unless the directory was there before. */
function claiming({ bundle, isNew }: BundleRequest, work: () => void): BundleClaim {
  const claim = BundleClaim.take(bundle, isNew);
  try {
    work();
    return claim;
  } catch (error) {
    if (claim.isMade) claim.remove();
    claim[Symbol.dispose]();
    throw error;
  }
}

interface VolumeRequest {
  readonly store: ImageStore;
  readonly bundle: HostPath;
  readonly source: Omit<SeedSource, "directory">;
}

/** Makes the directory behind a mount of a volume. */
function makeVolume({ source = "", destination }: Mount, request: VolumeRequest): void {
  const { store, bundle } = request;
  const from: SeedSource = { ...request.source, directory: destination };
  if (source.startsWith(`${OWN_VOLUMES}/`)) makeOwnVolume(hostPath(source, bundle), from);
  const name = source.slice(source.lastIndexOf("/") + 1);
  if (isVolumeName(name) && source === volumePath(store, name)) ensureVolume(store, name, from);
}

/** The lowest first. */
function stackOf(store: ImageStore, top: Digest): Digest[] {
  return store.layers.stack(top).reverse();
}
