/** What fuse-overlayfs accepts, and when it is chosen. */
import { expect, test } from "bun:test";
import { parseNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import { planFuse } from "../../../../src/plan/root/fuse-driver.ts";
import { chooseDriver, type LayersInput } from "../../../../src/plan/root/layer-driver.ts";
import type { Spec } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";
import { layerFacts } from "../../../plan/layer-facts.ts";

const spec: Spec = { ociVersion: "1.2.0", linux: { namespaces: [{ type: "mount" }] } };

function inputOf(...lower: string[]): LayersInput {
  const layers = layerFacts({ lower, driver: "fuse-overlayfs" });
  const [facts, top] = [FACTS.root, layers.lower.at(-1)];
  if (facts === undefined || top === undefined) throw new Error("there is nothing to plan for");
  return { layers, top, spec, facts, namespaces: parseNamespaces(spec) };
}

/** The names of two layers that make the server's options exactly that long. */
function namesFor(length: number): [string, string] {
  const rest = length - optionsOf(inputOf("/a", "/b")).length;
  return [`/a${"a".repeat(65_000)}`, `/b${"b".repeat(rest - 65_000)}`];
}

function optionsOf(input: LayersInput): string {
  const step = planFuse(input).first?.[0]?.step;
  return step?.op === "forkServer" ? (step.args[3] ?? "") : "";
}

test.each([
  ["ext4", "overlay"],
  ["tmpfs", "overlay"],
  ["fuse", "overlay"],
  ["overlay", "fuse-overlayfs"],
  ["nfs", "fuse-overlayfs"],
  ["nfs4", "fuse-overlayfs"],
  [undefined, "overlay"],
] as const)("for a writable layer on %s the driver is %s", (type, driver) => {
  expect(chooseDriver(type)).toBe(driver);
});

test("commas and backslashes in names are escaped as libfuse reads them, and the top layer comes first", () => {
  expect(optionsOf(inputOf("/a,b", "/c\\d"))).toStartWith("lowerdir=/c\\\\d:/a\\,b,upperdir=/bundle/upper,");
});

test("names together may be as long as one argument of a program, with its NUL", () => {
  const longest = 128 * 1024 - 1;
  expect(optionsOf(inputOf(...namesFor(longest)))).toHaveLength(longest);
  expect(() => planFuse(inputOf(...namesFor(longest + 1)))).toThrow(
    "their names are too long together for the arguments of fuse-overlayfs",
  );
});
