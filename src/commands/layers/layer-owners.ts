/** Owners of a container's files as its processes see them, which is what archives and images have. */
import type { ContainerLayers } from "../../host/layers/container-layers.ts";
import type { Owners } from "../../layers/tree-entry.ts";
import { containerId } from "../../plan/namespaces/id-maps.ts";

/** undefined where they are the same on disk. */
export function ownersOf({ uidMappings, gidMappings }: Pick<ContainerLayers, "uidMappings" | "gidMappings">): Owners | undefined {
  if (uidMappings.length === 0 && gidMappings.length === 0) return undefined;
  return { uid: (id) => containerId(id, uidMappings), gid: (id) => containerId(id, gidMappings) };
}
