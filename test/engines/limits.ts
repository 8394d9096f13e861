/** containers.conf's [containers]: newer Podman and Buildah raise every container's limits, which takes CAP_SYS_RESOURCE. */
import { readFileSync } from "node:fs";

const RAISED = 1_048_576;
const CAP_SYS_RESOURCE = 24n;
const LIMITS = { nofile: "Max open files", nproc: "Max processes" } as const;

/** Lines for [containers] that ask for no more than this machine allows; none where it allows all. */
export function limitSettings(): string {
  const capabilities = /^CapEff:\t(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  if (((BigInt(`0x${capabilities}`) >> CAP_SYS_RESOURCE) & 1n) === 1n) return "";
  const table = readFileSync("/proc/self/limits", "utf8");
  const asked = Object.entries(LIMITS).map(([name, words]) => {
    const hard = Number(new RegExp(`^${words} +\\w+ +(\\w+)`, "m").exec(table)?.[1] ?? RAISED); // NaN: unlimited
    const most = Math.min(Number.isNaN(hard) ? RAISED : hard, RAISED);
    return `"${name}=${most}:${most}"`;
  });
  return `default_ulimits = [${asked.join(", ")}]\n`;
}
