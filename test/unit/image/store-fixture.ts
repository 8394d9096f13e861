/** A store for one test, and the shortest way to put something into it. */
import type { Added, Adding } from "../../../src/image/add/adding.ts";
import { addToStore } from "../../../src/image/add/additions.ts";
import { type ImportRequest, importImage } from "../../../src/image/source/import-image.ts";
import { ImageStore } from "../../../src/image/store/image-store.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

export interface TestStore extends AsyncDisposable {
  readonly store: ImageStore;
  /** Contains the store, and whatever a test wants to import. */
  readonly path: string;
  readonly warnings: string[];
  bring(source: string, request?: Partial<ImportRequest & Pick<Adding, "platform" | "allPlatforms">>): Promise<Added[]>;
}

export async function testStore(): Promise<TestStore> {
  const directory: TempDir = await tempDir();
  const store = new ImageStore(`${directory.path}/store`);
  const warnings: string[] = [];
  return {
    store,
    path: directory.path,
    warnings,
    bring: async (source, { platform, allPlatforms = false, ...request } = {}) => {
      const warn = (message: string): void => void warnings.push(message);
      return addToStore({ store, warn }, (additions) => {
        const adding = { store, additions, platform, allPlatforms, progress: SILENT, warn };
        return importImage(adding, { source, name: undefined, ref: undefined, epoch: undefined, ...request });
      });
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}
