import { expect, test } from "bun:test";
import { guestPath, type HostPath, hostPath } from "../../../../src/base/paths.ts";
import { describeStep } from "../../../../src/plan/describe.ts";
import { type CgroupMount, planCgroupMount } from "../../../../src/plan/mounts/cgroup-mounts.ts";
import { parseMountOptions } from "../../../../src/plan/mounts/mount-options.ts";
import { parseNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import type { NamespaceType } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

interface Asked {
  readonly facts: string;
  readonly type?: CgroupMount["type"];
  readonly options?: readonly string[];
  readonly types?: readonly NamespaceType[];
  readonly cgroupPaths?: Readonly<Record<string, HostPath>>;
}

function plan({ facts, type = "cgroup", options = [], types = ["mount"], cgroupPaths = {} }: Asked): string[] {
  const known = FACTS[facts];
  if (known === undefined) throw new Error(`no facts are called ${facts}`);
  const spec = { ociVersion: "1.3.0", linux: { namespaces: types.map((one) => ({ type: one })) } };
  const namespaces = parseNamespaces(spec);
  const context = { spec, facts: known, namespaces, cgroupPaths };
  return planCgroupMount({ target: guestPath("/c"), type, origin: "/mounts/0", options: parseMountOptions(options), context }).map(
    ({ step, onFailure }) => `${describeStep(step)}${onFailure === "else" ? " or else" : ""}`,
  );
}

const SAFE = "MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC";

test("a container without a cgroup of its own sees the runtime's, read-only", () => {
  expect(plan({ facts: "user on v2" })).toEqual([
    "clone the mount at /sys/fs/cgroup/user.slice/session-1.scope and those below it as #13",
    `change mount #13 and all below it, set MOUNT_ATTR_RDONLY|${SAFE}`,
    "attach mount #13 at /c",
  ]);
});

test("a container with a cgroup of its own may change it, unless the mount is read-only", () => {
  const cgroupPaths = { unified: hostPath("/sys/fs/cgroup/own") };
  expect(plan({ facts: "root on v2", cgroupPaths })[1]).toBe(`change mount #13 and all below it, set ${SAFE}`);
  expect(plan({ facts: "root on v2", cgroupPaths, options: ["rro"] })[1]).toBe(
    `change mount #13 and all below it, set MOUNT_ATTR_RDONLY|${SAFE}`,
  );
});

test("a rootless container without a cgroup namespace cannot change its cgroup, which holds its limits", () => {
  const cgroupPaths = { unified: hostPath("/sys/fs/cgroup/own") };
  expect(plan({ facts: "user on v2", cgroupPaths })[1]).toBe(`change mount #13 and all below it, set MOUNT_ATTR_RDONLY|${SAFE}`);
  const [made] = plan({ facts: "user on v2", cgroupPaths, types: ["mount", "cgroup"] });
  expect(made).toBe(`make cgroup2 file system "cgroup" as #13, set ${SAFE} or else`);
});

test("a cgroup namespace gets the file system itself where it may be mounted", () => {
  const [first = "", second = ""] = plan({ facts: "root on v2", types: ["mount", "cgroup"], options: ["nsdelegate"] });
  expect(first).toBe(`make cgroup2 file system "cgroup" as #13, options nsdelegate, set ${SAFE} or else`);
  expect(second).toStartWith("clone the mount at");
});

test("cgroup2 beside v1 is the unified hierarchy alone", () => {
  const cgroupPaths = { unified: hostPath("/sys/fs/cgroup/unified/c1") };
  expect(plan({ facts: "root on hybrid", type: "cgroup2", cgroupPaths })[0]).toBe(
    "clone the mount at /sys/fs/cgroup/unified/c1 and those below it as #13",
  );
});

test("controllers that share a hierarchy are linked to it, and the common directory is made read-only last", () => {
  const texts = plan({ facts: "root on v1", types: ["mount", "cgroup"], options: ["ro"] });
  expect(texts.filter((text) => text.startsWith("link"))).toEqual(["link /c/cpu to cpu,cpuacct", "link /c/cpuacct to cpu,cpuacct"]);
  expect(texts[0]).toBe(`make tmpfs file system "tmpfs" as #13, options mode=755, set ${SAFE}`);
  expect(texts.at(-1)).toBe("remount /c, set MOUNT_ATTR_RDONLY");
});

test("the propagation that is asked for is that of every hierarchy, too", () => {
  const texts = plan({ facts: "root on v1", options: ["rprivate"] });
  const attached = texts.flatMap((text, i) => (text.startsWith("attach") ? [texts[i - 1]] : []));
  expect(attached.length).toBeGreaterThan(2);
  expect(new Set(attached)).toEqual(new Set(["change mount #13 and all below it, propagation MS_PRIVATE"]));
});
