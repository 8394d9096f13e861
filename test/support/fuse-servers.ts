/** The fuse-overlayfs servers running on this machine. */
import { readdirSync } from "node:fs";
import { readProc } from "./read-proc.ts";
import { until } from "./until.ts";

/** Pids of those with a layer below `directory`. */
export function serversOf(directory: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      const line = pid > 0 ? readProc(pid, "cmdline") : "";
      return line.startsWith("fuse-overlayfs\0") && line.includes(directory);
    });
}

/** Those that have still not exited after a reasonable time: a server exits on its own, soon after its container. */
export async function remainingServers(directory: string): Promise<string[]> {
  try {
    await until("the servers have ended", () => serversOf(directory).length === 0);
  } catch {
    return serversOf(directory).map((pid) => readProc(pid, "cmdline"));
  }
  return [];
}
