import { expect, test } from "bun:test";
import type { Facts } from "../../../../src/plan/facts.ts";
import { parseMounts } from "../../../../src/plan/mounts/mount-entry.ts";
import { planMounts } from "../../../../src/plan/mounts/mounts.ts";
import { planLatePid } from "../../../../src/plan/namespaces/late-pid.ts";
import { parseNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import type { Namespace, Spec } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

const NEW = factsOf("root on Linux 6.18");
const JOINED: readonly Namespace[] = [{ type: "mount" }, { type: "pid", path: "/proc/7/ns/pid" }];

function factsOf(name: string): Facts {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`no facts are called ${name}`);
  return facts;
}

function isLate(over: Partial<Spec>, facts = NEW): boolean {
  const spec: Spec = { ociVersion: "1.3.0", linux: { namespaces: [...JOINED] }, ...over };
  const namespaces = parseNamespaces(spec);
  const { steps } = planMounts(parseMounts(spec), { spec, facts, namespaces, cgroupPaths: {} });
  return planLatePid({ spec, namespaces, facts, mounts: steps }) !== undefined;
}

test("a pid namespace with other processes is entered last", () => {
  expect(isLate({})).toBe(true);
  expect(isLate({ linux: { namespaces: [...JOINED], resources: { pids: { limit: 2 } } } })).toBe(true);
  expect(isLate({ hooks: { startContainer: [{ path: "/hook" }], poststop: [{ path: "/hook" }] } })).toBe(true);
});

test.each<[string, Partial<Spec>, Facts]>([
  ["is new", { linux: { namespaces: [{ type: "pid" }] } }, NEW],
  ["cannot be shown from outside by this kernel", {}, factsOf("root")],
  ["comes with a user namespace that is joined", { linux: { namespaces: [...JOINED, { type: "user", path: "/proc/7/ns/user" }] } }, NEW],
  ["comes with a new user namespace", { linux: { namespaces: [...JOINED, { type: "user" }] } }, NEW],
  ["has hooks that are told the pid: prestart", { hooks: { prestart: [{ path: "/hook" }] } }, NEW],
  ["has hooks that are told the pid: createRuntime", { hooks: { createRuntime: [{ path: "/hook" }] } }, NEW],
  ["has hooks that are told the pid: createContainer", { hooks: { createContainer: [{ path: "/hook" }] } }, NEW],
  [
    "comes with a procfs that has to be mounted by mount(2)",
    { mounts: [{ destination: "/proc", type: "proc", source: "proc", options: [`x=${"y".repeat(300)}`] }] },
    NEW,
  ],
  ["leaves room for one process only", { linux: { namespaces: [...JOINED], resources: { pids: { limit: 1 } } } }, NEW],
])("not so if it %s", (_, over, facts) => {
  expect(isLate(over, facts)).toBe(false);
});
