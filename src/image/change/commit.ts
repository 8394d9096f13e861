/** A writable layer becomes the top layer of a new image: the parent's layers and configuration, and one of each more. */
import type { Digest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { encodeText } from "../../base/text.ts";
import type { Owners } from "../../layers/archive/tree-entry.ts";
import { diffLayer } from "../../layers/diff/diff.ts";
import type { Marks } from "../../layers/form/overlay-form.ts";
import { goOnBeside } from "../../sys/process/worker.ts";
import { finishImage } from "../add/add-image.ts";
import { addBlobOf } from "../add/add-layer.ts";
import type { Added, Adding } from "../add/adding.ts";
import { type JsonObject, parseJson, takeList, takeObject, withoutUndefined } from "../format/json-shape.ts";
import type { Descriptor } from "../format/manifest.ts";
import { layerMediaType, MEDIA } from "../format/media-types.ts";
import { readImage } from "../store/image.ts";
import type { ImageStore } from "../store/image-store.ts";
import { hearing } from "../stream/hearing.ts";
import { applyChanges, type Change } from "./image-change.ts";

export interface CommitRequest {
  /** Digest of the manifest of the image that the layer lies on. */
  readonly parent: Digest;
  readonly upper: string;
  /** Bytes of the files in it, for the progress; it may be left unknown. */
  readonly size: number | undefined;
  /** Unpacked layers below it, the top first. */
  readonly lower: readonly string[];
  readonly marks: Marks;
  readonly owners: Owners | undefined;
  readonly name: string;
  readonly message: string | undefined;
  readonly author: string | undefined;
  readonly changes: readonly Change[];
  /** Seconds since 1970; later times in the layer become this one, and the image is of this time. With it, the same files give the same image. */
  readonly epoch: number | undefined;
  /** Called now and then while the layer is written; what it throws ends the commit. */
  readonly hear: () => void;
}

/**
 * The layer is not unpacked: that is half of the work, and who commits to push needs none of it. The first container of the image does it, as with
 * images that other tools write into the store.
 *
 * For holders of the store's lock. The parent stays as it is. Rejects with "not-found" if it is not in the store any more.
 */
export async function commitImage(adding: Adding, request: CommitRequest): Promise<Added> {
  const { store } = adding;
  const image = await readImage(store.blobs, manifestDescriptor(store, request.parent));
  const { manifest } = image;
  const document = takeObject(parseJson(store.blobs.readDocument(manifest.config), "config"), "config");
  const execution = applyChanges(takeObject(document.config ?? {}, "config: /config"), request.changes); // before all that takes long
  const { upper, lower, marks, epoch, owners } = request;
  const options = { lower, ...marks, ...withoutUndefined({ epoch, owners }) };
  const stream = hearing(goOnBeside("archive the container's files", diffLayer(upper, options)), request.hear);
  adding.progress.begin("layer", request.size);
  const layer = addBlobOf(adding, stream);
  adding.progress.end();
  const configBytes = encodeText(JSON.stringify(grownConfig({ ...document, config: execution }, layer.digest, request)));
  const layers = [...manifest.layers, { mediaType: layerMediaType("none"), ...layer }];
  const [added] = finishImage(adding, { configBytes, layers, newLayers: 1 }, [request.name]);
  if (added === undefined) throw new Error("an image with one name was added under none");
  return added;
}

/** Its name may have gone to another image meanwhile. */
function manifestDescriptor(store: ImageStore, digest: Digest): Descriptor {
  const size = store.blobs.size(digest);
  if (size !== undefined) return { mediaType: mediaTypeOf(store.blobs.readDocument({ digest, size })), digest, size };
  throw new RuntimeError("not-found", `cannot commit on image ${digest}: it is no longer in the store`, {
    hint: "bring it back with: lamina image import",
  });
}

function mediaTypeOf(manifest: Uint8Array): string {
  const { mediaType } = takeObject(parseJson(manifest, "manifest"), "manifest");
  return typeof mediaType === "string" ? mediaType : MEDIA.manifest;
}

/** What lamina does not know in it stays. */
function grownConfig(document: JsonObject, diffId: Digest, { message, author, epoch }: CommitRequest): JsonObject {
  const created = new Date(epoch === undefined ? Date.now() : epoch * 1000).toISOString();
  const rootfs = takeObject(document.rootfs ?? { type: "layers" }, "config: /rootfs");
  const entry = withoutUndefined({ created, created_by: "lamina commit", author, comment: message });
  return {
    ...document,
    created,
    ...(author === undefined ? {} : { author }),
    rootfs: { ...rootfs, diff_ids: [...takeList(rootfs.diff_ids, "config: /rootfs/diff_ids"), diffId] },
    history: [...takeList(document.history, "config: /history"), entry],
  };
}
