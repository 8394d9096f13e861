/** What the plan for this host brings to light: values that lamina or the host cannot honour, and privileges that are missing. */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import { type Plan, planContainer } from "../../plan/plan-container.ts";
import { parseCapabilities } from "../../plan/process/capabilities.ts";
import { rootPath } from "../../plan/root/rootfs.ts";
import { listUnsupported } from "../../plan/unsupported.ts";
import type { Capabilities, Spec } from "../../spec/types.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { readFacts } from "../facts/facts.ts";
import { type CheckHost, type Finding, type HostCheck, lookAt } from "./bundle-check.ts";
import { checkPrivileges } from "./privileges-check.ts";

export const checkUnsupported: HostCheck = (spec) =>
  listUnsupported(spec).map((pointer) => ({
    severity: "error",
    pointer,
    problem: "this version of lamina does not support it",
    hint: "remove it from config.json; lamina does not start a container with less than it asks for",
  }));

const SETS = ["bounding", "effective", "inheritable", "permitted", "ambient"] as const satisfies readonly (keyof Capabilities)[];

/** What is left out of the sets of capabilities, each name at its place. */
export const checkCapabilities: HostCheck = (spec, host) => {
  const whyLeftOut = sorterOf(spec, host);
  return SETS.flatMap((set) =>
    (spec.process?.capabilities?.[set] ?? []).flatMap((name, i): Finding[] => {
      const reason = whyLeftOut(name, set);
      const problem = `${JSON.stringify(name)} ${reason}, and is left out`;
      return reason === undefined ? [] : [{ severity: "warning", pointer: `/process/capabilities/${set}/${i}`, problem }];
    }),
  );
};

type Sorter = (name: string, set: (typeof SETS)[number]) => string | undefined;

/**
 * Nobody can give what he lacks, unless to a user namespace, without which a mere user can do nothing anyway. The bounding
 * set gives nothing.
 */
function sorterOf({ linux }: Spec, host: CheckHost): Sorter {
  const end = 2n << BigInt(Number(readTextIfThere("/proc/sys/kernel/cap_last_cap") ?? "40"));
  const hasAll = host.rootless || (linux?.namespaces ?? []).some(({ type }) => type === "user");
  return (name, set) => {
    const { bits, unknown } = parseCapabilities([name]);
    if (unknown.length > 0 || bits >= end) return "is no capability of this kernel";
    if (set === "bounding" || hasAll) return undefined;
    return (bits & ~host.capabilities) === 0n ? undefined : "is a capability that lamina itself lacks here";
  };
}

/** Each takes a plan of its own, and nobody reads so many at once. */
const MOST_PROBLEMS = 50;

/** One problem ends the making of a plan: what asked for it is taken out if it can be, and the rest is planned again. */
export const checkPlan: HostCheck = (spec, host) => {
  const findings: Finding[] = [];
  let rest: Spec | undefined = withoutOtherFindings(spec, host);
  while (rest !== undefined && findings.length < MOST_PROBLEMS) {
    try {
      const plan = planOf(rest, host);
      append(
        findings,
        plan.warnings.map((problem) => ({ severity: "warning", pointer: "", problem }) as const),
      );
      return [...findings, ...checkPrivileges(plan, host)];
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const { pointer = "", hint } = error.detail;
      findings.push({ severity: "error", pointer, problem: error.message, ...(hint === undefined ? {} : { hint }) });
      rest = withoutValue(rest, pointer);
    }
  }
  return rest === undefined
    ? findings
    : [...findings, { severity: "warning", pointer: "", problem: "there may be more problems of this kind" }];
};

function planOf(spec: Spec, { bundle, wishes }: CheckHost): Plan {
  const options = {
    id: "ID",
    waitForStart: true,
    noPivot: false,
    noNewKeyring: false,
    preserveFds: 0,
    pidFile: undefined,
    pidfdSocket: undefined,
  };
  return planContainer(spec, readFacts(spec, { path: bundle, layers: undefined }, wishes), options);
}

/** What other checks tell about is not to be told again: it is taken out, and for a missing root there is a stand-in. */
function withoutOtherFindings(spec: Spec, host: CheckHost): Spec {
  const supported = listUnsupported(spec).reduce((rest, pointer) => withoutValue(rest, pointer) ?? rest, spec);
  const root = spec.root === undefined ? "missing" : lookAt(rootPath(spec, host.bundle));
  const hasRoot = root !== "missing" && "kind" in root && root.kind === "directory";
  const { process } = supported;
  const sets = process?.capabilities;
  const whyLeftOut = sorterOf(spec, host);
  const known = SETS.flatMap((set) =>
    sets?.[set] === undefined ? [] : [[set, sets[set].filter((name) => whyLeftOut(name, set) === undefined)]],
  );
  return {
    ...supported,
    ...(hasRoot ? {} : { root: { path: host.bundle } }),
    ...(process === undefined || sets === undefined ? {} : { process: { ...process, capabilities: Object.fromEntries(known) } }),
  };
}

/** A copy without the value; of a list that holds it nothing is left. undefined if there is no such value. */
function withoutValue(spec: Spec, pointer: string): Spec | undefined {
  if (pointer === "/linux/namespaces") return undefined; // without them everything else would mean something else
  const keys = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (keys[0] === "mounts" && keys[1] !== undefined) return withoutMount(spec, Number(keys[1]));
  return removeFrom({ ...spec }, keys) as Spec | undefined; // it was validated, and what is taken out is optional
}

/** Others keep their numbers: a plain file system takes the mount's place. */
function withoutMount(spec: Spec, index: number): Spec | undefined {
  const mounts = spec.mounts ?? [];
  if (mounts[index] === undefined) return undefined;
  return { ...spec, mounts: mounts.map((mount, i) => (i === index ? { destination: mount.destination, type: "tmpfs" } : mount)) };
}

function removeFrom(whole: Readonly<Record<string, unknown>>, [key, ...keys]: readonly string[]): Record<string, unknown> | undefined {
  if (key === undefined || !Object.hasOwn(whole, key)) return undefined;
  const { [key]: inner, ...others } = whole;
  if (keys.length === 0 || !isRecord(inner)) return others;
  const smaller = removeFrom(inner, keys);
  return smaller === undefined ? undefined : { ...others, [key]: smaller };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
