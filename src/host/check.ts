/** `check`: everything that is wrong with a bundle, in itself and for this host. Looks, and changes nothing. */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import { NONE } from "../spec/rules/rule.ts";
import { readTextIfThere } from "../sys/file.ts";
import { effectiveGid, effectiveUid, isRootless } from "../sys/process.ts";
import { readConfig } from "./bundle.ts";
import { placeOf } from "./config-place.ts";
import type { HostContext } from "./context.ts";
import type { CheckHost, Finding, HostCheck } from "./host-check.ts";
import { checkConfig } from "./host-check-config.ts";
import { checkBindSources, checkDevices, checkHooks, checkProgram, checkRoot } from "./host-check-files.ts";
import {
  checkFileSystems,
  checkKernelVersion,
  checkNamespaces,
  checkSecurityModules,
  checkSysctls,
  checkUserNamespaceSwitches,
} from "./host-check-kernel.ts";
import { checkCapabilities, checkPlan, checkUnsupported } from "./host-check-plan.ts";
import { checkIdMapHelpers, checkOomScore, checkRlimits } from "./host-check-privileges.ts";

export interface PlacedFinding extends Finding {
  /** `config.json:12:7`; null where no value is at fault. */
  readonly location: string | null;
}

export interface CheckedBundle {
  readonly bundle: HostPath;
  /** In the order of the file; what has no place in it comes last. */
  readonly findings: readonly PlacedFinding[];
}

/** The plan comes last: it repeats in its own words what others have said before. */
const CHECKS: readonly HostCheck[] = [
  checkKernelVersion,
  checkNamespaces,
  checkUserNamespaceSwitches,
  checkFileSystems,
  checkSysctls,
  checkSecurityModules,
  checkRoot,
  checkProgram,
  checkBindSources,
  checkDevices,
  checkHooks,
  checkRlimits,
  checkOomScore,
  checkIdMapHelpers,
  checkCapabilities,
  checkUnsupported,
  checkPlan,
];

const FILE = "config.json";

export function checkBundle(directory: string | undefined, context: HostContext): CheckedBundle {
  const bundle = hostPath(directory ?? ".");
  const text = readConfig(bundle);
  const config = checkConfig(text);
  if (!("findings" in config)) {
    const location = `${FILE}:${config.line}:${config.column}`;
    return { bundle, findings: [{ severity: "error", pointer: "", problem: config.problem, location }] };
  }
  const host = readHost(bundle, context);
  const findings = [...config.findings];
  config.applyTo(
    CHECKS.map((check) => (spec) => {
      findings.push(
        ...withoutRepetition(
          tellFailure(() => check(spec, host)),
          findings,
          check === checkPlan,
        ),
      );
      return NONE;
    }),
  );
  return { bundle, findings: place(text, findings) };
}

function withoutRepetition(found: readonly Finding[], before: readonly Finding[], isPlan: boolean): readonly Finding[] {
  if (!isPlan) return found;
  return found.filter(({ pointer }) => pointer === "" || !before.some((one) => one.severity === "error" && one.pointer === pointer));
}

/** A check that cannot look says so, and the others go on. */
function tellFailure(check: () => readonly Finding[]): readonly Finding[] {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return [{ severity: "warning", pointer: error.detail.pointer ?? "", problem: `not everything could be checked: ${error.message}` }];
  }
}

function readHost(bundle: HostPath, { rootless }: HostContext): CheckHost {
  const own = /^CapEff:\s*([0-9a-f]+)$/m.exec(readTextIfThere("/proc/self/status") ?? "")?.[1];
  return {
    bundle,
    uid: effectiveUid(),
    gid: effectiveGid(),
    rootless: rootless === "auto" ? isRootless() : rootless,
    capabilities: BigInt(`0x${own ?? "0"}`),
    forced: rootless,
  };
}

function place(text: string, findings: readonly Finding[]): PlacedFinding[] {
  return findings
    .map((finding) => ({ finding, at: placeOf(text, finding.pointer) }))
    .sort((a, b) => (a.at?.line ?? Infinity) - (b.at?.line ?? Infinity) || (a.at?.column ?? 0) - (b.at?.column ?? 0))
    .map(({ finding, at }) => ({ ...finding, location: at === undefined ? null : `${FILE}:${at.line}:${at.column}` }));
}
