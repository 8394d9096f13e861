/**
 * Bind mounts: with which rights their sources are opened, and how their ids are mapped. Pure.
 *
 * All are opened in the container's mount namespace: if a user namespace owns it, the kernel has locked the flags of the
 * host's mounts there (mount_namespaces(7)), while a clone made outside could be given more than the host allows. Sources
 * that the container's root cannot reach are opened by a child with the host's rights (native/init/opener.c).
 */
import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import { mapLines } from "../namespaces/id-maps.ts";
import { isolates, mayEnterNamespaces } from "../namespaces/namespaces.ts";
import { SLOT } from "../steps/slots.ts";
import type { InitStep, Planned } from "../steps/step.ts";
import { planBindAttributes, planPropagation } from "./mount-attributes.ts";
import type { MountContext, MountEntry } from "./mount-entry.ts";
import { guardOf } from "./mount-guard.ts";

/** What all bind mounts of a container need together, and how each one is planned. */
export interface Binder {
  /** Before init enters anything. */
  readonly first: readonly Planned<InitStep>[];
  /** With the host's privileges, before a user namespace is made. */
  readonly before: readonly Planned<InitStep>[];
  /** Right before and right after the mounts. */
  readonly begin: readonly Planned<InitStep>[];
  readonly end: readonly Planned<InitStep>[];
  readonly bind: (entry: MountEntry) => Planned<InitStep>[];
}

export function planBinder(entries: readonly MountEntry[], context: MountContext): Binder {
  const binds = entries.filter(({ kind }) => kind === "bind");
  const opener = needsOpener(context) && binds.length > 0 ? SLOT.opener : undefined;
  const maps = planMaps(binds, context);
  const own = (step: InitStep): Planned<InitStep>[] => (opener === undefined ? [] : [{ origin: "/mounts", step }]);
  return {
    first: own({ op: "forkOpener", slot: SLOT.opener }),
    before: [...maps.values()].map(({ planned }) => planned),
    begin: own({ op: "leadOpener", slot: SLOT.opener }),
    end: own({ op: "endOpener", slot: SLOT.opener }),
    bind: (entry) => planBind(entry, { opener, map: maps.get(mapKey(entry, context)), context }),
  };
}

/** If the runtime cannot enter the container's mount namespace from outside, it has no more rights there than in the user namespace. */
function needsOpener({ facts, namespaces }: MountContext): boolean {
  return isolates(namespaces, "user") && mayEnterNamespaces(facts);
}

interface IdMap {
  readonly slot: number;
  /** Opens the user namespace. */
  readonly planned: Planned<InitStep>;
}

/** Identifies the id mapping of a mount; "" if its ids are not mapped. */
function mapKey({ mappings, options }: MountEntry, { spec, namespaces }: MountContext): string {
  if (options.idmap === "none" && mappings === undefined) return "";
  const joined = namespaces.joined.find(({ type }) => type === "user");
  if (mappings === undefined && joined !== undefined) return joined.path;
  const { uidMappings = [], gidMappings = [] } = mappings ?? spec.linux ?? {};
  return `${mapLines(uidMappings)}\n${mapLines(gidMappings)}`;
}

/** Equal mappings share one user namespace. */
function planMaps(binds: readonly MountEntry[], context: MountContext): ReadonlyMap<string, IdMap> {
  const maps = new Map<string, IdMap>();
  for (const entry of binds) {
    const key = mapKey(entry, context);
    if (key === "" || maps.has(key)) continue;
    const slot = SLOT.firstMap + maps.size;
    maps.set(key, { slot, planned: planMap(entry, slot, context) });
  }
  return maps;
}

/** The mount's own mappings or, with the option alone, the container's: its own, or those of the namespace that it joins. */
function planMap(entry: MountEntry, slot: number, { spec, namespaces }: MountContext): Planned<InitStep> {
  const { target, mappings, origin } = entry;
  const from = mapOrigin(entry);
  const refuse = (reason: string, hint: string): RuntimeError =>
    new RuntimeError("config", `cannot map the ids of the mount on ${target}: ${reason}`, { pointer: origin, hint });
  if (slot >= SLOT.layerMap) throw refuse(`it has mapping ${slot - SLOT.firstMap + 1}`, `use at most ${SLOT.layerMap - SLOT.firstMap}`);
  const joined = namespaces.joined.find(({ type }) => type === "user");
  if (mappings === undefined && joined !== undefined)
    return { origin: from, step: { op: "openNamespace", slot, path: hostPath(joined.path) } };
  const { uidMappings = [], gidMappings = [] } = mappings ?? spec.linux ?? {};
  if (uidMappings.length === 0 || gidMappings.length === 0) {
    throw refuse(
      "there are no mappings",
      'give the mount "uidMappings" and "gidMappings", or the container a user namespace with mappings',
    );
  }
  return { origin: from, step: { op: "openUserNamespace", slot, uidMap: mapLines(uidMappings), gidMap: mapLines(gidMappings) } };
}

function mapOrigin({ mappings, origin }: MountEntry): string {
  return `${origin}/${mappings === undefined ? "options" : "uidMappings"}`;
}

interface BindContext {
  readonly opener: number | undefined;
  readonly map: IdMap | undefined;
  readonly context: MountContext;
}

function planBind(entry: MountEntry, { opener, map, context }: BindContext): Planned<InitStep>[] {
  const { target, options, origin } = entry;
  const source = hostPath(entry.source, context.facts.bundle);
  const isMapRecursive = options.idmap === "recursive";
  return [
    ...planOpen({ source, recursive: options.recursive, opener, origin: `${origin}/source` }),
    ...(map === undefined ? [] : [{ origin: mapOrigin(entry), step: idmapStep(map.slot, opener, isMapRecursive) }]),
    ...planBindAttributes(SLOT.mount, options, `${origin}/options`),
    ...planPropagation(SLOT.mount, options, `${origin}/options`),
    { origin, step: { op: "attach", slot: SLOT.mount, target, guard: guardOf(entry) } },
  ];
}

interface Source {
  readonly source: HostPath;
  readonly recursive: boolean;
  readonly opener: number | undefined;
  readonly origin: string;
}

/** Where the host's root has no access, as on some network file systems, the container's root may have it. */
function planOpen({ source, recursive, opener, origin }: Source): Planned<InitStep>[] {
  const open: Planned<InitStep> = { origin, step: { op: "openTree", slot: SLOT.mount, source, recursive } };
  if (opener === undefined) return [open];
  return [
    { ...open, onFailure: "else" },
    { origin, step: { op: "openAsHost", slot: SLOT.mount, opener, source, recursive } },
  ];
}

function idmapStep(namespace: number, opener: number | undefined, recursive: boolean): InitStep {
  if (opener === undefined) return { op: "idmapMount", slot: SLOT.mount, namespace, recursive };
  return { op: "idmapAsHost", slot: SLOT.mount, opener, namespace, recursive };
}
