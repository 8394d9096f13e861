/** What `list --all` shows beside containers: bundles of `run --image` whose container is gone. */
import { type DeletedContainer, viewDeleted } from "../../host/kept-bundle.ts";
import type { Container } from "../../host/view.ts";
import { keptBundles } from "../layers/kept-bundle.ts";
import type { Context } from "../line/context.ts";
import { SPEC_VERSION } from "../text/version.ts";

export function listDeleted(containers: readonly Container[], context: Context): DeletedContainer[] {
  return viewDeleted(keptBundles(context), containers, SPEC_VERSION);
}
