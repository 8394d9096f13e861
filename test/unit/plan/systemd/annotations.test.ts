/** Annotations that are properties of the container's scope. */
import { expect, test } from "bun:test";
import { planAnnotatedProperties } from "../../../../src/plan/systemd/annotations.ts";
import { refusal } from "../cgroup/cases.ts";

const one = (name: string, value: string) => planAnnotatedProperties({ [`org.systemd.property.${name}`]: value });

test.each<[string, string, string, string, bigint | string]>([
  ["CollectMode", "'inactive-or-failed'", "CollectMode", "s", "inactive-or-failed"],
  ["TimeoutStopSec", "5", "TimeoutStopUSec", "t", 5_000_000n],
  ["TimeoutStopSec", "2.5", "TimeoutStopUSec", "t", 2_500_000n],
  ["TimeoutStopSec", "-1", "TimeoutStopUSec", "t", (1n << 64n) - 1n],
  ["RuntimeMaxSec", "uint64 10", "RuntimeMaxUSec", "t", 10_000_000n],
  ["TimeoutStopUSec", "uint64 7", "TimeoutStopUSec", "t", 7n],
  ["ASec", "uint64 7", "ASec", "t", 7n],
])("%s=%s", (name, text, property, signature, value) => {
  expect(one(name, text)).toEqual([{ name: property, signature, value, origin: `/annotations/org.systemd.property.${name}` }]);
});

test.each<[string, string, string]>([
  ["Ax", "1", '"Ax" is not the name of a property'],
  ["Foo-bar", "1", '"Foo-bar" is not the name of a property'],
  ["", "1", '"" is not the name of a property'],
  ["CollectMode", "inactive", "text stands in quotes"],
  ["TimeoutStopSec", "'5'", "a time is a number of seconds"],
  ["TimeoutStopSec", "nan", "a time is a number of seconds"],
  ["TimeoutStopSec", "uint64 18446744073709551615", "more than systemd can count"],
])("%s=%s is refused", (name, text, reason) => {
  expect(refusal(() => one(name, text))).toEqual({
    code: "config",
    message: expect.stringContaining(`cannot read annotation org.systemd.property.${name}=${text}: `),
    pointer: `/annotations/org.systemd.property.${name}`,
  });
  expect(() => one(name, text)).toThrow(reason);
});

test.each(["PIDs", "Slice", "Wants", "Conflicts", "OnSuccess", "SuccessAction", "JobTimeoutAction", "RequiresMountsFor"])(
  "%s reaches beyond the container",
  (name) => {
    expect(refusal(() => one(name, "'x'"))).toEqual({
      code: "config",
      message: `cannot use annotation org.systemd.property.${name}: the property is about more than the container`,
      pointer: `/annotations/org.systemd.property.${name}`,
    });
  },
);

test.each(["After", "Before", "PartOf", "MemoryMax", "KillSignal"])("%s does not", (name) => {
  expect(one(name, "'x'")).toMatchObject([{ name, signature: "s", value: "x" }]);
});

test("other annotations are none", () => {
  expect(planAnnotatedProperties({ "org.systemd.propert": "x", "com.example": "y" })).toEqual([]);
  expect(planAnnotatedProperties(undefined)).toEqual([]);
});
