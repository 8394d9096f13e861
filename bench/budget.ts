/** lamina's cost limits, relative to a peer in the same run or absolute. docs/performance.md explains the figures. */
import type { Contender } from "./runtimes.ts";
import type { Difference, Ratio } from "./statistics.ts";

interface Limits {
  /** As multiples of a peer's cost. */
  readonly times?: Readonly<Partial<Record<Contender, number>>>;
  /** Milliseconds more than the same from a plain directory, or in a store with one image. */
  readonly millisecondsOverPlain?: number;
  readonly kib?: number;
}

/** 40 MB. */
const MOST_MEMORY = { kib: 39_062 };
const over = (millisecondsOverPlain: number): Limits => ({ millisecondsOverPlain });
/** The time to read and write an index.json of a thousand images. */
const MANY_IMAGES = over(15);
const IMPORT = { times: { umoci: 0.45, podman: 0.45 } };

/** By the name of a result row. */
export const BUDGET: Readonly<Record<string, Limits>> = {
  version: { times: { crun: 0.65 } },
  state: { times: { crun: 0.75 } },
  run: { times: { crun: 0.95, runc: 0.35 } },
  seccomp: { times: { crun: 0.8 } },
  exec: { times: { crun: 0.9, runc: 0.3 } },
  lifecycle: { times: { crun: 0.85 } },
  "lifecycle/start": { times: { crun: 0.85 } },
  "lifecycle/delete": { times: { crun: 0.85 } },
  "memory/run": { times: { crun: 2 } },
  "memory-limit": { times: { crun: 1 } },
  parallel: { times: { crun: 0.9 } },
  docker: { times: { crun: 1 } },
  "docker/parallel": { times: { crun: 1 } },
  "layers/1": over(1),
  "layers/10": over(1.5),
  "layers/100": over(3),
  "import/gzip": IMPORT,
  "import/zstd": IMPORT,
  "import/gzip-memory": MOST_MEMORY,
  "import/zstd-memory": MOST_MEMORY,
  commit: { times: { umoci: 0.35 } },
  "store/import": MANY_IMAGES,
  "store/run": MANY_IMAGES,
};

/** e.g. `≤ 1 crun: met`. Empty if there is no limit. A miss whose interval reaches the limit may be noise. */
export function describeVerdict(name: string, peer: Contender, { ratio, low }: Ratio): string {
  const limit = BUDGET[name]?.times?.[peer];
  return limit === undefined ? "" : `≤ ${limit} ${peer}: ${verdict(limit, ratio, low)}`;
}

/** e.g. `≤ 1 ms over plain: met`. */
export function describeOverPlain(name: string, { difference, low }: Difference): string {
  const limit = BUDGET[name]?.millisecondsOverPlain;
  return limit === undefined ? "" : `≤ ${limit} ms over plain: ${verdict(limit, difference, low)}`;
}

/** e.g. `≤ 146484 KiB: met`. `most` is the largest sample: a memory limit must always hold. */
export function describeMemory(name: string, most: number): string {
  const limit = BUDGET[name]?.kib;
  return limit === undefined ? "" : `≤ ${limit} KiB: ${verdict(limit, most, most)}`;
}

function verdict(limit: number, value: number, low: number): string {
  return value <= limit ? "met" : low <= limit ? "missed within the noise" : "**missed**";
}
