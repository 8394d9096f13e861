/** What attaching a mount must refuse, by its type and target. Pure. */
import { GUARD } from "../steps/step.ts";
import type { MountEntry } from "./mount-entry.ts";

/** What LXCFS and engines mount over single files of procfs; a mount anywhere else there could intercept lamina's own writes. */
const OVER_PROC: ReadonlySet<string> = new Set(
  "cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled"
    .split(" ")
    .map((name) => `/proc/${name}`),
);

/** Bits of GUARD. */
export function guardOf({ type, target }: MountEntry): number {
  if (type === "proc" || type === "sysfs") return GUARD.noSymlinks;
  return OVER_PROC.has(target) ? GUARD.allowProc : 0;
}
