/** Rules for `linux.sysctl`: only parameters that belong to a namespace of the container; others would change the host. */
import type { Linux, NamespaceType } from "../types.ts";
import { namespaceOf } from "./namespaces.ts";
import { member, NONE, type Problem, quote } from "./rule.ts";

/** Parameters of System V IPC; those of POSIX message queues start with fs.mqueue. */
const IPC = new Set(["msgmax", "msgmnb", "msgmni", "sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced"].map((name) => `kernel.${name}`));

export function sysctlsAreNamespaced(linux: Linux): readonly Problem[] {
  if (linux.sysctl === undefined) return NONE;
  return Object.keys(linux.sysctl).flatMap((key) => {
    const problem = problemOf(key, linux);
    return problem === undefined ? [] : { pointer: `/sysctl${member(key)}`, problem };
  });
}

function problemOf(key: string, linux: Linux): string | undefined {
  if (key.split(/[./]/).includes("")) return `must be a dotted name, not ${quote(key)}`;
  const name = dotted(key);
  if (name === "kernel.hostname") return 'must be set by "hostname" instead';
  const type = namespaceTypeOf(name);
  if (type === undefined) return `${quote(name)} belongs to no namespace, so setting it would change the host`;
  return namespaceOf(linux, type) === undefined ? `needs a namespace of type ${type} in /linux/namespaces` : undefined;
}

/** The namespace that a parameter belongs to; undefined if it belongs to none. */
export function sysctlNamespace(key: string): NamespaceType | undefined {
  return namespaceTypeOf(dotted(key));
}

function namespaceTypeOf(name: string): NamespaceType | undefined {
  if (IPC.has(name) || name.startsWith("fs.mqueue.")) return "ipc";
  if (name.startsWith("net.")) return "network";
  if (name === "kernel.domainname") return "uts";
  return name.startsWith("user.") ? "user" : undefined;
}

/** sysctl(8): if the first separator is a slash, slashes separate, and a dot is part of a name. */
function dotted(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  return first === "/" ? key.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/")) : key;
}
