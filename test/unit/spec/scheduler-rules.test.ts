/** Rules for `process.scheduler`: what each refuses and what it accepts. */
import { expect, test } from "bun:test";
import { type JsonObject, merge } from "../../support/json.ts";
import { MINIMAL } from "./example.ts";
import { saidOf } from "./problems-of.ts";

type Row = readonly [title: string, addition: JsonObject, ...said: readonly string[]];

const process = (addition: JsonObject) => ({ process: addition });

const ROWS: readonly Row[] = [
  ["[C58] a policy alone", process({ scheduler: { policy: "SCHED_BATCH" } })],
  [
    "[C58] nice has its range",
    process({ scheduler: { policy: "SCHED_OTHER", nice: 20 } }),
    "/process/scheduler/nice: must be from -20 to 19, not 20",
  ],
  [
    "[C58] priority is for realtime",
    process({ scheduler: { policy: "SCHED_IDLE", priority: 1 } }),
    "/process/scheduler/priority: is only valid with SCHED_FIFO and SCHED_RR, not with SCHED_IDLE",
  ],
  [
    "[C58] realtime needs a priority",
    process({ scheduler: { policy: "SCHED_RR" } }),
    '/process/scheduler: SCHED_RR needs a "priority" from 1 to 99, not 0',
  ],
  [
    "[C58] a realtime priority has its range",
    process({ scheduler: { policy: "SCHED_FIFO", priority: 100 } }),
    '/process/scheduler/priority: SCHED_FIFO needs a "priority" from 1 to 99, not 100',
  ],
  [
    "[C58] deadlines are for SCHED_DEADLINE",
    process({ scheduler: { policy: "SCHED_OTHER", runtime: 1, deadline: 0 } }),
    "/process/scheduler/runtime: is only valid with SCHED_DEADLINE, not with SCHED_OTHER",
  ],
  [
    "[C58] SCHED_DEADLINE needs two times; the period is the deadline by default",
    process({ scheduler: { policy: "SCHED_DEADLINE", deadline: 2048 } }),
    '/process/scheduler: SCHED_DEADLINE needs "runtime" and "deadline": "runtime" is missing',
  ],
  ["[C58] two times will do", process({ scheduler: { policy: "SCHED_DEADLINE", runtime: 1024, deadline: 1024 } })],
  [
    "[C58] times have their range",
    process({ scheduler: { policy: "SCHED_DEADLINE", runtime: 1023, deadline: 4294967295001 } }),
    "/process/scheduler/runtime: must be from 1024 to 4294967295000 nanoseconds, not 1023",
    "/process/scheduler/deadline: must be from 1024 to 4294967295000 nanoseconds, not 4294967295001",
  ],
  [
    "[C58] the runtime fits in the deadline",
    process({ scheduler: { policy: "SCHED_DEADLINE", runtime: 3000, deadline: 2000, period: 4000 } }),
    '/process/scheduler/runtime: must not exceed "deadline", which is 2000, not 3000',
  ],
  [
    "[C58] the deadline fits in the period",
    process({ scheduler: { policy: "SCHED_DEADLINE", runtime: 1024, deadline: 4000, period: 3000 } }),
    '/process/scheduler/deadline: must not exceed "period", which is 3000, not 4000',
  ],
  ["[C58] kept parameters are not given", process({ scheduler: { policy: "SCHED_DEADLINE", flags: ["SCHED_FLAG_KEEP_PARAMS"] } })],
];

test.each(ROWS.map(([name, addition, ...said]) => [name, addition, said] as const))("%s", async (_, addition, said) => {
  expect(await saidOf(merge(MINIMAL, addition))).toEqual([...said]);
});
