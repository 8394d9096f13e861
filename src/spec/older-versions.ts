/** Where version 1.3 of the specification has changed what words mean: what a config.json of an earlier version says, in words of 1.3. Pure. */
import type { Spec } from "./types.ts";

/**
 * Before 1.3 a `pids.limit` of 0 was one that is not set. So runc took it, and so engines of that time say "unlimited": Podman before 5.4.1 for
 * `--pids-limit -1`. Now it is a limit.
 */
export function inWordsOfToday(spec: Spec): Spec {
  const { linux: { resources, ...linux } = {}, ...others } = spec;
  if (resources?.pids?.limit !== 0 || minorVersion(spec) >= 3) return spec;
  const { pids: _, ...limits } = resources;
  return { ...others, linux: { ...linux, resources: limits } };
}

function minorVersion({ ociVersion }: Spec): number {
  return Number(ociVersion.split(".")[1]);
}
