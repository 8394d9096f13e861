/** The profile that Podman, Buildah and CRI-O come with, made into what they put into config.json for a container with default capabilities. */
import { existsSync, readFileSync } from "node:fs";
import type { Seccomp, SeccompRule } from "../../src/spec/types.ts";

const FILE = "/usr/share/containers/seccomp.json";
const ARCH = process.arch === "arm64" ? "arm64" : "amd64";
const ARCHITECTURES = {
  amd64: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  arm64: ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
} as const;

interface Conditions {
  readonly caps?: readonly string[] | null;
  readonly arches?: readonly string[] | null;
}

interface ProfileRule extends SeccompRule {
  readonly includes?: Conditions | null;
  readonly excludes?: Conditions | null;
}

export function hasPodmanProfile(): boolean {
  return existsSync(FILE);
}

export function podmanProfile(capabilities: readonly string[] = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]): Seccomp {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(FILE, "utf8")) as {
    readonly defaultAction: Seccomp["defaultAction"];
    readonly defaultErrnoRet?: number | null;
    readonly syscalls: readonly ProfileRule[];
  };
  const has = (wanted: readonly string[] | null | undefined, own: readonly string[]): boolean =>
    (wanted ?? []).some((one) => own.includes(one));
  const applies = ({ includes, excludes }: ProfileRule): boolean =>
    !has(excludes?.caps, capabilities) &&
    !has(excludes?.arches, [ARCH]) &&
    (!includes?.caps?.length || has(includes.caps, capabilities)) &&
    (!includes?.arches?.length || has(includes.arches, [ARCH]));
  return {
    defaultAction,
    ...(typeof defaultErrnoRet === "number" ? { defaultErrnoRet } : {}),
    architectures: ARCHITECTURES[ARCH],
    syscalls: syscalls.filter(applies).map(({ names, action, errnoRet, args }) => ({
      names,
      action,
      ...(typeof errnoRet === "number" ? { errnoRet } : {}),
      ...(args?.length ? { args } : {}),
    })),
  };
}
