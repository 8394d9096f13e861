/** What `list --all` shows beside containers: bundles of `run --image` whose container is gone. */
import { type HostPath, hostPath } from "../../base/paths.ts";
import { type DeletedContainer, viewDeleted } from "../../host/kept-bundle.ts";
import type { Container } from "../../host/view.ts";
import type { Context } from "../line/context.ts";
import { SPEC_VERSION } from "../text/version.ts";

export function listDeleted(containers: readonly Container[], { imageRoot }: Context): DeletedContainer[] {
  const bundles: HostPath = hostPath("bundles", imageRoot);
  return viewDeleted(bundles, containers, SPEC_VERSION);
}
