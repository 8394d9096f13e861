/** Namespaces of others, as CRIU is told of them. */
import { expect, test } from "bun:test";
import {
  enteredNamespaces,
  externalNamespaces,
  handedNamespaces,
  joinedNamespaces,
  requireSameNamespaces,
} from "../../../../src/plan/criu/namespaces.ts";
import type { Namespace, Spec } from "../../../../src/spec/types.ts";

const specOf = (namespaces: readonly Namespace[], more: Spec["linux"] = {}): Spec => ({
  ociVersion: "1.0.0",
  linux: { namespaces: [{ type: "mount" }, ...namespaces], ...more },
});

test("a dump names the network and pid namespaces of others by inode", () => {
  const joined = joinedNamespaces(
    specOf([{ type: "network", path: "/n" }, { type: "pid", path: "/p" }, { type: "ipc", path: "/i" }, { type: "uts" }]),
    [],
  );
  expect(externalNamespaces(joined, (type) => ({ net: 11, pid: 22 })[type])).toEqual(["net[11]:extRootNetNS", "pid[22]:extRootPidNS"]);
});

test("a restore hands over these, and has CRIU enter the others", () => {
  const joined = joinedNamespaces(
    specOf([
      { type: "network", path: "/n" },
      { type: "ipc", path: "/i" },
      { type: "time", path: "/t" },
    ]),
    [],
  );
  expect(handedNamespaces(joined)).toEqual([{ key: "extRootNetNS", path: "/n" } as never]);
  expect(enteredNamespaces(joined)).toEqual([
    { type: "ipc", path: "/i" },
    { type: "time", path: "/t" },
  ]);
});

test.each<[string, Spec, Parameters<typeof requireSameNamespaces>[1], string | undefined]>([
  ["as config.json says", specOf([{ type: "pid" }]), ["network", "ipc", "uts", "cgroup"], undefined],
  ["the host's pids", specOf([{ type: "pid" }]), ["pid", "network", "ipc", "uts", "cgroup"], "it had the host's pid namespace"],
  ["a network of its own", specOf([{ type: "pid" }]), ["ipc", "uts", "cgroup"], "it had a network namespace of its own"],
  ["a network of others, which CRIU is handed", specOf([{ type: "network", path: "/n" }]), ["pid", "ipc", "uts", "cgroup"], undefined],
  ["a time namespace, which CRIU always makes", specOf([]), ["pid", "network", "ipc", "uts", "cgroup"], undefined],
])("restored namespaces are compared: %s", (_, spec, own, words) => {
  if (words === undefined) expect(() => requireSameNamespaces(spec, own, "all")).not.toThrow();
  else expect(() => requireSameNamespaces(spec, own, "all")).toThrow(words);
});

test("the runtime's own namespace is none of others", () => {
  expect(joinedNamespaces(specOf([{ type: "network", path: "/proc/self/ns/net" }]), ["network"])).toEqual([]);
});

test.each([
  [
    "the host's mounts",
    { ociVersion: "1.0.0", linux: { namespaces: [{ type: "pid" }] } } as Spec,
    "the container shares the host's mounts",
  ],
  ["a cgroup namespace of others", specOf([{ type: "cgroup", path: "/c" }]), "CRIU can give no process a cgroup namespace of others"],
  ["a user namespace without a root", specOf([{ type: "user" }]), "its user namespace has no id 0, with which CRIU works there"],
  ["a user namespace of others", specOf([{ type: "user", path: "/u" }]), "CRIU can give no process a user namespace of others"],
  ["devices of the host", specOf([], { netDevices: { eth1: {} } }), "it has network devices of the host"],
])("%s cannot be restored", (_, spec, reason) => {
  expect(() => joinedNamespaces(spec, [])).toThrow(`cannot checkpoint or restore the container: ${reason}`);
});
