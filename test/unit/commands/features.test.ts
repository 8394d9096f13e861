import { expect, test } from "bun:test";
import { describeFeatures } from "../../../src/commands/features.ts";
import { requires } from "../../support/requires.ts";

const ours = describeFeatures();

test("[C123] features hold for any host and have no null", () => {
  expect(JSON.stringify(ours)).not.toContain("null");
  expect(describeFeatures()).toEqual(ours);
});

test.each([
  ["hooks", ours.hooks],
  ["mount options", ours.mountOptions],
  ["namespaces", ours.linux?.namespaces],
  ["capabilities", ours.linux?.capabilities],
])("%s are listed once each", (_, names) => {
  expect(names?.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names?.length ?? 0);
});

test("the oldest version accepted is not newer than the newest known", () => {
  expect(Bun.semver.order(ours.ociVersionMin, ours.ociVersionMax)).toBe(-1);
});

/** File systems handle these two themselves, so here they are passed on to them, as the specification requires of unlisted options. */
const FILE_SYSTEM_OPTIONS = ["acl", "noacl"];

test.if(requires("runc"))("whatever hook, namespace, capability or mount option runc knows, lamina knows", () => {
  const made = Bun.spawnSync(["runc", "features"]);
  const theirs: typeof ours = JSON.parse(made.stdout.toString());
  expect(missing(theirs.hooks, ours.hooks)).toEqual([]);
  expect(missing(theirs.mountOptions, [...(ours.mountOptions ?? []), ...FILE_SYSTEM_OPTIONS])).toEqual([]);
  expect(missing(theirs.linux?.namespaces, ours.linux?.namespaces)).toEqual([]);
  expect(missing(theirs.linux?.capabilities, ours.linux?.capabilities)).toEqual([]);
});

function missing(theirs: readonly string[] | undefined, known: readonly string[] | undefined): string[] {
  return (theirs ?? []).filter((name) => !known?.includes(name));
}
