/** The whole corpus, by area. */
import type { Case } from "./case.ts";
import { CGROUPS } from "./cgroups.ts";
import { DEVICES } from "./devices.ts";
import { FILE_SYSTEMS } from "./file-systems.ts";
import { FILTERS } from "./filters.ts";
import { HOOKS } from "./hooks.ts";
import { LIMITS } from "./limits.ts";
import { MASKS } from "./masks.ts";
import { MOUNT_OPTIONS } from "./mount-options.ts";
import { MOUNTS } from "./mounts.ts";
import { NAMESPACES } from "./namespaces.ts";
import { PROCESS } from "./process.ts";
import { PROPAGATION } from "./propagation.ts";
import { SCHEDULING } from "./scheduling.ts";
import { USER } from "./user.ts";
import { USERNS } from "./userns.ts";

export const CORPUS: Readonly<Record<string, readonly Case[]>> = {
  namespaces: NAMESPACES,
  mounts: MOUNTS,
  "mount-options": MOUNT_OPTIONS,
  propagation: PROPAGATION,
  devices: DEVICES,
  masks: MASKS,
  user: USER,
  process: PROCESS,
  "file-systems": FILE_SYSTEMS,
  hooks: HOOKS,
  cgroups: CGROUPS,
  limits: LIMITS,
  userns: USERNS,
  scheduling: SCHEDULING,
  filters: FILTERS,
};
