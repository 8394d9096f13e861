/** What lamina may cost at most, as a multiple of a peer's cost in the same run. docs/performance.md explains the figures. */
import type { Ratio } from "./statistics.ts";

interface Limits {
  readonly crun?: number;
  readonly runc?: number;
}

/** By the name of a result row. */
export const BUDGET: Readonly<Record<string, Limits>> = {
  run: { crun: 1, runc: 0.5 },
  lifecycle: { crun: 1.2, runc: 0.6 },
  "memory-limit": { crun: 1 },
  parallel: { crun: 1.1 },
};

/** e.g. `≤ 1 crun: met`. Empty where there is no limit. A miss whose interval reaches the limit may be the machine's noise. */
export function describeVerdict(name: string, peer: "crun" | "runc", { ratio, low }: Ratio): string {
  const limit = BUDGET[name]?.[peer];
  if (limit === undefined) return "";
  const verdict = ratio <= limit ? "met" : low <= limit ? "missed within the noise" : "**missed**";
  return `≤ ${limit} ${peer}: ${verdict}`;
}
