/** A layer store for one test. */
import { diskLayerStore } from "../../../src/layers/store/disk-store.ts";
import type { LayerStore } from "../../../src/layers/store/store.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

export type OpenedStore = TempDir & { readonly store: LayerStore };

export async function openStore(): Promise<OpenedStore> {
  const directory = await tempDir();
  return { ...directory, store: diskLayerStore(directory.path) };
}
