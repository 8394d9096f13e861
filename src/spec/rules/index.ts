/** Every rule that a config.json must keep besides its schema. */
import { guestPath } from "../../base/paths.ts";
import type { Spec } from "../types.ts";
import { deviceRules } from "./devices.ts";
import { hookPathsAreAbsolute } from "./hooks.ts";
import { intelRdtRules } from "./intel-rdt.ts";
import { memoryPolicyRules } from "./memory-policy.ts";
import { destinationsAreAbsolute, mountMappingsArePairs } from "./mounts.ts";
import { namespaceRules } from "./namespaces.ts";
import { processRules } from "./process.ts";
import { resourceRules } from "./resources.ts";
import { NONE, type Problem, quote, type Rule, requireAbsolute, within } from "./rule.ts";
import { seccompRules } from "./seccomp.ts";
import { sysctlsAreNamespaced } from "./sysctl.ts";

export const configRules: readonly Rule<Spec>[] = [
  versionIsKnown,
  rootHasAPath,
  annotationsHaveKeys,
  within("/process", (spec) => spec.process, processRules),
  destinationsAreAbsolute,
  mountMappingsArePairs,
  within("/hooks", (spec) => spec.hooks, [hookPathsAreAbsolute]),
  ...namespaceRules,
  restrictedPathsAreAbsolute,
  within("/linux", (spec) => (spec.linux?.sysctl === undefined ? undefined : spec.linux), [sysctlsAreNamespaced]),
  within("/linux/devices", (spec) => spec.linux?.devices, deviceRules),
  within("/linux/resources", (spec) => spec.linux?.resources, resourceRules),
  within("/linux/seccomp", (spec) => spec.linux?.seccomp, seccompRules),
  within("/linux/intelRdt", (spec) => spec.linux?.intelRdt, intelRdtRules),
  within("/linux/memoryPolicy", (spec) => spec.linux?.memoryPolicy, memoryPolicyRules),
];

/** SemVer 2.0: three numbers without leading zeros, then an optional pre-release and build. */
const SEMVER =
  /^(0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\w-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\w-]*))*)?(?:\+[\w-]+(?:\.[\w-]+)*)?$/;

/** The versions of nearly every file. Compiling the expression above takes longer than all other rules. */
const USUAL: ReadonlySet<string> = new Set(["1.0.0", "1.0.1", "1.0.2", "1.0.2-dev", "1.1.0", "1.1.0+dev", "1.2.0", "1.2.1", "1.3.0"]);

/** A later minor version may add properties that are unknown here; they are ignored as the specification says. */
function versionIsKnown({ ociVersion }: Spec): readonly Problem[] {
  if (USUAL.has(ociVersion)) return NONE;
  const version = ociVersion.includes("_") ? null : SEMVER.exec(ociVersion);
  if (version === null) return [{ pointer: "/ociVersion", problem: `must be a version such as "1.3.0", not ${quote(ociVersion)}` }];
  return version[1] === "1"
    ? NONE
    : [{ pointer: "/ociVersion", problem: `must be version 1 of the specification, not ${quote(ociVersion)}` }];
}

function rootHasAPath({ root }: Spec): readonly Problem[] {
  return root?.path === "" ? [{ pointer: "/root/path", problem: "must not be empty" }] : NONE;
}

function annotationsHaveKeys({ annotations }: Spec): readonly Problem[] {
  return annotations !== undefined && Object.hasOwn(annotations, "")
    ? [{ pointer: "/annotations/", problem: "must not have an empty key" }]
    : NONE;
}

function restrictedPathsAreAbsolute({ linux }: Spec): readonly Problem[] {
  const { maskedPaths, readonlyPaths } = linux ?? {};
  if (maskedPaths === undefined && readonlyPaths === undefined) return NONE;
  return [
    ...requireAbsolute("/linux/maskedPaths", maskedPaths ?? []),
    ...requireAbsolute("/linux/readonlyPaths", readonlyPaths ?? []),
    ...refuseRoot(maskedPaths ?? []),
  ];
}

/** A program lives there. */
function refuseRoot(maskedPaths: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < maskedPaths.length; i++) {
    const path = maskedPaths[i] ?? "";
    if (path.startsWith("/") && guestPath(path) === "/")
      problems.push({ pointer: `/linux/maskedPaths/${i}`, problem: "must not be the root" });
  }
  return problems;
}
