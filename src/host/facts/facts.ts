/** The only probing, and all of it before planning: what this host, this user and this bundle are. */

import { RuntimeError } from "../../base/errors.ts";
import { type HostPath, hostPath } from "../../base/paths.ts";
import type { Facts, HostFacts } from "../../plan/facts.ts";
import { joinsPid } from "../../plan/namespaces/late-pid.ts";
import { mayEnterNamespaces, NAMESPACE_FILES } from "../../plan/namespaces/namespaces.ts";
import { RLIMITS } from "../../plan/process/rlimits.ts";
import { rootPath } from "../../plan/root/rootfs.ts";
import type { Process, Rlimit, Spec } from "../../spec/types.ts";
import { effectiveGid, effectiveUid } from "../../sys/call/own-ids.ts";
import { readTextIfThere, realPath, statIfThere } from "../../sys/file/file.ts";
import { isSameFile } from "../../sys/file/file-identity.ts";
import { takesParameter } from "../../sys/kernel/filesystem-context.ts";
import { listDevices } from "../../sys/kernel/network-device.ts";
import { RouteSocket } from "../../sys/kernel/route-socket.ts";
import { hasKeyrings, isInUserNamespace, readLimit, readPermittedCapabilities, readUmask } from "../../sys/process/process.ts";
import { readCgroupFacts, readSystemdCgroupFacts } from "./cgroup-facts.ts";
import { type BundleLayers, readLayerFacts } from "./layer-facts.ts";
import { mountOf, readMounts } from "./mount-table.ts";
import { readNamedMounts } from "./named-mounts.ts";
import { readResctrlFacts } from "./resctrl-facts.ts";

/** A bundle, as far as facts need to be known for it. */
interface BundleFiles {
  readonly path: HostPath;
  readonly layers: BundleLayers | undefined;
}

/** What the caller says of the host. */
export interface Wishes {
  readonly rootless: "auto" | boolean;
  readonly systemdCgroup: boolean;
}

export function readFacts(spec: Spec, { path: bundle, layers }: BundleFiles, { rootless: forced, systemdCgroup }: Wishes): Facts {
  const hasUserNamespace = spec.linux?.namespaces?.some(({ type }) => type === "user") ?? false;
  const host = readHostFacts({ process: spec.process, hasUserNamespace, mountLabel: spec.linux?.mountLabel }, forced);
  const rootfs = readRootfs(rootPath(spec, bundle));
  const mounts = readMounts();
  const namedMounts = readNamedMounts(spec, mayEnterNamespaces(host));
  return {
    ...host,
    bundle,
    rootfs,
    rootfsMount: mountOf(rootfs, mounts)?.mountPoint ?? hostPath("/"),
    hasKcore: statIfThere("/proc/kcore") !== undefined,
    hasProcOfNamespace: joinsPid(spec) && takesParameter("proc", "pidns", "/proc/self/ns/pid"),
    ...readOwnNamespaces(spec),
    ...(namedMounts === undefined ? {} : { namedMounts }),
    cgroup: systemdCgroup ? readSystemdCgroupFacts(host.rootless, mounts) : readCgroupFacts(host.rootless, mounts),
    missingNetDevices: findMissingNetDevices(Object.keys(spec.linux?.netDevices ?? {})),
    ...readResctrlFacts(spec.linux?.intelRdt, mounts),
    ...(layers === undefined ? {} : { layers: readLayerFacts(layers, bundle, mounts) }),
  };
}

function readOwnNamespaces({ linux }: Spec): Pick<Facts, "ownNamespaces" | "names"> {
  const ownNamespaces = (linux?.namespaces ?? []).flatMap(({ type, path = "" }) =>
    path !== "" && isSameFile(path, `/proc/self/ns/${NAMESPACE_FILES[type]}`) ? [type] : [],
  );
  if (!ownNamespaces.includes("uts")) return { ownNamespaces };
  const nameIn = (file: string): string => readTextIfThere(`/proc/sys/kernel/${file}`)?.trimEnd() ?? "";
  return { ownNamespaces, names: { hostname: nameIn("hostname"), domainname: nameIn("domainname") } };
}

/** The process to be started, as far as facts need to be known for it. */
export interface FactsFor {
  readonly process: Process | undefined;
  readonly hasUserNamespace: boolean;
  readonly mountLabel?: string | undefined;
}

export function readHostFacts({ process, hasUserNamespace, mountLabel }: FactsFor, forced: "auto" | boolean): HostFacts {
  const uid = effectiveUid();
  const inUserNamespace = isInUserNamespace();
  return {
    uid,
    gid: effectiveGid(),
    rootless: forced === "auto" ? uid !== 0 || inUserNamespace : forced,
    inUserNamespace,
    setgroupsDenied: readTextIfThere("/proc/self/setgroups")?.trim() === "deny",
    lastCapability: Number(readTextIfThere("/proc/sys/kernel/cap_last_cap") ?? "40"),
    ownCapabilities: readPermittedCapabilities(),
    umask: readUmask(),
    security: readSecurity(process, mountLabel),
    hasKeyrings: hasKeyrings(),
    limits: hasUserNamespace ? readLimits(process?.rlimits ?? []) : new Map(),
  };
}

function findMissingNetDevices(wanted: readonly string[]): readonly string[] {
  if (wanted.length === 0) return [];
  using socket = RouteSocket.open();
  const there = new Set(listDevices(socket).map(({ name }) => name));
  return wanted.filter((name) => !there.has(name));
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

function readLimits(rlimits: readonly Rlimit[]): HostFacts["limits"] {
  const limits: [number, { soft: bigint; hard: bigint }][] = [];
  for (const { type } of rlimits) {
    const limit = readLimit(0, RLIMITS[type]);
    if (limit !== undefined) limits.push([RLIMITS[type], limit]);
  }
  return new Map(limits);
}

/** What no label asks for is not looked at. */
function readSecurity(process: Process | undefined, mountLabel: string | undefined): HostFacts["security"] {
  const isAsked = (labels: readonly (string | undefined)[]): boolean => labels.some((label) => (label ?? "") !== "");
  return {
    apparmor: isAsked([process?.apparmorProfile]) ? readAppArmor() : "off",
    selinux: isAsked([process?.selinuxLabel, mountLabel]) && statIfThere("/sys/fs/selinux/enforce") !== undefined,
  };
}

function readAppArmor(): HostFacts["security"]["apparmor"] {
  if (readTextIfThere("/sys/module/apparmor/parameters/enabled")?.trim() !== "Y") return "off";
  return statIfThere("/proc/self/attr/apparmor") === undefined ? "shared" : "own";
}
