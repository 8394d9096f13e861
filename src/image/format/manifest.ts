/** Descriptors, indexes and manifests (image-spec, descriptor.md, image-index.md, manifest.md): parsed from JSON of foreign origin. Pure. */
import { type Digest, parseDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import {
  type JsonObject,
  parseJson,
  shownValue,
  takeList,
  takeObject,
  takeOptionalText,
  takeSize,
  takeText,
  takeTextMap,
} from "./json-shape.ts";
import { isImageConfig, isLayer, kindOf } from "./media-types.ts";
import { type Platform, parsePlatformObject } from "./platform.ts";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
}

export interface Index {
  readonly manifests: readonly Descriptor[];
  /** Digests of the entries that are left out, as no sha256 names them. */
  readonly foreign: readonly string[];
}

export interface Manifest {
  readonly config: Descriptor;
  /** The base comes first. */
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Under this annotation index.json has an image's name, and only there. */
export const NAME_ANNOTATION = "org.opencontainers.image.ref.name";

/** The same text for descriptors that mean the same. */
export function contentOf({ mediaType, digest, size }: Descriptor): string {
  return `${digest} ${size} ${mediaType}`;
}

export function parseDescriptor(value: unknown, where: string): Descriptor {
  const object = takeObject(value, where);
  const annotations = takeTextMap(object.annotations, `${where}/annotations`);
  const platform = parsePlatformObject(object.platform, `${where}/platform`);
  return {
    mediaType: takeText(object.mediaType, `${where}/mediaType`),
    digest: parseDigest(object.digest, `${where}/digest`),
    size: takeSize(object.size, `${where}/size`),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** Entries of media types that nobody knows are kept: they are no error (image-index.md). */
export function parseIndex(bytes: Uint8Array, what: string, expected?: string): Index {
  const object = parseIndexObject(bytes, what, expected);
  const entries = indexEntries(object.manifests, `${what}: /manifests`);
  return {
    manifests: entries.flatMap(({ descriptor }) => descriptor() ?? []),
    foreign: entries.flatMap(({ digest }) => (isForeign(digest) ? digest : [])),
  };
}

/** An index of which the entries have not been looked at. */
export function parseIndexObject(bytes: Uint8Array, what: string, expected?: string): JsonObject {
  const object = parseDocument(bytes, what, expected);
  if (object.layers !== undefined || object.config !== undefined) throw ambiguous(what);
  return object;
}

/** An entry of an index as it stands there. Most need not be looked at any closer: `descriptor` does that. */
export interface IndexEntry {
  readonly raw: unknown;
  readonly name: string | undefined;
  readonly digest: unknown;
  /** What lamina can make of it: nothing if its digest is of another algorithm. Throws "integrity". */
  readonly descriptor: () => Descriptor | undefined;
}

export function indexEntries(list: unknown, where: string): IndexEntry[] {
  return takeList(list, where).map((raw, i) => {
    const object = takeObject(raw, `${where}/${i}`);
    const { digest, annotations } = object;
    const name = typeof annotations === "object" && annotations !== null ? (annotations as JsonObject)[NAME_ANNOTATION] : undefined;
    const descriptor = (): Descriptor | undefined => (isForeign(digest) ? undefined : parseDescriptor(raw, `${where}/${i}`));
    return { raw, name: typeof name === "string" ? name : undefined, digest, descriptor };
  });
}

/** A digest (image-spec, descriptor.md) of another algorithm than sha256. */
function isForeign(digest: unknown): digest is string {
  return typeof digest === "string" && /^(?!sha256:)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/.test(digest);
}

/** Refuses artifacts: what is not a stack of tar layers with an image config. */
export function parseManifest(bytes: Uint8Array, what: string, expected?: string): Manifest {
  const object = parseManifestDocument(bytes, what, expected);
  const foreign = foreignPart(object, what);
  if (foreign !== undefined) {
    throw new RuntimeError(
      "unsupported",
      `cannot read ${what}: it is no container image, for it has a part of type ${shownValue(foreign)}`,
    );
  }
  const config = parseDescriptor(object.config, `${what}: /config`);
  const layers = takeList(object.layers, `${what}: /layers`).map((one, i) => parseDescriptor(one, `${what}: /layers/${i}`));
  return { config, layers, annotations: takeTextMap(object.annotations, `${what}: /annotations`) };
}

/** The media type that makes a manifest something else than a container image's; undefined if it is one. */
export function artifactType(bytes: Uint8Array, what: string, expected?: string): string | undefined {
  return foreignPart(parseManifestDocument(bytes, what, expected), what);
}

function parseManifestDocument(bytes: Uint8Array, what: string, expected: string | undefined): JsonObject {
  const object = parseDocument(bytes, what, expected);
  if (object.manifests !== undefined) throw ambiguous(what);
  return object;
}

/** Only media types are looked at: what an artifact has else is its own business. */
function foreignPart(object: JsonObject, what: string): string | undefined {
  const typeOf = (part: unknown, at: string): string => takeText(takeObject(part, at).mediaType ?? "", `${at}/mediaType`);
  const config = typeOf(object.config, `${what}: /config`);
  if (!isImageConfig(config)) return config || "none";
  const layers = takeList(object.layers, `${what}: /layers`).map((one, i) => typeOf(one, `${what}: /layers/${i}`));
  return layers.find((type) => !isLayer(type));
}

/** A document that could be read as something else than it was announced as would mean different images to different programs (CVE-2021-41190). */
function parseDocument(bytes: Uint8Array, what: string, expected: string | undefined): JsonObject {
  const object = takeObject(parseJson(bytes, what), what);
  if (object.schemaVersion !== 2) {
    throw new RuntimeError(
      "unsupported",
      `cannot read ${what}: its schemaVersion is ${shownValue(object.schemaVersion)}, and 2 is accepted`,
    );
  }
  const own = takeOptionalText(object.mediaType, `${what}: /mediaType`);
  if (own !== undefined && expected !== undefined && own !== expected) {
    throw new RuntimeError("integrity", `cannot read ${what}: it says that it is ${shownValue(own)}, and its descriptor says ${expected}`);
  }
  if (own !== undefined && kindOf(own) === undefined) {
    throw new RuntimeError("unsupported", `cannot read ${what}: media type ${shownValue(own)} is neither a manifest nor an index`);
  }
  return object;
}

function ambiguous(what: string): RuntimeError {
  return new RuntimeError("integrity", `cannot read ${what}: it is a manifest and an index at once`);
}
