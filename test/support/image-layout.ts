/** Handmade OCI image layouts, so that a test decides every byte: what is valid in them, and what is not. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../src/base/digest.ts";
import { digestOf } from "../../src/sys/library/hash.ts";

export interface TestDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: object;
}

export interface TestLayer {
  /** Uncompressed. */
  readonly archive: Buffer;
  readonly compression?: "gzip" | "zstd";
  /** Instead of the type that fits the compression. */
  readonly mediaType?: string;
}

export interface TestImage {
  readonly layers: readonly TestLayer[];
  /** Members of the image's config besides rootfs. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Members of the manifest, instead of the correct ones. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Instead of the correct ones. */
  readonly diffIds?: readonly string[];
}

const OCI = "application/vnd.oci.image.";

export class TestLayout {
  readonly blobs = new Map<Digest, Buffer>();
  readonly entries: TestDescriptor[] = [];

  blob(content: Buffer | string | object, mediaType: string): TestDescriptor {
    const isRaw = typeof content === "string" || Buffer.isBuffer(content);
    const bytes = Buffer.from(isRaw ? content : JSON.stringify(content));
    this.blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  }

  image({ layers, config = {}, manifest = {}, diffIds }: TestImage): TestDescriptor {
    const stored = layers.map(({ archive, compression, mediaType }) => {
      const type = `${OCI}layer.v1.tar${compression === undefined ? "" : `+${compression}`}`;
      return this.blob(compressed(archive, compression), mediaType ?? type);
    });
    const rootfs = { type: "layers", diff_ids: diffIds ?? layers.map(({ archive }) => digestOf(archive)) };
    const configBlob = this.blob({ architecture: "amd64", os: "linux", ...config, rootfs }, `${OCI}config.v1+json`);
    const type = `${OCI}manifest.v1+json`;
    return this.blob({ schemaVersion: 2, mediaType: type, config: configBlob, layers: stored, ...manifest }, type);
  }

  index(manifests: readonly TestDescriptor[]): TestDescriptor {
    const type = `${OCI}index.v1+json`;
    return this.blob({ schemaVersion: 2, mediaType: type, manifests }, type);
  }

  /** Into index.json. */
  add(descriptor: TestDescriptor, name?: string): this {
    this.entries.push(name === undefined ? descriptor : { ...descriptor, annotations: { "org.opencontainers.image.ref.name": name } });
    return this;
  }

  /** All files of the layout by name. */
  files(): Map<string, Buffer> {
    const index = { schemaVersion: 2, manifests: this.entries };
    return new Map([
      ["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
      ["index.json", Buffer.from(JSON.stringify(index))],
      ...[...this.blobs].map(([digest, bytes]) => [`blobs/${digest.replace(":", "/")}`, bytes] as const),
    ]);
  }

  /** Returns the directory. */
  async write(directory: string): Promise<string> {
    await mkdir(join(directory, "blobs/sha256"), { recursive: true });
    for (const [name, bytes] of this.files()) await writeFile(join(directory, name), bytes);
    return directory;
  }
}

export function compressed(archive: Buffer, compression: TestLayer["compression"]): Buffer {
  if (compression === undefined) return archive;
  return Buffer.from(compression === "gzip" ? Bun.gzipSync(new Uint8Array(archive)) : Bun.zstdCompressSync(archive));
}
