import { expect, test } from "bun:test";
import { hostPath } from "../../../src/base/paths.ts";
import { describeHostStep } from "../../../src/plan/describe.ts";
import type { ResctrlFacts } from "../../../src/plan/facts.ts";
import { planResctrl } from "../../../src/plan/resctrl.ts";
import type { IntelRdt } from "../../../src/spec/types.ts";
import { refusal } from "./cgroup/cases.ts";

const ROOT = hostPath("/r");
const FACTS: ResctrlFacts = { root: ROOT, groups: ["info", "gold"], schemata: "    MB:0=20;1=100\n    L3:0=7ff;1=0f\n", bandwidthStep: 10 };

function plan(rdt: IntelRdt | undefined, facts: Partial<ResctrlFacts> = {}, id = "c1"): { steps: string[]; created: readonly string[] } {
  const { before, after, place } = planResctrl(rdt, id, { ...FACTS, ...facts });
  const words = [...before, ...after].map(({ step }) => describeHostStep(step).replace(" resctrl group", ""));
  return { steps: words, created: place?.created ?? [] };
}

test("[C102] what does not ask for it does not touch it, mounted or not", () => {
  expect([planResctrl(undefined, "c1", FACTS), planResctrl(undefined, "c1", undefined)]).toEqual(
    Array.from({ length: 2 }, () => ({ before: [], after: [] })),
  );
});

test("[C104] L3, then MB, then schemata; and nothing is written that is not given", () => {
  const rdt = { schemata: ["L2:0=f", ""], memBwSchema: "MB:0=20", l3CacheSchema: "L3:0=1" };
  expect(plan(rdt).steps).toEqual([
    "make /r/c1",
    'write "L3:0=1" to the schemata of /r/c1',
    'write "MB:0=20" to the schemata of /r/c1',
    'write "L2:0=f" to the schemata of /r/c1',
    "put init into /r/c1",
  ]);
  expect(plan({}).steps).toEqual(["make /r/c1", "put init into /r/c1"]);
});

test.each<[string, IntelRdt, Partial<ResctrlFacts>, string[]]>([
  ["a group of its own", {}, {}, ["/r/c1"]],
  ["with a monitoring group, which goes first", { enableMonitoring: true }, {}, ["/r/c1/mon_groups/c1", "/r/c1"]],
  ["not one that was there before it", {}, { groups: ["c1"] }, []],
  ["not one with a name", { closID: "new", schemata: ["L3:0=1"] }, {}, []],
  ["but the monitoring group in it", { closID: "gold", enableMonitoring: true }, {}, ["/r/gold/mon_groups/c1"]],
  ["and in that of all", { closID: "/", enableMonitoring: true }, {}, ["/r/mon_groups/c1"]],
])("[C107] [C108] with the container goes %s", (_, rdt, facts, created) => {
  expect(plan(rdt, facts).created).toEqual(created);
});

test.each<[string, IntelRdt]>([
  ["the same mask, written otherwise", { l3CacheSchema: "L3:0=0x7FF;1=F" }],
  ["a bandwidth that the processor rounds to the one there", { memBwSchema: "MB:0=11" }],
  ["a line that a later one replaces", { l3CacheSchema: "L3:0=1", schemata: ["L3:0=7ff"] }],
  ["nothing", {}],
])("[C105] [C106] a group that is there is taken as it is with %s", (_, rdt) => {
  expect(plan({ closID: "gold", ...rdt }).steps).toEqual(["put init into /r/gold"]);
});

test.each<[string, IntelRdt, string, string]>([
  ["another mask", { closID: "gold", l3CacheSchema: "L3:1=1f" }, "it has L3:1=0f, not 1f", "/linux/intelRdt/l3CacheSchema"],
  ["another bandwidth", { closID: "gold", memBwSchema: "MB:0=21" }, "it has MB:0=20, not 21", "/linux/intelRdt/memBwSchema"],
  ["a resource that it lacks", { closID: "gold", schemata: ["L2:0=1"] }, "it has L2:0=nothing, not 1", "/linux/intelRdt/schemata/0"],
  ["another name without any", { closID: "new" }, "it does not exist", "/linux/intelRdt/closID"],
  ["a name of the kernel's", { closID: "mon_groups" }, "given that name to something else", "/linux/intelRdt/closID"],
])("[C105] [C106] it is refused with %s", (_, rdt, message, pointer) => {
  const told = refusal(() => plan(rdt));
  expect([told.message, told.pointer]).toEqual([expect.stringContaining(message), pointer]);
});

test("a container whose id the kernel uses itself is refused", () => {
  expect(refusal(() => plan({}, {}, "info")).pointer).toBe("/linux/intelRdt");
});
