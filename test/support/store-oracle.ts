/**
 * Judges an image store by its files, without any of lamina's own code: every image and every bundle in use has all that it needs,
 * and what is named by a digest has that digest.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, type JsonObject, parseObject } from "./json.ts";

const NAME = "org.opencontainers.image.ref.name";

/** Digests by name, as index.json has them. A store without index.json has none. */
export function imagesIn(store: string): Record<string, string> {
  return Object.fromEntries(entriesOf(store).map((entry) => [String(objectIn(entry, "annotations")[NAME]), String(entry.digest)]));
}

/** One sentence per problem; an empty list is good. */
export function findDamage(store: string): string[] {
  if (!existsSync(join(store, "index.json"))) return [];
  const uses = existsSync(join(store, "uses")) ? readdirSync(join(store, "uses")).filter((name) => !name.includes(".")) : [];
  return [
    ...hexNamesIn(store, "blobs/sha256").flatMap((hex) => blobDamage(store, hex)),
    ...hexNamesIn(store, "layers/sha256").flatMap((hex) => layerDamage(store, hex)),
    ...entriesOf(store).flatMap((entry) => imageDamage(store, String(entry.digest), "index.json")),
    ...uses.flatMap((name) => useDamage(store, name)),
  ];
}

/** Every path with its type, owner, mode and content, except for times, which the list of a layer's files includes too. */
export function listingOf(store: string): string[] {
  return readdirSync(store, { recursive: true, encoding: "latin1" })
    .map((name) => `${name} ${describeFile(join(store, name))}`)
    .sort();
}

function describeFile(path: string): string {
  const status = lstatSync(path);
  const owner = `${(status.mode & 0o177777).toString(8)} ${status.uid}:${status.gid}`;
  if (status.isSymbolicLink()) return `${owner} -> ${readlinkSync(path)}`;
  if (status.isFile() && !path.endsWith("/tree.rec")) return `${owner} ${status.size} ${sha256(readFileSync(path)).slice(0, 16)}`;
  return `${owner} ${status.rdev}`;
}

function blobDamage(store: string, hex: string): string[] {
  const found = sha256(readFileSync(join(store, "blobs/sha256", hex)));
  return found === hex ? [] : [`blob ${hex} has the content ${found}`];
}

function layerDamage(store: string, hex: string): string[] {
  const directory = join(store, "layers/sha256", hex);
  const missing = ["diff", "layer.json", "tree.rec", "archive.rec"].filter((name) => !existsSync(join(directory, name)));
  if (missing.length > 0) return missing.map((name) => `layer ${hex} has no ${name}`);
  const { chainId, lower } = parseObject(readFileSync(join(directory, "layer.json"), "utf8"));
  const below = listIn(lower).map(String);
  const gone = below.filter((one) => !hasLayer(store, one)).map((one) => `layer ${hex} sits on ${one}, which is not there`);
  return [...gone, ...(chainId === `sha256:${hex}` ? [] : [`layer ${hex} says that it is ${String(chainId)}`])];
}

function imageDamage(store: string, digest: string, needer: string): string[] {
  const manifest = documentOf(store, digest);
  const config = manifest && documentOf(store, String(objectIn(manifest, "config").digest));
  if (manifest === undefined || config === undefined) return [`${needer} needs image ${digest}, which has no manifest or no config`];
  const blobs = listIn(manifest.layers).map((layer) => String(objectIn({ layer }, "layer").digest));
  const chain: string[] = [];
  for (const diffId of listIn(objectIn(config, "rootfs").diff_ids).map(String)) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : `sha256:${sha256(Buffer.from(`${below} ${diffId}`))}`);
  }
  const committed = listIn(config.history).filter((step) => objectIn({ step }, "step").created_by === "lamina commit").length;
  const imported = chain.slice(0, chain.length - committed); // committed layers are unpacked when first needed
  return [
    ...blobs.filter((blob) => !existsSync(blobPath(store, blob))).map((blob) => `image ${digest} has lost its blob ${blob}`),
    ...imported.filter((id) => !hasLayer(store, id)).map((id) => `image ${digest} has lost its layer ${id}`),
  ];
}

/** A use counts while its bundle exists. */
function useDamage(store: string, name: string): string[] {
  const { bundle, layers, manifest } = parseObject(readFileSync(join(store, "uses", name), "utf8"));
  if (!existsSync(join(String(bundle), "layers.json"))) return [];
  const lost = hasLayer(store, String(layers)) ? [] : [`bundle ${String(bundle)} has lost its layer ${String(layers)}`];
  return [...lost, ...(manifest === undefined ? [] : imageDamage(store, String(manifest), String(bundle)))];
}

function entriesOf(store: string): JsonObject[] {
  const path = join(store, "index.json");
  return existsSync(path) ? listIn(parseObject(readFileSync(path, "utf8")).manifests).filter(isObject) : [];
}

function documentOf(store: string, digest: string): JsonObject | undefined {
  const path = blobPath(store, digest);
  return existsSync(path) ? parseObject(readFileSync(path, "utf8")) : undefined;
}

function blobPath(store: string, digest: string): string {
  return join(store, "blobs", digest.replace(":", "/"));
}

function hasLayer(store: string, chainId: string): boolean {
  return existsSync(join(store, "layers", chainId.replace(":", "/"), "layer.json"));
}

function hexNamesIn(store: string, directory: string): string[] {
  const path = join(store, directory);
  return existsSync(path) ? readdirSync(path) : [];
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
