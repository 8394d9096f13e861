/** What the attaching of a mount must refuse, by its type and where it goes. Pure. */
import { guestPath } from "../base/paths.ts";
import type { Mount } from "../spec/types.ts";
import { GUARD } from "./step.ts";

/** What LXCFS and engines put over single files of procfs; anywhere else there a mount could hide lamina's own writes. */
const OVER_PROC = new Set(
  "cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled"
    .split(" ")
    .map((name) => `/proc/${name}`),
);

/** Bits of GUARD. */
export function guardOf({ type, destination }: Mount): number {
  if (type === "proc" || type === "sysfs") return GUARD.noSymlinks;
  return OVER_PROC.has(guestPath(destination)) ? GUARD.allowProc : 0;
}
