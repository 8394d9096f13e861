/** The configuration of an image (image-spec, config.md): what to run, and the layers as their content is known. Pure. */
import { type Digest, parseDigest } from "../../base/digest.ts";
import { RuntimeError } from "../../base/errors.ts";
import { chainIdOf } from "../../layers/store/chain-id.ts";
import { parseJson, shownValue, takeList, takeObject, takeOptionalText, takeTextMap, takeTexts } from "./json-shape.ts";
import type { Manifest } from "./manifest.ts";
import { hostPlatform, type Platform, parsePlatformObject } from "./platform.ts";

export interface Execution {
  readonly user: string | undefined;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  /** Like 80/tcp. */
  readonly exposedPorts: readonly string[];
  /** Paths in the container. */
  readonly volumes: readonly string[];
}

export interface HistoryEntry {
  readonly created: string | undefined;
  readonly createdBy: string | undefined;
  readonly author: string | undefined;
  readonly comment: string | undefined;
  /** True if this step made no layer. */
  readonly isEmpty: boolean;
}

export interface ImageConfig {
  readonly created: string | undefined;
  readonly author: string | undefined;
  readonly platform: Platform;
  readonly config: Execution;
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
}

export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const object = takeObject(parseJson(bytes, what), what);
  const rootfs = takeObject(object.rootfs ?? {}, `${what}: /rootfs`);
  const type = takeOptionalText(rootfs.type, `${what}: /rootfs/type`) ?? "layers";
  if (type !== "layers") {
    throw new RuntimeError("unsupported", `cannot read ${what}: /rootfs/type is ${shownValue(type)}, and "layers" is accepted`);
  }
  return {
    created: takeOptionalText(object.created, `${what}: /created`),
    author: takeOptionalText(object.author, `${what}: /author`),
    platform: parsePlatformObject(object, what) ?? hostPlatform(),
    config: parseExecution(object.config, `${what}: /config`),
    diffIds: parseDiffIds(rootfs.diff_ids, `${what}: /rootfs/diff_ids`),
    history: takeList(object.history, `${what}: /history`).map((entry, i) => parseHistory(entry ?? {}, `${what}: /history/${i}`)),
  };
}

/** Many times more than any engine can mount. */
const MOST_LAYERS = 4096;

function parseDiffIds(value: unknown, where: string): readonly Digest[] {
  const ids = takeList(value, where);
  if (ids.length <= MOST_LAYERS) return ids.map((id, i) => parseDigest(id, `${where}/${i}`));
  throw new RuntimeError("unsupported", `cannot read ${where}: it has ${ids.length} layers, and at most ${MOST_LAYERS} are accepted`);
}

function parseExecution(value: unknown, where: string): Execution {
  const object = value === undefined || value === null ? {} : takeObject(value, where);
  const names = (member: unknown, at: string): string[] =>
    member === undefined || member === null ? [] : Object.keys(takeObject(member, at));
  return {
    user: takeOptionalText(object.User, `${where}/User`),
    env: takeTexts(object.Env, `${where}/Env`).filter((text) => text !== ""),
    entrypoint: takeWords(object.Entrypoint, `${where}/Entrypoint`),
    cmd: takeWords(object.Cmd, `${where}/Cmd`),
    workingDir: takeOptionalText(object.WorkingDir, `${where}/WorkingDir`),
    labels: takeTextMap(object.Labels, `${where}/Labels`),
    stopSignal: takeOptionalText(object.StopSignal, `${where}/StopSignal`),
    exposedPorts: names(object.ExposedPorts, `${where}/ExposedPorts`),
    volumes: names(object.Volumes, `${where}/Volumes`),
  };
}

/** Docker once wrote a single word as it is. */
function takeWords(value: unknown, where: string): readonly string[] {
  if (value === "") return [];
  return takeTexts(typeof value === "string" ? [value] : value, where);
}

function parseHistory(value: unknown, where: string): HistoryEntry {
  const object = takeObject(value, where);
  return {
    created: takeOptionalText(object.created, `${where}/created`),
    createdBy: takeOptionalText(object.created_by, `${where}/created_by`),
    author: takeOptionalText(object.author, `${where}/author`),
    comment: takeOptionalText(object.comment, `${where}/comment`),
    isEmpty: object.empty_layer === true,
  };
}

/** Every layer of the manifest has its content's digest in the config, at the same place. */
export function requireSameLayers(manifest: Manifest, { diffIds }: ImageConfig, what: string): void {
  if (manifest.layers.length === diffIds.length) return;
  const counts = `its manifest has ${manifest.layers.length} layers and its config ${diffIds.length}`;
  throw new RuntimeError("integrity", `cannot use ${what}: ${counts}`);
}

/** The names of the stack's parts: the base, the base with the next layer, and so on. */
export function chainIdsOf(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) chain.push(chainIdOf(chain.at(-1), diffId));
  return chain;
}
