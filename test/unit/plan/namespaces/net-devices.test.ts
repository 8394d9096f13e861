import { expect, test } from "bun:test";
import { hasNetDevices, planNetDevices } from "../../../../src/plan/namespaces/net-devices.ts";
import { FACTS } from "../../../plan/facts.ts";

function factsOf(name: string): NonNullable<(typeof FACTS)[string]> {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`no facts are called ${name}`);
  return facts;
}

test("[C84] a device keeps its name if it gets no other", () => {
  expect(planNetDevices({ netDevices: { eth1: {}, "a~b": { name: "eth%d" }, eth2: { name: "" } } }, factsOf("root"))).toEqual([
    { origin: "/linux/netDevices/eth1", step: { op: "moveNetDevice", device: "eth1", name: "eth1", isShared: false } },
    { origin: "/linux/netDevices/eth2", step: { op: "moveNetDevice", device: "eth2", name: "eth2", isShared: false } },
    { origin: "/linux/netDevices/a~0b", step: { op: "moveNetDevice", device: "a~b", name: "eth%d", isShared: false } },
  ]);
});

test("[C84] the kernel chooses names when all others are given", () => {
  const planned = planNetDevices({ netDevices: { a: { name: "eth%d" }, b: { name: "eth0" }, c: { name: "x%d" }, d: {} } }, factsOf("root"));
  expect(planned.map(({ step }) => ("name" in step ? step.name : ""))).toEqual(["eth0", "d", "eth%d", "x%d"]);
});

test("without devices nothing waits for them", () => {
  expect([hasNetDevices({ ociVersion: "1.3.0" }), hasNetDevices({ ociVersion: "1.3.0", linux: { netDevices: {} } })]).toEqual([
    false,
    false,
  ]);
  expect(planNetDevices(undefined, factsOf("root"))).toEqual([]);
});

test("[C84] a device that the host does not have is refused before anything is made", () => {
  expect(() => planNetDevices({ netDevices: { eth9: {} } }, factsOf("root without eth9"))).toThrow("the host has none of that name");
});
