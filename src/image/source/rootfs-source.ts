/** A tar of a root filesystem becomes a base image: one layer without a parent, and a config that says what it was made of. */
import type { Digest } from "../../base/digest.ts";
import { duringAll } from "../../base/errors.ts";
import { encodeText } from "../../base/text.ts";
import { finishImage } from "../add/add-image.ts";
import { addLayerOf } from "../add/add-layer.ts";
import type { Added, Adding } from "../add/adding.ts";
import { hostPlatform } from "../format/platform.ts";

export interface RootArchive {
  readonly stream: Generator<Uint8Array, void>;
  /** What is being read, for the progress, and how many bytes it has if known. */
  readonly origin: string;
  readonly size: number | undefined;
  /** When the image was made, in ISO 8601. Absent = not told, so that the same archive gives the same image. */
  readonly created: string | undefined;
}

export async function addRootArchive(adding: Adding, { stream, origin, size, created }: RootArchive, name: string): Promise<Added[]> {
  adding.progress.begin(origin, size);
  const layer = await duringAll(`cannot import ${origin}`, origin, () => addLayerOf(adding, stream, {}));
  adding.progress.end();
  const configBytes = encodeText(JSON.stringify(baseConfig(adding, layer.diffId, created)));
  return finishImage(adding, { configBytes, layers: [layer.descriptor], newLayers: layer.written ? 1 : 0 }, [name]);
}

function baseConfig({ platform }: Adding, diffId: Digest, created: string | undefined) {
  const time = created === undefined ? {} : { created };
  return {
    ...time,
    ...(platform ?? hostPlatform()),
    config: { Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd: ["/bin/sh"] },
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ ...time, created_by: "lamina image import", comment: "root filesystem archive" }],
  };
}
