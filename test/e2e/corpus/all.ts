/** The whole corpus, by area. */
import type { Case } from "./case.ts";
import { CGROUPS } from "./cgroups.ts";
import { DEVICES } from "./devices.ts";
import { FILE_SYSTEMS } from "./file-systems.ts";
import { HOOKS } from "./hooks.ts";
import { MASKS } from "./masks.ts";
import { MOUNTS } from "./mounts.ts";
import { NAMESPACES } from "./namespaces.ts";
import { PROCESS } from "./process.ts";
import { USER } from "./user.ts";
import { USERNS } from "./userns.ts";

export const CORPUS: Readonly<Record<string, readonly Case[]>> = {
  namespaces: NAMESPACES,
  mounts: MOUNTS,
  devices: DEVICES,
  masks: MASKS,
  user: USER,
  process: PROCESS,
  "file-systems": FILE_SYSTEMS,
  hooks: HOOKS,
  cgroups: CGROUPS,
  userns: USERNS,
};
