/**
 * Images in the archive that `docker save` wrote before its version 25, and that skopeo, buildah, crane, ko, kaniko and jib write for `docker load`:
 * manifest.json names config and layers by file. What is made of it is an OCI manifest; config and layers stay byte for byte.
 */
import { type Digest, hexOf } from "../../base/digest.ts";
import { duringAll, RuntimeError } from "../../base/errors.ts";
import { digestOf } from "../../sys/library/hash.ts";
import { finishImage } from "../add/add-image.ts";
import { addLayerOf } from "../add/add-layer.ts";
import type { Added, Adding } from "../add/adding.ts";
import { parseImageConfig } from "../format/image-config.ts";
import { parseJson, shownList, takeList, takeObject, takeText, takeTexts } from "../format/json-shape.ts";
import type { Descriptor } from "../format/manifest.ts";
import type { FileSet } from "./file-set.ts";

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

/** Those that `ref` names: by a name, which may be short as Docker's are, or as skopeo counts them, `@0`. */
export function chooseSaved(images: readonly SavedImage[], ref: string, origin: string): readonly SavedImage[] {
  const number = /^@(\d+)$/.exec(ref)?.[1];
  const wanted = shortest(ref);
  const found = images.filter(({ names }, i) =>
    number === undefined ? names.some((name) => shortest(name) === wanted) : i === Number(number),
  );
  if (found.length > 0) return found;
  const names = shownList(images.flatMap((image) => image.names)) || "no names";
  throw new RuntimeError("not-found", `cannot import ${JSON.stringify(ref)} from ${origin}: it has ${names}`);
}

/** `docker.io/library/web:latest` is the same as `web`. */
function shortest(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, "").replace(/:latest$/, "");
}

/** Adds a saved image under each of `names`, or without a name. */
export async function addSavedImage(adding: Adding, files: FileSet, saved: SavedImage, names: readonly string[]): Promise<Added[]> {
  const configBytes = await files.readWhole(saved.config, LARGEST_DOCUMENT);
  requireNamed(saved.config, digestOf(configBytes), files.origin);
  const config = parseImageConfig(configBytes, `${files.origin}/${saved.config}`);
  if (config.diffIds.length !== saved.layers.length) {
    const counts = `manifest.json names ${saved.layers.length} layers and ${saved.config} ${config.diffIds.length}`;
    throw new RuntimeError("integrity", `cannot import ${files.origin}: ${counts}`);
  }
  const layers: Descriptor[] = [];
  let parent: Digest | undefined;
  let newLayers = 0;
  adding.progress.expect(saved.layers.reduce((sum, file) => sum + files.size(file), 0)); // and all of them are there
  for (const [i, file] of saved.layers.entries()) {
    const diffId = config.diffIds[i];
    adding.progress.begin(`layer ${i + 1} of ${saved.layers.length}`, files.size(file));
    const request = { ...(diffId && { diffId }), ...(parent && { parent }) };
    const layer = await duringAll(`cannot add layer ${file} of ${files.origin}`, file, () => addLayerOf(adding, files.read(file), request));
    requireNamed(file, layer.descriptor.digest, files.origin);
    adding.progress.end();
    layers.push(layer.descriptor);
    parent = layer.chainId;
    if (layer.written) newLayers++;
  }
  return finishImage(adding, { configBytes, layers, newLayers }, names);
}

/** Files whose name says their digest: crane's configs, and blobs of layouts. */
const NAMED = /^(?:\.?\/)*(?:sha256:|blobs\/sha256\/)([0-9a-f]{64})$/;

function requireNamed(file: string, found: Digest, origin: string): void {
  const hex = NAMED.exec(file)?.[1];
  if (hex === undefined || hex === hexOf(found)) return;
  throw new RuntimeError("integrity", `cannot read ${file} in ${origin}: its content is ${found}`);
}
