/** The only probing, and all of it before planning: what this host, this user and this bundle are. */
import { RuntimeError } from "../base/errors.ts";
import { type HostPath, hostPath } from "../base/paths.ts";
import type { Facts } from "../plan/facts.ts";
import { RLIMITS } from "../plan/rlimits.ts";
import { rootPath } from "../plan/rootfs.ts";
import type { Spec } from "../spec/types.ts";
import { readTextIfThere, realPath, statIfThere } from "../sys/file.ts";
import { takesParameter } from "../sys/filesystem-context.ts";
import { effectiveGid, effectiveUid } from "../sys/own-ids.ts";
import { hasKeyrings, isInUserNamespace, readLimit, readPermittedCapabilities, readUmask } from "../sys/process.ts";
import { readCgroupFacts } from "./cgroup-facts.ts";
import { type BundleLayers, readLayerFacts } from "./layers.ts";
import { mountOf, readMounts } from "./mount-table.ts";

/** A bundle, as far as facts need to be known for it. */
interface BundleFiles {
  readonly path: HostPath;
  readonly layers: BundleLayers | undefined;
}

export function readFacts(spec: Spec, { path: bundle, layers }: BundleFiles, forced: "auto" | boolean = "auto"): Facts {
  const uid = effectiveUid();
  const inUserNamespace = isInUserNamespace();
  const rootless = forced === "auto" ? uid !== 0 || inUserNamespace : forced;
  const rootfs = readRootfs(rootPath(spec, bundle));
  const mounts = readMounts();
  return {
    bundle,
    rootfs,
    rootfsMount: mountOf(rootfs, mounts)?.mountPoint ?? hostPath("/"),
    uid,
    gid: effectiveGid(),
    rootless,
    inUserNamespace,
    setgroupsDenied: readTextIfThere("/proc/self/setgroups")?.trim() === "deny",
    lastCapability: Number(readTextIfThere("/proc/sys/kernel/cap_last_cap") ?? "40"),
    ownCapabilities: readPermittedCapabilities(),
    hasKcore: statIfThere("/proc/kcore") !== undefined,
    umask: readUmask(),
    hasProcOfNamespace: joinsPid(spec) && takesParameter("proc", "pidns", "/proc/self/ns/pid"),
    security: readSecurity(spec),
    hasKeyrings: hasKeyrings(),
    limits: readLimits(spec),
    cgroup: readCgroupFacts(rootless, mounts),
    ...(layers === undefined ? {} : { layers: readLayerFacts(layers, bundle, mounts) }),
  };
}

function joinsPid({ linux }: Spec): boolean {
  return linux?.namespaces?.some(({ type, path = "" }) => type === "pid" && path !== "") ?? false;
}

function readRootfs(path: HostPath): HostPath {
  const status = statIfThere(path);
  if (status === undefined) {
    throw new RuntimeError("config", `invalid rootfs: stat ${path}: no such file or directory`, {
      pointer: "/root/path",
      hint: "root.path is the directory of the container's files, relative to the bundle",
    });
  }
  if (status.kind !== "directory")
    throw new RuntimeError("config", `invalid rootfs: ${path} is not a directory`, { pointer: "/root/path" });
  return hostPath(realPath(path));
}

function readLimits({ process, linux }: Spec): Facts["limits"] {
  const limits: [number, { soft: bigint; hard: bigint }][] = [];
  if (!linux?.namespaces?.some(({ type }) => type === "user")) return new Map();
  for (const { type } of process?.rlimits ?? []) {
    const limit = readLimit(0, RLIMITS[type]);
    if (limit !== undefined) limits.push([RLIMITS[type], limit]);
  }
  return new Map(limits);
}

/** What no label asks for is not looked at. */
function readSecurity({ process, linux }: Spec): Facts["security"] {
  const isAsked = (...labels: readonly (string | undefined)[]): boolean => labels.some((label) => (label ?? "") !== "");
  return {
    apparmor: isAsked(process?.apparmorProfile) ? readAppArmor() : "off",
    selinux: isAsked(process?.selinuxLabel, linux?.mountLabel) && statIfThere("/sys/fs/selinux/enforce") !== undefined,
  };
}

function readAppArmor(): Facts["security"]["apparmor"] {
  if (readTextIfThere("/sys/module/apparmor/parameters/enabled")?.trim() !== "Y") return "off";
  return statIfThere("/proc/self/attr/apparmor") === undefined ? "shared" : "own";
}
