/** The layers of a container that exists, or of one whose bundle is still there. */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { IdMapping, LayersFile } from "../../spec/types.ts";
import { parseConfig } from "../../spec/validate.ts";
import { requireContainerId } from "../../state/container-id.ts";
import { StateDirectory } from "../../state/directory.ts";
import { readRecord } from "../../state/record-file.ts";
import { statIfThere } from "../../sys/file/file.ts";
import type { Time } from "../../sys/file/tree.ts";
import { isRootless } from "../../sys/process/process.ts";
import { locating, readConfig } from "../bundle/bundle.ts";
import type { BundleContext } from "../context.ts";
import { findDirectories, findDriver, findUpper, loadLayers } from "../facts/layer-facts.ts";
import { readMounts } from "../facts/mount-table.ts";
import { readTreeTime } from "./whole-tree.ts";

export interface ContainerLayers {
  readonly bundle: HostPath;
  readonly file: LayersFile;
  /** Of the layers below, the lowest first. */
  readonly lower: readonly HostPath[];
  /** undefined if there is nothing that the container could have written to, or no container has used it yet. */
  readonly upper: HostPath | undefined;
  /** Of whiteouts and opaque directories in it: user.overlay attributes, and those of fuse-overlayfs; or since when it is a whole tree. */
  readonly marks: { readonly userXattr: boolean; readonly byFuse: boolean; readonly treeSince: Time | undefined };
  /** From ids of the container to those that own its files on disk; empty where they are the same. */
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
}

/** `kept` is where the bundle may be if the container is no more. Rejects with code "not-found" if there is neither. */
export async function findContainerLayers(id: string, kept: HostPath, context: BundleContext): Promise<ContainerLayers> {
  const bundle = bundleOf(id, context.root) ?? (statIfThere(`${kept}/layers.json`) === undefined ? undefined : kept);
  if (bundle === undefined) throw new RuntimeError("not-found", `container does not exist: ${id}`);
  const layers = await readBundleLayers(bundle, context);
  if (layers !== undefined) return layers;
  throw new RuntimeError("state", `cannot tell what container ${id} has written: its root file system is not made of layers`, {
    hint: `${bundle} has no layers.json`,
  });
}

/** undefined for a bundle that is not made of layers. */
export async function readBundleLayers(bundle: HostPath, { findLayers }: BundleContext): Promise<ContainerLayers | undefined> {
  const layers = await loadLayers(bundle);
  if (layers === undefined) return undefined;
  const { directories } = await locating({ text: "", layers }, () => findDirectories(layers, bundle, findLayers));
  const upper = layers.file.options?.readonly ? undefined : findUpper(layers.file, bundle);
  return {
    bundle,
    file: layers.file,
    lower: directories,
    upper: upper === undefined || statIfThere(upper) === undefined ? undefined : upper,
    marks: {
      userXattr: isRootless(),
      byFuse: findDriver(layers.file, upper, readMounts()).name === "fuse-overlayfs",
      treeSince: upper && readTreeTime(upper),
    },
    ...(layers.file.options?.idmap ? { uidMappings: [], gidMappings: [] } : await readMappings(bundle)),
  };
}

async function readMappings(bundle: HostPath): Promise<Pick<ContainerLayers, "uidMappings" | "gidMappings">> {
  const { spec } = await parseConfig(readConfig(bundle), "config.json");
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  return { uidMappings, gidMappings };
}

/** undefined if there is no container of that id. */
export function bundleOf(id: string, root: HostPath): HostPath | undefined {
  using directory = StateDirectory.openIfThere(root, requireContainerId(id));
  return directory === undefined ? undefined : readRecord(directory.path)?.bundle;
}
