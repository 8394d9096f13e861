/** What every operation on containers is given by its command. No code. */
import type { HostPath } from "../base/paths.ts";
import type { LayersFile } from "../spec/types.ts";
import type { Recorder } from "./timeline/recorder.ts";

/**
 * Where the layers of a layers.json are that names an image, or layers by digest: directories, the lowest first. They are
 * in a store that nothing in this folder knows.
 */
export type FindLayers = (file: LayersFile, bundle: HostPath) => Promise<FoundLayers>;

export interface FoundLayers {
  /** Absolute, the lowest first. */
  readonly directories: readonly HostPath[];
  /** Where the store keeps a tree of all of them for everybody; absent if they are not one stack of the store's. */
  readonly shared?: HostPath;
}

interface TreeRequest {
  readonly to: HostPath;
  /** Opened, the top first. */
  readonly layers: readonly { readonly path: HostPath; readonly fd: number }[];
  readonly isVolatile: boolean;
}

/** Makes whole trees of layers, which nothing in this folder can. Each is there whole or not at all, and made once. */
export interface TreeMaker {
  make(
    request: TreeRequest & {
      readonly kind: "directory" | "subvolume" | "read-only subvolume";
      readonly userXattr: boolean;
      readonly warn: (message: string) => void;
    },
  ): void;
  snapshot(request: TreeRequest & { readonly from: HostPath }): void;
}

export interface HostContext {
  /** Directory of the containers' state. */
  readonly root: HostPath;
  readonly systemdCgroup: boolean;
  readonly rootless: "auto" | boolean;
  readonly warn: (message: string) => void;
  readonly trace: (message: () => string) => void;
  /** Measures what is done; absent unless somebody wants to know. */
  readonly timeline?: Recorder | undefined;
}

/** For whatever reads a bundle. */
export interface BundleContext extends HostContext {
  readonly findLayers: FindLayers;
  readonly trees: TreeMaker;
}
