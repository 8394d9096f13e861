/** Images in an OCI image layout, to be imported: a directory, or the same as a tar (skopeo's oci and oci-archive, docker save since 25). */
import { RuntimeError } from "../base/errors.ts";
import type { BlobSource } from "./add-image.ts";
import { type Blob, requireDocumentSize, verified } from "./blobs.ts";
import type { FileSet } from "./file-set.ts";
import { nameOf } from "./image-name.ts";
import { requireKnownLayout } from "./image-store.ts";
import { type Descriptor, parseIndex } from "./manifest.ts";
import { kindOf } from "./media-types.ts";

const LARGEST_INDEX = 16 * 1024 * 1024;
/** What containerd calls an image; docker save leaves only the tag under the layout's own annotation. */
const FULL_NAME = "io.containerd.image.name";

export interface NamedRoot {
  readonly root: Descriptor;
  readonly name: string | undefined;
}

/** The images of a layout, with their names. */
export async function readLayoutImages(files: FileSet): Promise<NamedRoot[]> {
  requireKnownLayout((await files.readWhole("oci-layout", LARGEST_INDEX)).toString(), files.origin);
  const index = parseIndex(await files.readWhole("index.json", LARGEST_INDEX), `${files.origin}/index.json`);
  return index.manifests
    .filter(({ mediaType }) => kindOf(mediaType) !== undefined)
    .map((root) => ({ root, name: root.annotations?.[FULL_NAME] ?? nameOf(root) }));
}

export function layoutBlobs(files: FileSet): BlobSource {
  const nameFor = ({ digest }: Blob): string => `blobs/${digest.replace(":", "/")}`;
  return {
    read: (blob) => files.read(nameFor(blob)),
    readDocument: async (blob) => {
      requireDocumentSize(blob.size, blob.digest);
      return collect(verified(files.read(nameFor(blob)), blob));
    },
  };
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** Of several images the one that `ref` names. */
export function chooseRef(images: readonly NamedRoot[], ref: string, origin: string): NamedRoot {
  const found = images.find(({ root, name }) => name === ref || nameOf(root) === ref || root.digest === ref);
  if (found !== undefined) return found;
  const names = images.map(({ name, root }) => name ?? root.digest).join(", ");
  throw new RuntimeError("not-found", `cannot import ${JSON.stringify(ref)} from ${origin}: it has ${names || "no images"}`);
}
