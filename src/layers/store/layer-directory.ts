/** Where a layer is on disk, and its record. All that mounting needs: what writes layers is loaded only when one is written. */
import { type Digest, digestFromHex, hexOf, isDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { parseOwnJson } from "../../base/own-json.ts";
import type { HostPath } from "../../base/paths.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import type { LayerRecord } from "./store.ts";

const RECORD = "layer.json";
const SHORT = 26;

/** The directory of all layers. */
export function layersDirectory(root: string): string {
  return `${root}/layers/sha256`;
}

export function layerDirectory(root: string, chainId: Digest): string {
  return `${layersDirectory(root)}/${hexOf(chainId)}`;
}

/** A tree of the layer and all below it, for drivers that mount none; made when one is needed. It goes with the layer. */
export function sharedTree(root: string, chainId: Digest): string {
  return `${layerDirectory(root, chainId)}/tree`;
}

/** The layer's files, in overlay form. */
export function layerFiles(root: string, chainId: Digest): string {
  return `${layerDirectory(root, chainId)}/diff`;
}

/** The same for many layers of a store. */
export function filesOfLayers(root: HostPath, chainIds: readonly Digest[]): HostPath[] {
  const directory = layersDirectory(root);
  const paths: HostPath[] = [];
  for (const chainId of chainIds) paths.push(`${directory}/${hexOf(chainId)}/diff` as HostPath); // clean, as all of its parts are
  return paths;
}

/** A symbolic link to the layer's files. */
export function shortLink(root: string, chainId: Digest): string {
  return `${root}/l/${hexOf(chainId).slice(0, SHORT)}`;
}

export function recordPath(directory: string): string {
  return `${directory}/${RECORD}`;
}

export function encodeRecord(record: LayerRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** undefined if the layer is not there. */
export function readLayerRecord(root: string, chainId: Digest): LayerRecord | undefined {
  const path = recordPath(layerDirectory(root, chainId));
  const text = readTextIfThere(path);
  if (text === undefined) return undefined;
  const record = decodeRecord(text);
  if (record?.chainId === chainId) return record;
  throw new RuntimeError("integrity", `cannot read ${path}: it is not the record of this layer`, { hint: "remove the layer's directory" });
}

/** So many layers below are in a record: each costs no more than that, and a usual stack is read at once. */
const NEAREST = 64;

/** What the record of a layer says of those below. */
export function recordedBelow(parent: LayerRecord | undefined): Pick<LayerRecord, "lower" | "depth"> {
  if (parent === undefined) return { lower: [], depth: 0 };
  return { lower: [parent.chainId, ...parent.lower].slice(0, NEAREST), depth: parent.depth + 1 };
}

/** The layer and all below, the top first; undefined if it is not there. */
export function readStack(root: string, chainId: Digest): Digest[] | undefined {
  let record = readLayerRecord(root, chainId);
  if (record === undefined) return undefined;
  let stack = [chainId];
  for (let lowest = record.lower.at(-1); lowest !== undefined; lowest = record.lower.at(-1)) {
    stack = stack.concat(record.lower);
    if (record.depth === record.lower.length) return stack;
    record = readLayerRecord(root, lowest);
    if (record === undefined) throw new RuntimeError("integrity", `cannot use layer ${chainId}: layer ${lowest} below it is missing`);
  }
  return stack;
}

function decodeRecord(text: string): LayerRecord | undefined {
  const value = parseOwnJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { chainId, diffId, lower, depth, size, entries }: Partial<Record<keyof LayerRecord, unknown>> = value;
  const hasDigests = isDigest(chainId) && isDigest(diffId) && Array.isArray(lower) && lower.every(isDigest);
  if (!hasDigests || typeof size !== "number" || typeof entries !== "number") return undefined;
  const isNearest = typeof depth === "number" && depth >= lower.length && lower.length === Math.min(depth, NEAREST);
  if (depth !== undefined && !isNearest) return undefined;
  return { chainId, diffId, lower, depth: depth ?? lower.length, size, entries };
}

/** The chain id behind the name of a layer's directory. */
export function chainIdFrom(name: string): Digest | undefined {
  const digest = digestFromHex(name);
  return isDigest(digest) ? digest : undefined;
}
