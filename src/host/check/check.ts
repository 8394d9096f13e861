/** `check`: everything that is wrong with a bundle, in itself and for this host. Looks, and changes nothing. */
import { append } from "../../base/append.ts";
import { RuntimeError } from "../../base/errors.ts";
import type { HostPath } from "../../base/paths.ts";
import { MOST_SHOWN } from "../../spec/report.ts";
import { NONE } from "../../spec/rules/rule.ts";
import { effectiveGid, effectiveUid } from "../../sys/call/own-ids.ts";
import { absolutePath } from "../../sys/call/working-directory.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { isRootless } from "../../sys/process/process.ts";
import { readConfig } from "../bundle/bundle.ts";
import { OriginPlaces } from "../bundle/config-place.ts";
import type { HostContext } from "../context.ts";
import type { CheckHost, Finding, HostCheck } from "./bundle-check.ts";
import { checkConfig } from "./config-check.ts";
import { checkBindSources, checkDevices, checkHooks, checkProgram, checkRoot } from "./files-check.ts";
import {
  checkFileSystems,
  checkFilter,
  checkKernelVersion,
  checkNamespaces,
  checkSysctls,
  checkUserNamespaceSwitches,
} from "./kernel-check.ts";
import { checkCapabilities, checkPlan, checkUnsupported } from "./plan-check.ts";
import { checkIdMapHelpers, checkOomScore, checkRlimits } from "./privileges-check.ts";

export interface PlacedFinding extends Finding {
  /** `config.json:12:7`; null where no value is at fault. */
  readonly location: string | null;
}

export interface CheckedBundle {
  readonly bundle: HostPath;
  /** The first ones, in the order of the file; what has no place in it comes last. */
  readonly findings: readonly PlacedFinding[];
  /** How many others there are. */
  readonly more: { readonly errors: number; readonly warnings: number };
}

/** The plan comes last: it repeats in its own words what others have said before. */
const CHECKS: readonly HostCheck[] = [
  checkKernelVersion,
  checkNamespaces,
  checkUserNamespaceSwitches,
  checkFileSystems,
  checkSysctls,
  checkFilter,
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

export async function checkBundle(directory: string | undefined, context: HostContext): Promise<CheckedBundle> {
  const bundle = absolutePath(directory ?? ".");
  const text = readConfig(bundle);
  const config = await checkConfig(text);
  if (!("findings" in config)) {
    const location = `${FILE}:${config.line}:${config.column}`;
    return { bundle, findings: [{ severity: "error", pointer: "", problem: config.problem, location }], more: { errors: 0, warnings: 0 } };
  }
  const host = readHost(bundle, context);
  const findings = [...config.findings];
  config.applyTo(
    CHECKS.map((check) => (spec) => {
      append(
        findings,
        withoutRepetition(
          tellFailure(() => check(spec, host)),
          findings,
          check === checkPlan,
        ),
      );
      return NONE;
    }),
  );
  const shown = place(text, findings);
  return { bundle, findings: shown, more: count(findings, shown, config.others) };
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

function readHost(bundle: HostPath, { rootless, systemdCgroup }: HostContext): CheckHost {
  const own = /^CapEff:\s*([0-9a-f]+)$/m.exec(readTextIfThere("/proc/self/status") ?? "")?.[1];
  return {
    bundle,
    uid: effectiveUid(),
    gid: effectiveGid(),
    rootless: rootless === "auto" ? isRootless() : rootless,
    capabilities: BigInt(`0x${own ?? "0"}`),
    wishes: { rootless, systemdCgroup },
  };
}

/** Findings that are put in the order of the file: others come after them. */
const MOST_PLACED = 1000;

function place(text: string, findings: readonly Finding[]): PlacedFinding[] {
  const candidates = findings.slice(0, MOST_PLACED);
  const places = new OriginPlaces(
    { text, layers: undefined },
    candidates.map(({ pointer }) => pointer),
  );
  return candidates
    .map((finding) => ({ finding, at: places.find(finding.pointer) }))
    .sort((a, b) => (a.at?.offset ?? Infinity) - (b.at?.offset ?? Infinity))
    .slice(0, MOST_SHOWN)
    .map(({ finding, at }) => ({ ...finding, location: at?.location ?? null }));
}

function count(all: readonly Finding[], shown: readonly Finding[], others: number): CheckedBundle["more"] {
  const errorsIn = (findings: readonly Finding[]): number => findings.filter(({ severity }) => severity === "error").length;
  const errors = errorsIn(all) - errorsIn(shown);
  return { errors: errors + others, warnings: all.length - shown.length - errors };
}
