/** The two configurations that golden plans start from. */
import { DEFAULT_CONFIG } from "../support/default-config.ts";
import type { JsonObject } from "../support/json.ts";

/** The minimum that the validator and the planner need, so that a plan shows little besides the value in question. */
const MINIMAL: JsonObject = {
  ociVersion: "1.3.0",
  process: { args: ["/bin/true"], cwd: "/" },
  root: { path: "rootfs" },
  linux: { namespaces: [{ type: "mount" }, { type: "pid" }] },
};

export const BASES: Readonly<Record<string, JsonObject>> = { default: DEFAULT_CONFIG, minimal: MINIMAL };
