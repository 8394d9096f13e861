import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import { describeStep } from "../../../../src/plan/describe.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { parseNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import { mountsOnHost, planMasks, planPivot, planRoot, planRootAttributes, rootPath } from "../../../../src/plan/root/rootfs.ts";
import type { InitStep, Planned } from "../../../../src/plan/steps/step.ts";
import type { RootfsPropagation, Spec } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const NO_MOUNT_NAMESPACE: Spec = { ociVersion: "1.3.0", root: { path: "rootfs" }, linux: { namespaces: [{ type: "pid" }] } };

function specOf(rootfsPropagation?: RootfsPropagation): Spec {
  return {
    ociVersion: "1.3.0",
    root: { path: "rootfs" },
    linux: { namespaces: [{ type: "mount" }], ...(rootfsPropagation === undefined ? {} : { rootfsPropagation }) },
  };
}

function facts(): Facts {
  if (FACTS.root === undefined) throw new Error("no facts are called root");
  return { ...FACTS.root, rootfsMount: hostPath("/bundle") };
}

function words(steps: readonly Planned<InitStep>[]): string[] {
  return steps.map(({ step }) => describeStep(step));
}

function propagations(spec: Spec): string[] {
  const steps = [...planRoot(spec, parseNamespaces(spec), facts()), ...planRootAttributes(spec)];
  return words(steps).filter((text) => text.includes("propagation"));
}

test.each([
  [undefined, ["set propagation of / to MS_REC|MS_SLAVE"]],
  ["slave", ["set propagation of / to MS_REC|MS_SLAVE"]],
  ["rprivate", ["set propagation of / to MS_REC|MS_PRIVATE", "change the mount at / and all below it, propagation MS_PRIVATE"]],
  ["unbindable", ["set propagation of / to MS_REC|MS_SLAVE", "change the mount at /, propagation MS_UNBINDABLE"]],
] as const)("rootfsPropagation %s first parts the container from the host", (propagation, expected) => {
  expect(propagations(specOf(propagation))).toEqual([...expected]);
});

test("a shared root keeps its ties, but the mount around the rootfs is private, so that the bind of it stays inside", () => {
  expect(propagations(specOf("shared"))).toEqual([
    "set propagation of / to MS_REC|MS_SHARED",
    "set propagation of /bundle to MS_PRIVATE",
    "change the mount at /, propagation MS_SHARED",
  ]);
});

test("a root is made read-only as the last of its attributes", () => {
  expect(words(planRootAttributes({ ...specOf("private"), root: { path: "r", readonly: true } })).at(-1)).toBe(
    "change the mount at /, set MOUNT_ATTR_RDONLY",
  );
});

test.each([
  ["/mounts", { mounts: [{ destination: "/proc", type: "proc" }] }],
  ["/root/readonly", { root: { path: "rootfs", readonly: true } }],
  ["/linux/maskedPaths", { linux: { maskedPaths: ["/proc/kcore"] } }],
] as readonly (readonly [string, Partial<Spec>])[])(
  "[C77] without a mount namespace %s needs a root of its own, from which nothing spreads",
  (_, over) => {
    const spec = { ...NO_MOUNT_NAMESPACE, ...over };
    const namespaces = parseNamespaces(spec);
    expect(mountsOnHost(spec, namespaces)).toBe(true);
    expect(words(planRoot(spec, namespaces, facts()))).toEqual([
      "clone the mount at /bundle/rootfs and those below it as #12",
      "tell the host the id of mount #12",
      'wait for the host at "root"',
      "attach mount #12 at /bundle/rootfs, the container's root",
      "change the mount at / and all below it, propagation MS_PRIVATE",
    ]);
  },
);

test.each([
  ["/linux/rootfsPropagation", { linux: { rootfsPropagation: "shared" } }],
  ["/linux/namespaces", { linux: { namespaces: [{ type: "user" }], maskedPaths: ["/proc/kcore"] } }],
] as readonly (readonly [string, Partial<Spec>])[])("without a mount namespace %s is refused", (pointer, over) => {
  const spec = { ...NO_MOUNT_NAMESPACE, ...over };
  const refused = (): unknown => planRoot(spec, parseNamespaces(spec), facts());
  expect(refused).toThrow("the container shares the host's mount namespace");
  expect(refused).toThrow(expect.objectContaining({ detail: expect.objectContaining({ pointer }) }));
});

test("without a mount namespace there is only a chroot", () => {
  const namespaces = parseNamespaces(NO_MOUNT_NAMESPACE);
  expect(planRoot(NO_MOUNT_NAMESPACE, namespaces, facts())).toEqual([]);
  expect(words([planPivot(namespaces, facts(), true)])).toEqual(['make /bundle/rootfs "/"']);
});

test("masks come first, since they may lie below what a read-only clone then covers", () => {
  const spec = { ...specOf(), linux: { maskedPaths: ["/proc/sys/fs"], readonlyPaths: ["/proc/sys"] } };
  expect(words(planMasks(spec)).filter((word) => !word.startsWith("open"))).toEqual(["hide /proc/sys/fs", "make /proc/sys read-only"]);
});

test("files are masked by the container's own null device, and by the host's only if there is no other", () => {
  const spec = { ...specOf(), linux: { maskedPaths: ["/proc/kcore", "/proc/keys"] } };
  const masks = planMasks(spec);
  expect(words(masks)).toEqual([
    "open the container's null device as #10",
    "open the host's null device as #10",
    "hide /proc/kcore",
    "hide /proc/keys",
  ]);
  expect(masks.map(({ onFailure = "stop" }) => onFailure)).toEqual(["else", "stop", "stop", "stop"]);
});

test("a path listed twice, in whatever spelling, is covered once", () => {
  const spec = {
    ...specOf(),
    linux: { maskedPaths: ["/proc/kcore", "/proc//kcore/", "/a/../b"], readonlyPaths: ["/proc/sys", "/proc/./sys"] },
  };
  expect(
    planMasks(spec)
      .filter(({ step }) => step.op !== "openNull")
      .map(({ origin }) => origin),
  ).toEqual(["/linux/maskedPaths/0", "/linux/maskedPaths/2", "/linux/readonlyPaths/0"]);
});

test("the root's path is relative to the bundle, and required", () => {
  expect(rootPath(specOf(), hostPath("/b"))).toBe(hostPath("/b/rootfs"));
  expect(() => rootPath({ ociVersion: "1.3.0" }, hostPath("/b"))).toThrow('"root" is missing');
});
