/** Images in an OCI image layout, to be imported: a directory, or the same as a tar (skopeo's oci and oci-archive, docker save since 25). */
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";
import type { BlobSource } from "../add/adding.ts";
import { nameOf } from "../format/image-name.ts";
import { shownList } from "../format/json-shape.ts";
import { LARGEST_INDEX } from "../format/layout-files.ts";
import { contentOf, type Descriptor, parseIndex } from "../format/manifest.ts";
import { type Blob, requireDocumentSize, verified, wrongSize } from "../store/blobs.ts";
import { findForeign } from "../store/image.ts";
import { requireKnownLayout } from "../store/image-store.ts";
import { collect } from "../stream/file-chunks.ts";
import type { FileSet } from "./file-set.ts";

/** What containerd calls an image; docker save leaves only the tag under the layout's own annotation. */
const FULL_NAME = "io.containerd.image.name";

export interface NamedRoot {
  readonly root: Descriptor;
  readonly name: string | undefined;
}

/** The images of a layout, with their names; what else is in its index is told to `warn`. */
export async function readLayoutImages(files: FileSet, warn: (message: string) => void): Promise<NamedRoot[]> {
  requireKnownLayout(decodeText(await files.readWhole("oci-layout", LARGEST_INDEX)), files.origin);
  const index = parseIndex(await files.readWhole("index.json", LARGEST_INDEX), `${files.origin}/index.json`);
  for (const digest of index.foreign) warn(`${digest} in ${files.origin} is passed over: only digests by sha256 are supported`);
  const blobs = layoutBlobs(files);
  const images: NamedRoot[] = [];
  const reasons = new Map<string, string | undefined>(); // one image can have a thousand names
  for (const root of index.manifests) {
    const content = contentOf(root);
    if (!reasons.has(content)) reasons.set(content, await findForeign(blobs, root));
    const reason = reasons.get(content);
    if (reason === undefined) images.push({ root, name: root.annotations?.[FULL_NAME] ?? nameOf(root) });
    else warn(`${root.digest} in ${files.origin} is passed over, as it is no container image: ${reason}`);
  }
  return images;
}

export function layoutBlobs(files: FileSet): BlobSource {
  const nameFor = ({ digest }: Blob): string => `blobs/${digest.replace(":", "/")}`;
  const requireSize = (blob: Blob): void => {
    const size = files.size(nameFor(blob));
    if (size !== blob.size) throw wrongSize(String(size), blob);
  };
  const read = (blob: Blob): Generator<Uint8Array, void> => {
    requireSize(blob);
    return verified(files.read(nameFor(blob)), blob);
  };
  return {
    requireSize,
    read,
    readDocument: async (blob) => {
      requireDocumentSize(blob.size, blob.digest);
      return collect(read(blob));
    },
  };
}

/** Of several images the one that `ref` names. */
export function chooseRef(images: readonly NamedRoot[], ref: string, origin: string): NamedRoot {
  const found = images.find(({ root, name }) => name === ref || nameOf(root) === ref || root.digest === ref);
  if (found !== undefined) return found;
  const names = shownList(images.map(({ name, root }) => name ?? root.digest));
  throw new RuntimeError("not-found", `cannot import ${JSON.stringify(ref)} from ${origin}: it has ${names || "no images"}`);
}
