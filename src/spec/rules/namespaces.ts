/** Rules for namespaces, and for what only works inside one. */
import { append } from "../../base/append.ts";
import { byteLength } from "../../base/text.ts";
import type { IdMapping, Linux, Namespace, NamespaceType, Spec } from "../types.ts";
import { checkNetDevices } from "./net-devices.ts";
import { NONE, type Problem, quote, type Rule, within } from "./rule.ts";

export const namespaceRules: readonly Rule<Spec>[] = [
  within("/linux/namespaces", (spec) => spec.linux?.namespaces, [typesAreDistinct, pathsAreAbsolute]),
  namesNeedUts,
  namesFitKernel,
  restrictionsNeedMount,
  within("/linux", (spec) => spec.linux, [mappingsFitUserNamespace, offsetsFitTimeNamespace, netDevicesFitNetwork]),
];

/** The namespace entry of that type, if there is one. */
export function namespaceOf(linux: Linux | undefined, type: NamespaceType): Namespace | undefined {
  const namespaces = linux?.namespaces;
  if (namespaces === undefined) return undefined;
  for (let i = 0; i < namespaces.length; i++) if (namespaces[i]?.type === type) return namespaces[i];
  return undefined;
}

function typesAreDistinct(namespaces: readonly Namespace[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (let i = 0; i < namespaces.length; i++) {
    const type = namespaces[i]?.type ?? "";
    if (seen.has(type)) problems.push({ pointer: `/${i}/type`, problem: `must not be given twice: ${quote(type)}` });
    seen.add(type);
  }
  return problems;
}

function pathsAreAbsolute(namespaces: readonly Namespace[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < namespaces.length; i++) {
    const path = namespaces[i]?.path ?? "";
    if (path !== "" && !path.startsWith("/")) {
      problems.push({ pointer: `/${i}/path`, problem: `must be an absolute path, not ${quote(path)}` });
    }
  }
  return problems;
}

function namesNeedUts({ hostname = "", domainname = "", linux }: Spec): readonly Problem[] {
  if ((hostname === "" && domainname === "") || namespaceOf(linux, "uts") !== undefined) return NONE;
  const problem = "needs a namespace of type uts in /linux/namespaces";
  return [
    ...(hostname === "" ? [] : [{ pointer: "/hostname", problem }]),
    ...(domainname === "" ? [] : [{ pointer: "/domainname", problem }]),
  ];
}

/** In bytes (__NEW_UTS_LEN). */
const LONGEST_NAME = 64;

function namesFitKernel(spec: Spec): readonly Problem[] {
  return (["hostname", "domainname"] as const).flatMap((name) => {
    const length = byteLength(spec[name] ?? "");
    return length <= LONGEST_NAME ? [] : { pointer: `/${name}`, problem: `must have at most ${LONGEST_NAME} bytes, not ${length}` };
  });
}

function restrictionsNeedMount({ linux }: Spec): readonly Problem[] {
  if (linux === undefined || namespaceOf(linux, "mount") !== undefined) return NONE;
  const names = (["maskedPaths", "readonlyPaths"] as const).filter((name) => (linux[name]?.length ?? 0) > 0);
  return names.map((name) => ({ pointer: `/linux/${name}`, problem: "needs a namespace of type mount in /linux/namespaces" }));
}

/** Mappings beside a path are allowed: engines record there those of the joined namespace. */
function mappingsFitUserNamespace(linux: Linux): readonly Problem[] {
  const user = namespaceOf(linux, "user");
  if (user === undefined && linux.uidMappings === undefined && linux.gidMappings === undefined) return NONE;
  const given = (["uidMappings", "gidMappings"] as const).filter((name) => (linux[name]?.length ?? 0) > 0);
  if (user === undefined) {
    return given.map((name) => ({ pointer: `/${name}`, problem: "needs a namespace of type user in /linux/namespaces" }));
  }
  const problems = given.flatMap((name) => mappingFaults(`/${name}`, linux[name] ?? []));
  if ((user.path ?? "") !== "") return problems;
  if (given.length === 0) return [...problems, { pointer: "", problem: 'a new user namespace needs "uidMappings" and "gidMappings"' }];
  if (given.length === 2) return problems;
  const missing = given[0] === "uidMappings" ? "gidMappings" : "uidMappings";
  return [...problems, { pointer: `/${given[0]}`, problem: `must come together with "${missing}"` }];
}

/** The end of the id range, exclusive; 4294967295 is not an id. */
const END_OF_IDS = 2 ** 32 - 1;

/** The kernel takes 340 (UID_GID_MAP_MAX_EXTENTS), in one write(2) of less than a page. */
const MOST_MAPPINGS = 340;
const LONGEST_MAP = 4095;
const SURELY_FIT = 120;

const SIDES = ["containerID", "hostID"] as const;

/** Mistakes that the kernel would answer with a bare EINVAL. */
export function mappingFaults(at: string, mappings: readonly IdMapping[]): readonly Problem[] {
  const problems: Problem[] = [];
  if (mappings.length > SURELY_FIT) append(problems, sizeFaults(at, mappings));
  for (const side of SIDES) {
    for (const [i, mapping] of mappings.entries()) {
      if (mapping[side] + mapping.size <= END_OF_IDS) continue;
      problems.push({ pointer: `${at}/${i}/size`, problem: `goes beyond the last id: ${side} ${mapping[side]}` });
    }
    for (const [i, earlier] of overlapping(mappings, side)) {
      problems.push({ pointer: `${at}/${i}/${side}`, problem: `must not overlap with item ${earlier}` });
    }
  }
  return problems;
}

function sizeFaults(at: string, mappings: readonly IdMapping[]): readonly Problem[] {
  if (mappings.length > MOST_MAPPINGS)
    return [{ pointer: at, problem: `must have at most ${MOST_MAPPINGS} items, not ${mappings.length}` }];
  const length = mappings.reduce((sum, { containerID, hostID, size }) => sum + `${containerID} ${hostID} ${size}\n`.length, 0);
  if (length <= LONGEST_MAP) return NONE;
  return [{ pointer: at, problem: `must have at most ${LONGEST_MAP} bytes as lines of uid_map, not ${length}` }];
}

/** Items that share ids with an earlier one, and one such each. There may be thousands, so neighbours in the order of ids are compared. */
function overlapping(mappings: readonly IdMapping[], side: (typeof SIDES)[number]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const ranges = mappings.map((mapping, index) => ({ index, start: mapping[side], end: mapping[side] + mapping.size }));
  ranges.sort((a, b) => a.start - b.start || a.index - b.index);
  let reaching = ranges[0];
  for (const range of ranges.slice(1)) {
    if (reaching !== undefined && range.start < reaching.end) {
      const [earlier, later] = [Math.min(range.index, reaching.index), Math.max(range.index, reaching.index)];
      found.set(later, Math.min(earlier, found.get(later) ?? earlier));
    }
    if (reaching === undefined || range.end > reaching.end) reaching = range;
  }
  return found;
}

function offsetsFitTimeNamespace(linux: Linux): readonly Problem[] {
  if (linux.timeOffsets === undefined || Object.keys(linux.timeOffsets).length === 0) return NONE;
  const time = namespaceOf(linux, "time");
  if (time === undefined) return [{ pointer: "/timeOffsets", problem: "needs a namespace of type time in /linux/namespaces" }];
  const unknown = Object.keys(linux.timeOffsets).filter((clock) => clock !== "monotonic" && clock !== "boottime");
  return [
    ...((time.path ?? "") === ""
      ? []
      : [{ pointer: "/timeOffsets", problem: `cannot be set in a joined time namespace: ${quote(time.path ?? "")}` }]),
    ...unknown.map((clock) => ({ pointer: "/timeOffsets", problem: `must name the clock monotonic or boottime, not ${quote(clock)}` })),
  ];
}

function netDevicesFitNetwork(linux: Linux): readonly Problem[] {
  return linux.netDevices === undefined ? NONE : checkNetDevices(linux, namespaceOf(linux, "network") !== undefined);
}
