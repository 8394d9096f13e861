/** What every operation on containers is given by its command. No code. */
import type { HostPath } from "../base/paths.ts";
import type { LayersFile } from "../spec/types.ts";

/**
 * Where the layers of a layers.json are that names an image, or layers by digest: directories, the lowest first. They are
 * in a store that nothing in this folder knows.
 */
export type FindLayers = (file: LayersFile, bundle: HostPath) => Promise<readonly string[]>;

export interface HostContext {
  /** Directory of the containers' state. */
  readonly root: HostPath;
  readonly systemdCgroup: boolean;
  readonly rootless: "auto" | boolean;
  readonly warn: (message: string) => void;
  readonly trace: (message: () => string) => void;
}

/** For whatever reads a bundle. */
export interface BundleContext extends HostContext {
  readonly findLayers: FindLayers;
}
