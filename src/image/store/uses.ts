/**
 * Which bundles need which layers: `<root>/uses/<the bundle's path, escaped>` names a bundle, the top of its stack and its image.
 * The use ends with the bundle's layers.json, so nobody has to be told.
 */
import { hex, latin1Bytes } from "../../base/bytes.ts";
import { type Digest, hexOf, isDigest, parseDigest } from "../../base/digest.ts";
import type { HostPath } from "../../base/paths.ts";
import { contains, encodeText } from "../../base/text.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd } from "../../sys/call/fd.ts";
import { check } from "../../sys/call/libc.ts";
import { makeDirectories, OPEN, readDirectory, readTextIfThere, statIfThere, tryOpen, tryUnlink } from "../../sys/file/file.ts";
import { lockFile } from "../../sys/file/file-lock.ts";
import { replaceFile } from "../../sys/file/replace-file.ts";
import { byteString } from "../../sys/file/tree.ts";
import { digestOf } from "../../sys/library/hash.ts";
import { parseJson, takeObject, takeText } from "../format/json-shape.ts";

export interface LayerUse {
  readonly bundle: string;
  /** Chain id. */
  readonly layers: Digest;
  /** Digest of the image's manifest, which a commit builds on. */
  readonly manifest?: Digest;
}

/** All that a start from layers needs of a store: it is in a hurry. */
interface Store {
  readonly root: string;
}

/** The lock that `ImageStore.shareLock` takes, for who only looks and notes a use: makes and sweeps nothing. undefined if there is no store. */
export function holdLock({ root }: Store): Fd | undefined {
  const opened = tryOpen(`${root}/lock`, OPEN.readWrite | OPEN.noFollow);
  if (opened === -ERRNO.ENOENT) return undefined;
  const fd = new Fd(check(opened, "open(2)", `open ${root}/lock`));
  lockFile(fd, "shared");
  return fd;
}

/** Idempotent and atomic; a later use by the same bundle replaces the earlier one. For holders of the store's shared lock, before the layers are relied on. */
export function recordUse(store: Store, use: LayerUse & { readonly bundle: HostPath }): void {
  const path = pathOf(store, use.bundle);
  const text = `${JSON.stringify(use)}\n`;
  if (readTextIfThere(path) === text) return;
  makeDirectories(`${store.root}/uses`, 0o700);
  replaceFile(path, text, { mode: 0o600, durable: true });
}

/** The uses of bundles that still have a layers.json. */
export function readUses(store: Store): LayerUse[] {
  return allUses(store).filter(isAlive);
}

/** Removes the records of bundles that are gone. Returns how many. For whoever holds the store's lock alone. */
export function sweepUses(store: Store): number {
  return allUses(store).filter((use) => !isAlive(use) && tryUnlink(pathOf(store, use.bundle)) === 0).length;
}

function allUses(store: Store): LayerUse[] {
  const names = (readDirectory(`${store.root}/uses`) ?? []).map(({ name }) => name).filter(isNameOfUse);
  return names.flatMap((name) => {
    const path = `${store.root}/uses/${name}`;
    const text = readTextIfThere(path);
    if (text === undefined) return []; // its bundle was forgotten meanwhile
    const object = takeObject(parseJson(encodeText(text), path), path);
    const layers = parseDigest(object.layers, `${path}: /layers`);
    const manifest = object.manifest === undefined ? {} : { manifest: parseDigest(object.manifest, `${path}: /manifest`) };
    return [{ bundle: takeText(object.bundle, `${path}: /bundle`), layers, ...manifest }];
  });
}

function isAlive({ bundle }: LayerUse): boolean {
  return statIfThere(`${bundle}/layers.json`) !== undefined;
}

function pathOf(store: Store, bundle: string): string {
  return `${store.root}/uses/${nameFor(bundle)}`;
}

const LONGEST_NAME = 200;
const ESCAPED = /^%2f[\w%-]*$/;

/** Different for different paths. Only a long one is hashed: a start from layers need not wait for the library. */
function nameFor(bundle: string): string {
  const simple = bundle.replaceAll("/", "%2f"); // which is all that most paths need
  if (simple.length <= LONGEST_NAME && ESCAPED.test(simple) && !contains(bundle, "%")) return simple;
  const escaped = byteString(bundle).replace(/[^\w-]/g, (byte) => `%${hex(latin1Bytes(byte))}`);
  return escaped.length <= LONGEST_NAME && ESCAPED.test(escaped) ? escaped : hexOf(digestOf(bundle));
}

function isNameOfUse(name: string): boolean {
  return ESCAPED.test(name) || isDigest(`sha256:${name}`);
}
