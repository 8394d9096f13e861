import { expect, test } from "bun:test";
import { describeHostStep, describeStep } from "../../../../src/plan/describe.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { planScheduling } from "../../../../src/plan/process/scheduling.ts";
import type { Process } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const BOTH: Partial<Process> = {
  scheduler: { policy: "SCHED_FIFO", priority: 10, nice: -5, flags: ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_KEEP_PARAMS"] },
  ioPriority: { class: "IOPRIO_CLASS_IDLE", priority: 7 },
};

function plan(process: Partial<Process>, changes: Partial<Facts> = {}, hasStartHooks = false): { init: string[]; host: string[] } {
  const { root } = FACTS;
  if (root === undefined) throw new Error("no facts are called root");
  const { init, host } = planScheduling({ cwd: "/", ...process }, hasStartHooks, { ...root, ...changes });
  return { init: init.map(({ step }) => describeStep(step)), host: host.map(({ step }) => describeHostStep(step)) };
}

const WORDS = [
  "schedule the program as SCHED_FIFO, nice -5, priority 10, SCHED_FLAG_RESET_ON_FORK, SCHED_FLAG_KEEP_PARAMS",
  "set the program's I/O priority to IOPRIO_CLASS_IDLE 7",
];

test("nothing is planned that is not asked for", () => {
  expect(plan({})).toEqual({ init: [], host: [] });
});

test("[C58] [C60] the host schedules the program, since it keeps the right to", () => {
  expect(plan(BOTH)).toEqual({ init: [], host: WORDS });
});

test.each<[string, Partial<Facts>]>([
  ["in a user namespace", { inUserNamespace: true }],
  ["without CAP_SYS_NICE", { ownCapabilities: 0n }],
])("[C58] [C60] %s it schedules itself, as far as anybody may", (_, changes) => {
  expect(plan(BOTH, changes)).toEqual({ init: WORDS, host: [] });
});

test("[C58] unset values are 0", () => {
  const { root } = FACTS;
  if (root === undefined) throw new Error("no facts are called root");
  const { host } = planScheduling({ cwd: "/", scheduler: { policy: "SCHED_BATCH" } }, false, root);
  const zeros = { flags: 0n, nice: 0, priority: 0, runtime: 0n, deadline: 0n, period: 0n };
  expect(host).toEqual([{ origin: "/process/scheduler", step: { op: "setScheduler", policy: 3, ...zeros } }]);
});

test("[C60] an I/O priority without a level is the highest of its class", () => {
  expect(plan({ ioPriority: { class: "IOPRIO_CLASS_BE" } }).host).toEqual(["set the program's I/O priority to IOPRIO_CLASS_BE 0"]);
});

test("[C73] a policy that no Linux has is refused", () => {
  expect(() => plan({ scheduler: { policy: "SCHED_ISO" } })).toThrow("cannot schedule the process as SCHED_ISO");
});

test("a process with a deadline can run no hooks, unless its children have none", () => {
  const scheduler = { policy: "SCHED_DEADLINE", runtime: 1024, deadline: 2048 } as const;
  expect(() => plan({ scheduler }, {}, true)).toThrow("cannot run startContainer hooks as SCHED_DEADLINE");
  expect(plan({ scheduler: { ...scheduler, flags: ["SCHED_FLAG_RESET_ON_FORK"] } }, {}, true).host).toHaveLength(1);
});
