import { expect, test } from "bun:test";
import { describeStep } from "../../../src/plan/describe.ts";
import { type PlanOptions, planContainer } from "../../../src/plan/plan-container.ts";
import { listUnsupported } from "../../../src/plan/unsupported.ts";
import type { Process, Spec } from "../../../src/spec/types.ts";
import { FACTS } from "../../plan/facts.ts";

const OPTIONS: PlanOptions = {
  id: "c1",
  waitForStart: true,
  noPivot: false,
  noNewKeyring: false,
  preserveFds: 0,
  pidFile: undefined,
  pidfdSocket: undefined,
};
const MAPPINGS = [{ containerID: 0, hostID: 1000, size: 1 }];

function plan(process: Partial<Process> = {}, { facts = "root", user = false }: { facts?: string; user?: boolean } = {}): string[] {
  const known = FACTS[facts];
  if (known === undefined) throw new Error(`no facts are called ${facts}`);
  const spec: Spec = {
    ociVersion: "1.3.0",
    root: { path: "rootfs" },
    process: { cwd: "/", args: ["x"], ...process },
    linux: {
      namespaces: [{ type: "mount" }, ...(user ? [{ type: "user" } as const] : [])],
      ...(user ? { uidMappings: MAPPINGS, gidMappings: MAPPINGS } : {}),
    },
  };
  return planContainer(spec, known, OPTIONS).init.map(({ step }) => describeStep(step));
}

test("the session keyring is made by the container's root, who then owns it", () => {
  const texts = plan({}, { facts: "user on v2", user: true });
  expect(texts.indexOf("make a session keyring")).toBeGreaterThan(texts.indexOf("become uid 0"));
});

test("a user's init is dumpable while it writes its own oom score, as it must be", () => {
  const texts = plan({ oomScoreAdj: 100 }, { facts: "user on v2", user: true });
  const at = texts.indexOf('write "100" to /proc/self/oom_score_adj');
  expect([texts[at - 1], texts[at + 1]]).toEqual(["let this user inspect init", "let nobody inspect init"]);
});

test("root's init is never dumpable", () => {
  expect(plan({ oomScoreAdj: -5 })).not.toContain("let this user inspect init");
});

test("[C24] without a process a container can be created, and not run", () => {
  const { root: facts } = FACTS;
  if (facts === undefined) throw new Error("no facts are called root");
  const spec: Spec = { ociVersion: "1.3.0", root: { path: "rootfs" } };
  expect(planContainer(spec, facts, OPTIONS).init.at(-1)?.step).toEqual({ op: "waitStart" });
  expect(() => planContainer(spec, facts, { ...OPTIONS, waitForStart: false })).toThrow('"process" is missing');
});

test("values that would be ignored are listed, and empty ones are not values", () => {
  expect(
    listUnsupported({ ociVersion: "1.3.0", process: { cwd: "/", apparmorProfile: "" }, linux: { mountLabel: "", netDevices: {} } }),
  ).toEqual([]);
  const others = { windows: { layerFolders: [] }, zos: {}, solaris: {}, vm: {} };
  expect(listUnsupported({ ociVersion: "1.3.0", ...others } as Spec)).toEqual(["/solaris", "/windows", "/vm", "/zos"]);
});
