/** Facts about the machine and its load, for the reader of a result. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { parseMountinfo } from "./mounts.ts";

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly memory: string;
  readonly kernel: string;
  readonly cgroups: string;
  /** The load average when the bench began: above about 0.5, its figures mean little. */
  readonly load: string;
}

/** `hidden` is where a cgroup2 mount was hidden for the bench, if one was. */
export function describeMachine(hidden: string | undefined): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " ").concat(" UTC"),
    cpu: `${processors.length} × ${processors[0]?.model ?? "unknown"}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    kernel: release(),
    cgroups: describeCgroups(hidden),
    load: (loadavg()[0] ?? Number.NaN).toFixed(2),
  };
}

function describeCgroups(hidden: string | undefined): string {
  const mounts = parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
  const version = mounts.findLast(({ path }) => path === "/sys/fs/cgroup")?.type === "cgroup2" ? "v2" : "v1";
  return hidden === undefined ? version : `${version} (the cgroup2 mount at ${hidden} hidden, because crun refuses a hybrid)`;
}
