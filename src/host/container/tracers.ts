/** Who may trace a process that joins a pid namespace. ptrace(2), Ptrace access mode checking */
import { readDirectory, readLink, readTextIfThere } from "../../sys/file/file.ts";

const CAP_SYS_PTRACE = 19n;
/** What a process may use, and what it can come by. proc_pid_status(5) */
const CAPABILITIES = /^Cap(?:Prm|Bnd):\t([0-9a-f]+)$/gm;

/**
 * Whether anybody in the pid namespace of process `pid`, of whichever container, has CAP_SYS_PTRACE or can come by it; also if we may not know, as when
 * processes come and go while we look: one that has gone may have passed it on to one that we have not seen.
 */
export function hasTracer(pid: number): boolean {
  const namespace = readLink(`/proc/${pid}/ns/pid`);
  if (namespace === undefined) return true;
  const members = membersOf(namespace);
  if (members.some((one) => canTrace(readTextIfThere(`/proc/${one}/status`)))) return true;
  return membersOf(namespace).some((one) => !members.includes(one));
}

function membersOf(namespace: string): string[] {
  const all = (readDirectory("/proc") ?? []).map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  return all.filter((one) => readLink(`/proc/${one}/ns/pid`) === namespace);
}

/** `status` is undefined for a process that has ended. Pure. */
export function canTrace(status: string | undefined): boolean {
  if (status === undefined) return true;
  return [...status.matchAll(CAPABILITIES)].some(([, set = "0"]) => ((BigInt(`0x${set}`) >> CAP_SYS_PTRACE) & 1n) === 1n);
}
