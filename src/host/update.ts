/** `update`: new limits for a container that is created, running or paused. */
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import { RESOURCES } from "../plan/cgroup/limit.ts";
import type { CgroupPaths } from "../plan/cgroup/place.ts";
import { recordUpdate } from "../plan/cgroup/read-back.ts";
import { FILES_FOR_UPDATE, isUnified, planUpdate, type UpdateFacts } from "../plan/cgroup/update.ts";
import type { Resources } from "../spec/types.ts";
import type { StateRecord } from "../state/record.ts";
import { writeRecord } from "../state/record-file.ts";
import { isRootless } from "../sys/process/process.ts";
import { readCgroupFile } from "./cgroup/cgroup-file.ts";
import { planSchemata, requireSchemata, type Schemata } from "./cgroup/schemata.ts";
import { writeLimits } from "./cgroup/write-limits.ts";
import { lockContainer } from "./container/open-container.ts";
import type { HostContext } from "./context.ts";
import { readCgroupFacts } from "./facts/cgroup-facts.ts";
import { readSystemdState } from "./systemd.ts";

export interface UpdateRequest {
  readonly id: string;
  readonly resources: Resources;
  /** Lines for the schemata of the container's resctrl group. */
  readonly schemata?: Schemata;
}

/** All of it or nothing. Pointers of errors begin with `linux.resources`, whatever the values came from. */
export function updateContainer({ id, resources, schemata = {} }: UpdateRequest, context: HostContext): void {
  using found = lockContainer(id, context);
  const { record, status, directory } = found;
  if (status === "stopped" || status === "creating") {
    throw new RuntimeError("state", "container not running", { hint: `its status is "${status}"` });
  }
  requireSchemata(schemata, record.resctrl);
  const plan = planUpdate(resources, readUpdateFacts(record));
  for (const warning of plan.warnings) context.warn(warning);
  const written = advising(record.cgroupPaths, () => writeLimits([...plan.steps, ...planSchemata(schemata, record.resctrl)], context.warn));
  const taken = written.map(({ file, text, origin }) => ({ text, origin, now: readCgroupFile(file) }));
  writeRecord(directory.path, { ...record, resources: recordUpdate(record.resources ?? {}, resources, taken) });
}

function readUpdateFacts({ cgroupPaths: paths, unit }: StateRecord): UpdateFacts {
  if (Object.keys(paths).length === 0) {
    throw new RuntimeError("unsupported", "cannot limit the container: it has no cgroup of its own", {
      hint: "this user cannot create cgroups; have one delegated (systemd: Delegate=yes)",
    });
  }
  const now: Record<string, string> = {};
  for (const [controller, names] of Object.entries(FILES_FOR_UPDATE)) {
    if (!Object.hasOwn(paths, controller)) continue;
    for (const name of names) {
      const text = readCgroupFile(`${paths[controller]}/${name}`);
      if (text !== undefined) now[name] = text;
    }
  }
  return {
    paths,
    mountPoint: isUnified(paths) ? cgroup2MountPoint() : undefined,
    now,
    unit: unit && { ...unit, version: readSystemdState(unit.manager).version },
  };
}

function cgroup2MountPoint(): HostPath | undefined {
  return readCgroupFacts(isRootless()).hierarchies.find(({ controllers }) => controllers.length === 0)?.mountPoint;
}

/** What the kernel does not say of the two limits that it compares with something. */
function advising<T>({ memory }: CgroupPaths, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof RuntimeError) || memory === undefined) throw error;
    const { errno, pointer = "" } = error.detail;
    const number = (name: string): string => readCgroupFile(`${memory}/memory.${name}`) ?? "unknown";
    const isMemory = pointer === `${RESOURCES}/memory/limit` || pointer === `${RESOURCES}/memory/swap`;
    if (!isMemory || (errno !== "EBUSY" && errno !== "EINVAL")) throw error;
    const hint =
      errno === "EBUSY"
        ? `the container uses ${number("usage_in_bytes")} bytes, and not enough of them can be taken from it`
        : `memory must not exceed memory and swap together: they are ${number("limit_in_bytes")} and ${number("memsw.limit_in_bytes")} now; change both at once`;
    throw new RuntimeError(error.code, error.message, { ...error.detail, hint, cause: error });
  }
}
