/** Bundles that `run --image` keeps, each under the id of its container: what they are while there is no container, and how they end. */
import { during, RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import { isContainerId, requireContainerId } from "../state/container-id.ts";
import { describeRun, readEndedRun } from "../state/ended-run.ts";
import { exitFileOf } from "../state/last-run.ts";
import { readDirectory, statIfThere } from "../sys/file/file.ts";
import { BundleClaim } from "./bundle/bundle-claim.ts";
import type { HostContext } from "./context.ts";
import { type DeleteRequest, deleteContainer } from "./delete.ts";
import { deleteDespite, isDamage } from "./delete-damaged.ts";
import { bundleOf } from "./layers/container-layers.ts";
import { lastUserOf, whileUnused } from "./layers/writable-layer.ts";
import { type Container, ownerOf } from "./view.ts";

/** A container that is gone, of which the bundle is there. */
export interface DeletedContainer extends Omit<Container, "status"> {
  readonly status: "deleted";
}

/** Of the bundles in `directory` those that no container of `containers` has. `ociVersion` is that of bundles that lamina writes. */
export function viewDeleted(directory: HostPath, containers: readonly Container[], ociVersion: string): DeletedContainer[] {
  const used = new Set(containers.map(({ bundle }) => bundle));
  return (readDirectory(directory) ?? [])
    .filter(({ name, isDirectory }) => isDirectory && isContainerId(name) && statIfThere(`${directory}/${name}/layers.json`) !== undefined)
    .map(({ name }) => ({ id: requireContainerId(name), bundle: hostPath(name, directory) }))
    .filter(({ bundle }) => !used.has(bundle))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, bundle }) => {
      const upper = upperOf(bundle);
      const run = readEndedRun(exitFileOf(upper));
      const view = { ociVersion, id, pid: 0, status: "deleted", bundle, rootfs: hostPath("rootfs", bundle) } as const;
      const created = lastUserOf(upper)?.created ?? "";
      return { ...view, created, owner: ownerOf(bundle), ...(run === undefined ? {} : { lastRun: describeRun(run) }) };
    });
}

export interface BundleRequest extends DeleteRequest {
  /** Where the bundle of a container of that id is kept. */
  readonly bundle: HostPath;
}

/** Deletes the container, if it is there, and its bundle with everything that it has written. With force, having neither is no error. */
export function deleteWithBundle({ id, force, bundle }: BundleRequest, context: HostContext): void {
  const own = bundleNamed(id, force, context);
  if (own !== undefined && own !== bundle) {
    throw new RuntimeError("usage", `cannot remove the bundle of container ${id}: it is none that run --image has made`, {
      hint: `leave out --rm, and remove ${own} yourself if nobody needs it`,
    });
  }
  if (own !== undefined || force || statIfThere(bundle) === undefined) deleteOwn({ id, force }, context);
  during(`cannot remove bundle ${bundle}`, () => whileUnused(upperOf(bundle), () => BundleClaim.removeBundle(bundle)));
}

function deleteOwn(request: DeleteRequest, context: HostContext): void {
  try {
    deleteContainer(request, context);
  } catch (error) {
    deleteDespite(error, request, context);
  }
}

/** With force, a record that cannot be read names none. */
function bundleNamed(id: string, force: boolean, { root }: HostContext): HostPath | undefined {
  try {
    return bundleOf(id, root);
  } catch (error) {
    if (force && isDamage(error)) return undefined;
    throw error;
  }
}

function upperOf(bundle: HostPath): HostPath {
  return hostPath("upper", bundle);
}
