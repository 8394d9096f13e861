/**
 * Namespaces that a container shares with somebody: CRIU neither writes them down nor makes them, and is told at restore which to take. The names of
 * network and pid namespaces are those that runc gives them, so that one may restore what the other has written. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import type { NamespaceType, Spec } from "../../spec/types.ts";
import { isolates, parseNamespaces } from "../namespaces/namespaces.ts";
import { cannotCheckpoint, requireRootInside } from "./user-namespace.ts";

/** Those that are handed over as descriptors. */
const HANDED = { network: { type: "net", key: "extRootNetNS" }, pid: { type: "pid", key: "extRootPidNS" } } as const;
type Handed = keyof typeof HANDED;

const JOINED: Readonly<Partial<Record<NamespaceType, string>>> = { ipc: "ipc", uts: "uts", time: "time" };

/** A namespace that config.json names by path. */
export interface JoinedNamespace {
  readonly type: NamespaceType;
  readonly path: string;
}

/** Without those that are the runtime's own, which a container has in any case. Throws code "unsupported" for what CRIU cannot take. */
export function joinedNamespaces(spec: Spec, own: readonly NamespaceType[]): JoinedNamespace[] {
  if (!isolates(parseNamespaces(spec), "mount")) {
    throw cannotCheckpoint(
      "the container shares the host's mounts",
      "/linux/namespaces",
      'it needs a {"type": "mount"} in linux.namespaces',
    );
  }
  requireRootInside(spec);
  if (Object.keys(spec.linux?.netDevices ?? {}).length > 0) {
    throw cannotCheckpoint(
      "it has network devices of the host",
      "/linux/netDevices",
      "CRIU can neither write them down nor give them back",
    );
  }
  return (spec.linux?.namespaces ?? []).flatMap(({ type, path = "" }, i): JoinedNamespace[] => {
    if (path === "" || own.includes(type)) return [];
    if (!(type in HANDED) && JOINED[type] === undefined) {
      throw cannotCheckpoint(`CRIU can give no process a ${type} namespace of others`, `/linux/namespaces/${i}/path`, "leave out its path");
    }
    return [{ type, path }];
  });
}

/** Those that CRIU makes first, and all. It gives processes a time namespace of their own in any case. */
const COMPARED: Readonly<Record<"first" | "all", readonly NamespaceType[]>> = {
  first: ["mount", "pid", "network", "ipc", "uts"],
  all: ["mount", "pid", "network", "ipc", "uts", "cgroup"],
};

/**
 * CRIU makes the namespaces that it has written down, and config.json may say others: a process meant to have a network of its own could be in the
 * host's. `own` are those of the restored process that are the runtime's. Throws code "config".
 */
export function requireSameNamespaces(spec: Spec, own: readonly NamespaceType[], which: keyof typeof COMPARED): void {
  const { created, joined } = parseNamespaces(spec);
  const other = COMPARED[which].find((type) => !joined.some((one) => one.type === type) && created.has(type) === own.includes(type));
  if (other === undefined) return;
  const reason = own.includes(other) ? `it had the host's ${other} namespace` : `it had a ${other} namespace of its own`;
  throw new RuntimeError("config", `cannot restore the container: ${reason}, and config.json says otherwise`, {
    pointer: "/linux/namespaces",
    hint: "restore it with the config.json that it had",
  });
}

/** As an option `external` of a dump. `inodeOf`: that of the namespace that the container is in. */
export function externalNamespaces(joined: readonly JoinedNamespace[], inodeOf: (type: "net" | "pid") => number): string[] {
  return joined.flatMap(({ type }) => {
    const handed = HANDED[type as Handed];
    return handed === undefined ? [] : [`${handed.type}[${inodeOf(handed.type)}]:${handed.key}`];
  });
}

/** Those of which CRIU is handed a descriptor, and by which name. */
export function handedNamespaces(joined: readonly JoinedNamespace[]): { readonly key: string; readonly path: HostPath }[] {
  return joined.flatMap(({ type, path }) => {
    const handed = HANDED[type as Handed];
    return handed === undefined ? [] : [{ key: handed.key, path: path as HostPath }];
  });
}

/** Those that CRIU opens itself. */
export function enteredNamespaces(joined: readonly JoinedNamespace[]): { readonly type: string; readonly path: string }[] {
  return joined.flatMap(({ type, path }) => {
    const name = JOINED[type];
    return name === undefined ? [] : [{ type: name, path }];
  });
}
