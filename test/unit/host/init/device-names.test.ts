import { expect, test } from "bun:test";
import type { RuntimeError } from "../../../../src/base/errors.ts";
import { requireMovable } from "../../../../src/host/init/device-names.ts";
import type { NetworkDevice } from "../../../../src/sys/kernel/network-device.ts";

const device = (name: string, ...otherNames: readonly string[]): NetworkDevice => ({
  index: 7,
  name,
  otherNames,
  isUp: true,
  isFixed: name === "lo",
});

const THERE = [device("lo"), device("eth0", "uplink")];

function refusalOf(names: Readonly<Record<string, string>>, host: readonly NetworkDevice[]): RuntimeError["detail"] & { message: string } {
  const steps = Object.entries(names).map(([from, name]) => ({
    origin: `/linux/netDevices/${from}`,
    step: { op: "moveNetDevice", device: from, name, isShared: true } as const,
  }));
  try {
    requireMovable(steps, host, THERE);
  } catch (error) {
    const { message, detail } = error as RuntimeError;
    return { ...detail, message };
  }
  throw new Error("nothing was refused");
}

test.each([
  ["a name that is taken", { a: "eth0" }, [device("a")], "cannot move network device a: the container has one already that is called eth0"],
  ["an alternative name that is taken", { a: "uplink" }, [device("a")], "one already that is called uplink"],
  [
    "a name that the device has already",
    { a: "b" },
    [device("a", "b")],
    "its alternative name b goes along, and is what it is to be called",
  ],
  [
    "a name that goes along and is taken",
    { a: "c" },
    [device("a", "x", "eth0")],
    "its alternative name eth0 goes along, and is what another",
  ],
  [
    "a name that goes along and is for another device",
    { a: "x", b: "c" },
    [device("a", "c"), device("b")],
    "its alternative name c goes along, and is what another",
  ],
  ["a device that cannot leave", { lo: "lo2" }, [device("lo")], "cannot move network device lo: the kernel keeps it"],
  ["a device that has gone", { a: "b" }, [], "the host has none of that name"],
])("[C84] %s is refused", (_, names, host, message) => {
  const { message: said, pointer } = refusalOf(names, host);
  expect(said).toContain(message);
  expect(pointer).toBe(`/linux/netDevices/${Object.keys(names)[0]}`);
});

test("[C84] whoever comes after the first is looked at as well", () => {
  expect(refusalOf({ a: "a", b: "lo" }, [device("a"), device("b")]).pointer).toBe("/linux/netDevices/b");
});

test("[C84] names may be exchanged, and templates are the kernel's", () => {
  const steps = [
    ["a", "b"],
    ["b", "a"],
    ["c", "eth%d"],
  ].map(([from = "", name = ""]) => ({ origin: "", step: { op: "moveNetDevice", device: from, name, isShared: false } as const }));
  requireMovable(steps, [device("a"), device("b"), device("c")], THERE);
});
