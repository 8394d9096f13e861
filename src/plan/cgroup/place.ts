/** Where the container's cgroups are: its directory in each hierarchy, by the cgroup driver. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { below, type GuestPath, guestPath, type HostPath, hostPath } from "../../base/paths.ts";
import type { CgroupFacts, CgroupHierarchy, SystemdFacts, SystemdManager } from "../facts.ts";
import { planScopeUnit, type ScopeUnit } from "../systemd/scope-unit.ts";

export interface PlaceInput {
  readonly id: string;
  readonly cgroupsPath: string | undefined;
  readonly facts: CgroupFacts;
}

/** A hierarchy with the container's directory in it. */
export interface Place extends CgroupHierarchy {
  /** Where the container's path starts: anything above is not ours. */
  readonly base: HostPath;
  readonly directory: HostPath;
}

/** A unit of systemd's. */
export interface CgroupUnit {
  readonly manager: SystemdManager;
  readonly name: string;
  readonly slice: string;
}

/** The container's directory for each v1 controller (`name=systemd` is one), and for cgroup2 under "unified". */
export type CgroupPaths = Readonly<Record<string, HostPath>>;

/** The cgroups of a container whose config.json names no other place. */
export function defaultCgroupPaths(id: string, facts: CgroupFacts): CgroupPaths {
  return pathsOf(findPlaces({ id, cgroupsPath: undefined, facts }));
}

/** The unit of systemd's that such a container is; undefined without the systemd driver. */
export function defaultUnit(id: string, facts: CgroupFacts): CgroupUnit | undefined {
  const unit = findUnit({ id, cgroupsPath: undefined, facts });
  return unit === undefined || facts.systemd === undefined ? undefined : unitOf(unit, facts.systemd);
}

export function unitOf({ name, slice }: ScopeUnit, { manager }: SystemdFacts): CgroupUnit {
  return { manager, name, slice };
}

export function pathsOf(places: readonly Place[]): CgroupPaths {
  const paths: Record<string, HostPath> = {};
  for (const place of places) for (const key of keysOf(place)) paths[key] = place.directory;
  return paths;
}

/** What asked for the place; "" if nothing did. */
export function originOf({ cgroupsPath = "" }: Pick<PlaceInput, "cgroupsPath">): string {
  return cgroupsPath === "" ? "" : "/linux/cgroupsPath";
}

export function keysOf({ controllers }: CgroupHierarchy): readonly string[] {
  return controllers.length === 0 ? ["unified"] : controllers;
}

export function findPlaces(input: PlaceInput): Place[] {
  const unit = findUnit(input);
  return unit === undefined ? findOwnPlaces(input) : findUnitPlaces(unit, input);
}

/** Undefined without the systemd driver. */
export function findUnit({ facts: { systemd, mode }, id, cgroupsPath }: PlaceInput): ScopeUnit | undefined {
  if (systemd === undefined) return undefined;
  const isUser = systemd.manager === "user";
  if (isUser && mode !== "v2") {
    throw new RuntimeError("unsupported", "cannot ask the user's systemd for a cgroup: it may not make any on cgroup v1", {
      pointer: originOf({ cgroupsPath }),
      hint: "leave out --systemd-cgroup, or use a host with cgroup v2",
    });
  }
  return planScopeUnit({ id, cgroupsPath, isUser });
}

/** Below the cgroup of the systemd that is asked, on every hierarchy: it makes some of them, and lamina the others, as with runc. */
function findUnitPlaces({ path }: ScopeUnit, { facts }: PlaceInput): Place[] {
  return facts.hierarchies.map((hierarchy) => {
    const base = hostPath(`${hierarchy.mountPoint}/${hierarchy.managerPath ?? ""}`);
    return { ...hierarchy, base, directory: hostPath(`${base}/${path}`) };
  });
}

/**
 * An absolute path starts at the mount point, a relative one (as the id is, if there is no path) at the runtime's own
 * cgroup. On v2 that cgroup holds the runtime's processes, so its children cannot have limits: its parent is used instead.
 * `..` never leads above the start, as in runc.
 */
function findOwnPlaces(input: PlaceInput): Place[] {
  const { cgroupsPath = "", id, facts } = input;
  const path = cgroupsPath === "" ? id : cgroupsPath;
  const inner = guestPath(path);
  requirePlace(path, inner, input);
  const parentOf = ({ ownPath }: CgroupHierarchy): GuestPath => {
    if (path.startsWith("/")) return guestPath("/");
    return facts.mode === "v2" ? guestPath(`${ownPath}/..`) : guestPath(ownPath);
  };
  const isBeside = facts.mode === "v2" && !path.startsWith("/");
  return facts.hierarchies
    .filter(({ writable, hasRoomBeside = writable }) => !facts.rootless || (isBeside ? hasRoomBeside : writable))
    .map((hierarchy) => {
      const base = below(hierarchy.mountPoint, parentOf(hierarchy));
      return { ...hierarchy, base, directory: below(base, inner) };
    });
}

function requirePlace(path: string, inner: string, input: PlaceInput): void {
  if (inner === "/") {
    throw new RuntimeError("config", `cannot place the container in ${JSON.stringify(path)}: it is the root of the hierarchy`, {
      pointer: originOf(input),
      hint: "name a cgroup for this container, such as /lamina/NAME, or leave the path out",
    });
  }
}

/** `top` and everything below it that lies above `directory`, in this order. */
export function ancestors(top: HostPath, directory: HostPath): HostPath[] {
  const names = directory
    .slice(top.length)
    .split("/")
    .filter((name) => name !== "");
  return names.map((_, i) => below(top, `/${names.slice(0, i).join("/")}`));
}
