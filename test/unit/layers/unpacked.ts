/** Unpacks archives made in a test, and describes the result. */
import { mkdir } from "node:fs/promises";
import { LowerStack } from "../../../src/layers/form/lower-stack.ts";
import { OverlayForm } from "../../../src/layers/form/overlay-form.ts";
import { listTree } from "../../../src/layers/store/tree-listing.ts";
import { type UnpackedLayer, type UnpackOptions, unpackLayer } from "../../../src/layers/write/unpack.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { archiveOf, type Member, streamOf } from "../../support/archive.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

export interface Unpacked extends TempDir {
  /** Lines of names and attributes; times left out unless asked for. */
  readonly tree: (withTimes?: boolean) => string[];
  readonly layer: UnpackedLayer;
  readonly warnings: readonly string[];
}

export type UnpackOnOptions = Omit<UnpackOptions, "lower"> & {
  /** Directories of the layers below, top first. */
  readonly lower?: readonly string[];
};

/** Into an empty directory. */
export async function unpackOn(data: Uint8Array, path: string, { lower, ...options }: UnpackOnOptions): Promise<UnpackedLayer> {
  using below = lower && new LowerStack(lower, new OverlayForm(options));
  return await unpackLayer(streamOf(data, 1000), path, { ...options, ...(below && { lower: below }) });
}

/** In its own directory below one with a file that an escape would reach. */
export async function unpack(data: Uint8Array | readonly Member[], { lower, ...options }: UnpackOnOptions = {}): Promise<Unpacked> {
  const temporary = await tempDir({ "outside/secret": "untouched" });
  const path = `${temporary.path}/layer`;
  await mkdir(path);
  const warnings: string[] = [];
  const bytes = data instanceof Uint8Array ? data : archiveOf(...data);
  try {
    const layer = await unpackOn(bytes, path, { warn: (message) => warnings.push(message), ...options, ...(lower && { lower }) });
    return {
      path,
      layer,
      warnings,
      tree: (withTimes) => treeOf(path, withTimes),
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

/** `usr/bin file 755 0 0`, then what the kind has: size, target, device, other name, attributes. */
export function treeOf(path: string, withTimes = false): string[] {
  using root = openFile(path, OPEN.read | OPEN.directory);
  const plain = [...listTree(root)].map((line) => line.replace(/^"([^"]*)"/, (_, name: string) => name || "."));
  return withTimes ? plain : plain.map((line) => line.replace(/ -?\d+\.\d{9}/, ""));
}

/** The lines of a layer on top of others, without the root's own. */
export async function layerOn(lower: readonly (readonly Member[])[], members: readonly Member[]): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const below: string[] = [];
  for (const layer of lower) {
    const unpacked = stack.use(await unpack(layer, { lower: below }));
    below.unshift(unpacked.path);
  }
  const top = stack.use(await unpack([{ name: "./" }, ...members], { lower: below }));
  return top.tree().slice(1);
}
