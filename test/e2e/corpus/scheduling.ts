/** How the program is scheduled, and where its memory comes from: neither runc 1.1 nor crun 1.8 know of it, later versions of both do. */
import type { JsonObject } from "../../support/json.ts";
import type { Need } from "../../support/requires.ts";
import { type Case, refused } from "./case.ts";

const DEADLINE = { policy: "SCHED_DEADLINE", runtime: 1_000_000, deadline: 20_000_000, period: 30_000_000 };
/** On cgroup v1 a group has no realtime of its own. */
const REALTIME = { linux: { resources: { cpu: { realtimeRuntime: 10_000, realtimePeriod: 500_000 } } } };
const UNKNOWN = "runc 1.1 and crun 1.8 do not know it; runc 1.3 and crun 1.28 show the same";

const SCHEDULED: readonly (readonly [title: string, shown: string, process: JsonObject, more?: Partial<Case>])[] = [
  [
    "[C58] [C60] SCHED_OTHER with a nice value, and best effort for input and output",
    "0 flags 0 nice 5 priority 0 times 0 0 0 io 2 6",
    { scheduler: { policy: "SCHED_OTHER", nice: 5 }, ioPriority: { class: "IOPRIO_CLASS_BE", priority: 6 } },
  ],
  [
    "[C58] [C60] SCHED_BATCH, that children do not get, and realtime for input and output",
    "3 flags 1 nice 7 priority 0 times 0 0 0 io 1 3",
    {
      scheduler: { policy: "SCHED_BATCH", nice: 7, flags: ["SCHED_FLAG_RESET_ON_FORK"] },
      ioPriority: { class: "IOPRIO_CLASS_RT", priority: 3 },
    },
  ],
  [
    "[C58] [C60] SCHED_IDLE, and input and output when nobody else has any",
    "5 flags 0 nice 0 priority 0 times 0 0 0 io 3 0",
    { scheduler: { policy: "SCHED_IDLE" }, ioPriority: { class: "IOPRIO_CLASS_IDLE" } },
  ],
  [
    "[C58] SCHED_FIFO",
    "1 flags 0 nice 0 priority 10 times 0 0 0 io 0 0",
    { scheduler: { policy: "SCHED_FIFO", priority: 10 } },
    { config: REALTIME, needs: ["cgroup-v1"] },
  ],
  [
    "[C58] SCHED_RR",
    "2 flags 0 nice 0 priority 10 times 0 0 0 io 0 0",
    { scheduler: { policy: "SCHED_RR", priority: 10 } },
    { config: REALTIME, needs: ["cgroup-v1"] },
  ],
  [
    "[C58] SCHED_DEADLINE",
    "6 flags 6 nice 0 priority 0 times 1000000 20000000 30000000 io 0 0",
    { scheduler: { ...DEADLINE, flags: ["SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN"] } },
  ],
  [
    "[C58] the policy that it has is kept",
    "0 flags 0 nice 3 priority 0 times 0 0 0 io 0 0",
    { scheduler: { policy: "SCHED_OTHER", nice: 3, flags: ["SCHED_FLAG_KEEP_POLICY"] } },
  ],
];

const POLICIES: readonly (readonly [mode: string, shown: string, flag?: string])[] = [
  ["MPOL_LOCAL", "0x4 nodes 0"],
  ["MPOL_PREFERRED", "0x1 nodes 0x1"],
  ["MPOL_BIND", "0x2002 nodes 0x1", "MPOL_F_NUMA_BALANCING"],
  ["MPOL_INTERLEAVE", "0x8003 nodes 0x1", "MPOL_F_STATIC_NODES"],
  ["MPOL_PREFERRED_MANY", "0x4005 nodes 0x1", "MPOL_F_RELATIVE_NODES"],
  ["MPOL_WEIGHTED_INTERLEAVE", "0x6 nodes 0x1"],
];

export const SCHEDULING: readonly Case[] = [
  ...SCHEDULED.map(
    ([title, shown, process, { config, needs = [] } = {}]): Case => ({
      title,
      follow: { as: "specification", because: UNKNOWN, shows: { exitCode: 0, lines: [`scheduler ${shown}`] } },
      config: { ...config, process },
      args: ["/probe", "scheduler"],
      needs: ["cap-sys-nice", ...needs],
    }),
  ),
  {
    title: "[C58] the parameters that it has are kept",
    config: { process: { scheduler: { policy: "SCHED_OTHER", nice: 3, flags: ["SCHED_FLAG_KEEP_PARAMS"] } } },
    args: ["/probe", "scheduler"],
  },
  {
    title: "[C73] SCHED_ISO, which no kernel has, is an error",
    ...refused(UNKNOWN),
    config: { process: { scheduler: { policy: "SCHED_ISO" } } },
  },
  ...["SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX"].map(
    (flag): Case => ({
      title: `[C73] ${flag} is an error where the kernel does not clamp`,
      ...refused(UNKNOWN),
      config: { process: { scheduler: { policy: "SCHED_OTHER", flags: [flag] } } },
      needs: ["no-clamping"],
    }),
  ),
  {
    title: "[C61] the processors of exec are nothing to the container's own program",
    config: { process: { execCPUAffinity: { initial: "400", final: "401" } } },
    args: ["/probe", "say", "here"],
  },
  {
    title: "[C109] MPOL_DEFAULT is the usual policy of memory",
    config: { linux: { memoryPolicy: { mode: "MPOL_DEFAULT" } } },
    args: ["/probe", "memory-policy"],
    needs: ["numa"],
  },
  ...POLICIES.map(([mode, shown, flag]): Case => {
    const nodes = shown.endsWith("0x1") ? { nodes: "0" } : {};
    const needs: readonly Need[] = mode === "MPOL_WEIGHTED_INTERLEAVE" ? ["numa", "weighted-interleave"] : ["numa"];
    return {
      title: `[C109] memory by ${mode}${flag === undefined ? "" : ` and ${flag}`}`,
      follow: { as: "specification", because: UNKNOWN, shows: { exitCode: 0, lines: [`memory policy ${shown}`] } },
      config: { linux: { memoryPolicy: { mode, ...nodes, flags: flag === undefined ? [] : [flag] } } },
      args: ["/probe", "memory-policy"],
      needs,
    };
  }),
];
