/** Writes OCI layouts for the measurements, usually of one image named "bench". */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const COMPRESSIONS = ["gzip", "zstd"] as const;
export type Compression = (typeof COMPRESSIONS)[number];
export const NAME = "bench";

/** Uncompressed layers, lowest first. Without a compression they stay as they are. */
export function writeLayout(directory: string, layers: readonly Uint8Array[], compression?: Compression): void {
  writeImages(directory, [{ name: NAME, layers }], compression);
}

export interface BenchImage {
  readonly name: string;
  readonly layers: readonly Uint8Array[];
}

/** A layout of several images. */
export function writeImages(directory: string, images: readonly BenchImage[], compression?: Compression): void {
  const blobs = join(directory, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const put = (bytes: Uint8Array): { digest: string; size: number } => {
    writeFileSync(join(blobs, hexOf(bytes)), bytes);
    return { digest: `sha256:${hexOf(bytes)}`, size: bytes.length };
  };
  const putJson = (value: object) => put(Buffer.from(JSON.stringify(value)));
  const suffix = compression === undefined ? "" : `+${compression}`;
  const entries = images.map(({ name, layers }) => {
    const rootfs = { type: "layers", diff_ids: layers.map((layer) => `sha256:${hexOf(layer)}`) };
    const config = putJson({ architecture: architecture(), os: "linux", config: { Cmd: ["/bin/true"] }, rootfs });
    const manifest = putJson({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
      layers: layers.map((layer) => ({
        mediaType: `application/vnd.oci.image.layer.v1.tar${suffix}`,
        ...put(compressed(layer, compression)),
      })),
    });
    const annotations = { "org.opencontainers.image.ref.name": name };
    return { mediaType: "application/vnd.oci.image.manifest.v1+json", ...manifest, annotations };
  });
  writeFileSync(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(directory, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: entries }));
}

/** Compressed with the defaults of builders. */
function compressed(layer: Uint8Array, compression: Compression | undefined): Uint8Array {
  if (compression === "gzip") return gzipSync(layer, { level: 6 });
  return compression === "zstd" ? Bun.zstdCompressSync(layer, { level: 3 }) : layer;
}

function hexOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
