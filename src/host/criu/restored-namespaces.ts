/** The namespaces of a container's init, as CRIU has made them or is to write them down. */

import type { SeenIds } from "../../plan/criu/user-namespace.ts";
import { NAMESPACE_FILES } from "../../plan/namespaces/namespaces.ts";
import type { NamespaceType } from "../../spec/types.ts";
import type { StateRecord } from "../../state/record.ts";
import { OPEN, openFile, readLink, readText } from "../../sys/file/file.ts";
import { bringUp, listDevices } from "../../sys/kernel/network-device.ts";
import { RouteSocket } from "../../sys/kernel/route-socket.ts";

/** As native init does in a new network namespace; CRIU leaves it as the kernel makes it. */
export function bringLoopbackUp(pid: number): void {
  using namespace = openFile(`/proc/${pid}/ns/net`, OPEN.read);
  using socket = RouteSocket.openIn(namespace);
  for (const device of listDevices(socket)) if (device.name === "lo") bringUp(socket, device);
}

/** CRIU gives processes one in which the clocks go on where they were; who is executed in the container joins it. */
export function withTimeNamespace(record: StateRecord): StateRecord {
  const { pid, exec } = record;
  const hasOwn = readLink(`/proc/${pid}/ns/time`) !== readLink("/proc/self/ns/time");
  if (exec === undefined || !hasOwn || exec.namespaces.includes("time")) return record;
  return { ...record, exec: { ...exec, namespaces: [...exec.namespaces, "time"] } };
}

/** Those that are ours. */
export function ownNamespaces(pid: number): NamespaceType[] {
  const link = (process: number | "self", type: NamespaceType): string | undefined =>
    readLink(`/proc/${process}/ns/${NAMESPACE_FILES[type]}`);
  return (Object.keys(NAMESPACE_FILES) as NamespaceType[]).filter((type) => link(pid, type) === link("self", type));
}

/** undefined if the process is in our user namespace. */
export function readIds(pid: number): SeenIds | undefined {
  if (readLink(`/proc/${pid}/ns/user`) === readLink("/proc/self/ns/user")) return undefined;
  return { uidMap: readText(`/proc/${pid}/uid_map`), gidMap: readText(`/proc/${pid}/gid_map`) };
}
