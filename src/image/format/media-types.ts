/** Media types of images, OCI's and Docker's, and what they say. Pure. */
import type { Compression } from "../../layers/archive/compression.ts";

export const MEDIA = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

const DOCKER = "application/vnd.docker.";

const KINDS: Readonly<Record<string, "index" | "manifest">> = {
  [MEDIA.index]: "index",
  [`${DOCKER}distribution.manifest.list.v2+json`]: "index",
  [MEDIA.manifest]: "manifest",
  [`${DOCKER}distribution.manifest.v2+json`]: "manifest",
};

const CONFIGS: readonly string[] = [MEDIA.config, `${DOCKER}container.image.v1+json`];

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;

/** "index" or "manifest"; undefined for everything else, which an index may hold as well. */
export function kindOf(mediaType: string): "index" | "manifest" | undefined {
  return Object.hasOwn(KINDS, mediaType) ? KINDS[mediaType] : undefined;
}

export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.includes(mediaType);
}

/** A layer that is a tar, whatever its compression. */
export function isLayer(mediaType: string): boolean {
  return LAYER.test(mediaType);
}

interface Typed {
  readonly mediaType: string;
}

/** Whether a manifest is a container image's: what an index says about its images has an image's config too, and layers that are no archives. */
export function isContainerImage(config: Typed, layers: readonly Typed[]): boolean {
  return isImageConfig(config.mediaType) && layers.every(({ mediaType }) => isLayer(mediaType));
}

/** A layer that may be used here but must not be given to a registry (layer.md, Non-Distributable Layers). */
export function isNondistributable(mediaType: string): boolean {
  return isLayer(mediaType) && /nondistributable|foreign/.test(mediaType);
}

export function layerMediaType(compression: Compression): string {
  return compression === "none" ? MEDIA.layer : `${MEDIA.layer}+${compression}`;
}
