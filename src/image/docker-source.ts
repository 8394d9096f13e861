/**
 * Images in the archive that `docker save` wrote before its version 25, and that skopeo and buildah write as docker-archive:
 * manifest.json names config and layers by file. What is made of it is an OCI manifest; config and layers stay byte for byte.
 */
import type { Digest } from "../base/digest.ts";
import { RuntimeError } from "../base/errors.ts";
import { type Added, type Adding, addLayerOf, finishImage } from "./add-image.ts";
import type { FileSet } from "./file-set.ts";
import { parseImageConfig } from "./image-config.ts";
import { parseJson, takeList, takeObject, takeText, takeTexts } from "./json-shape.ts";
import type { Descriptor } from "./manifest.ts";

const LARGEST_DOCUMENT = 16 * 1024 * 1024;

export interface SavedImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly names: readonly string[];
}

export async function readSavedImages(files: FileSet): Promise<SavedImage[]> {
  const where = `${files.origin}/manifest.json`;
  const images = takeList(parseJson(await files.readWhole("manifest.json", LARGEST_DOCUMENT), where), where);
  return images.map((value, i) => {
    const at = `${where}: /${i}`;
    const object = takeObject(value, at);
    return {
      config: takeText(object.Config, `${at}/Config`),
      layers: takeTexts(object.Layers, `${at}/Layers`),
      names: takeTexts(object.RepoTags, `${at}/RepoTags`),
    };
  });
}

/** Adds a saved image under each of `names`, or without a name. */
export async function addSavedImage(adding: Adding, files: FileSet, saved: SavedImage, names: readonly string[]): Promise<Added[]> {
  const configBytes = await files.readWhole(saved.config, LARGEST_DOCUMENT);
  const config = parseImageConfig(configBytes, `${files.origin}/${saved.config}`);
  if (config.diffIds.length !== saved.layers.length) {
    const counts = `manifest.json names ${saved.layers.length} layers and ${saved.config} ${config.diffIds.length}`;
    throw new RuntimeError("integrity", `cannot import ${files.origin}: ${counts}`);
  }
  const layers: Descriptor[] = [];
  let parent: Digest | undefined;
  let newLayers = 0;
  adding.progress.expect(saved.layers.reduce((sum, file) => sum + files.size(file), 0));
  for (const [i, file] of saved.layers.entries()) {
    const diffId = config.diffIds[i];
    adding.progress.begin(`layer ${i + 1} of ${saved.layers.length}`, files.size(file));
    const layer = await addLayerOf(adding, files.read(file), { ...(diffId && { diffId }), ...(parent && { parent }) });
    adding.progress.end();
    layers.push(layer.descriptor);
    parent = layer.chainId;
    if (layer.written) newLayers++;
  }
  return finishImage(adding, { configBytes, layers, newLayers }, names);
}
