/** Owners of a container's files as its processes see them, which is what archives and images have. */
import { effectiveGid, effectiveUid } from "../../host/caller/caller.ts";
import type { ContainerLayers } from "../../host/layers/container-layers.ts";
import type { Owners } from "../../layers/archive/tree-entry.ts";
import { containerId } from "../../plan/namespaces/id-maps.ts";

/** undefined where they are the same on disk. */
export function ownersOf({ uidMappings, gidMappings }: Pick<ContainerLayers, "uidMappings" | "gidMappings">): Owners | undefined {
  if (uidMappings.length === 0 && gidMappings.length === 0) return undefined;
  return { uid: (id) => containerId(id, uidMappings), gid: (id) => containerId(id, gidMappings) };
}

/** Whether the container's processes can have had no other ids on the host than ours. */
export function isAllOurs({ uidMappings, gidMappings }: Pick<ContainerLayers, "uidMappings" | "gidMappings">): boolean {
  const isOnly = (mappings: ContainerLayers["uidMappings"], id: number): boolean =>
    mappings.every(({ hostID, size }) => hostID === id && size === 1);
  return isOnly(uidMappings, effectiveUid()) && isOnly(gidMappings, effectiveGid());
}
