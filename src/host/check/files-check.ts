/** Files and directories that a config.json names: root file system, program, bind sources, devices, hooks. */
import { guestPath, hostPath } from "../../base/paths.ts";
import { parseMounts } from "../../plan/mounts/mount-entry.ts";
import { rootPath } from "../../plan/root/rootfs.ts";
import type { Hooks, Spec } from "../../spec/types.ts";
import type { FileStatus } from "../../sys/file/file.ts";
import { type CheckHost, type Finding, type HostCheck, type Look, lookAt, makesUserNamespace } from "./bundle-check.ts";
import { resolveBelow } from "./root-path.ts";

export const checkRoot: HostCheck = (spec, { bundle }) => {
  if (spec.root === undefined) return [{ severity: "error", pointer: "", problem: '"root" is missing: there is no root file system' }];
  const path = rootPath(spec, bundle);
  const found = lookAt(path);
  const hint = "root.path is the directory of the container's files, relative to the bundle";
  if (found === "missing") return [{ severity: "error", pointer: "/root/path", problem: `there is no ${path}`, hint }];
  if ("reason" in found) return [{ severity: "error", pointer: "/root/path", problem: found.reason }];
  return found.kind === "directory" ? [] : [{ severity: "error", pointer: "/root/path", problem: `${path} is not a directory`, hint }];
};

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A warning at most: hooks and mounts may still bring the program. */
export const checkProgram: HostCheck = (spec, { bundle }) => {
  if (spec.process === undefined)
    return [{ severity: "warning", pointer: "", problem: '"process" is missing: the container cannot be started' }];
  const [name] = spec.process?.args ?? [];
  if (lookAt(`${bundle}/layers.json`) !== "missing") return []; // it is in a layer
  if (name === undefined || spec.root === undefined || lookAt(rootPath(spec, bundle)) === "missing") return [];
  const candidates = candidatesFor(name, spec);
  if (candidates.some(coverOf(spec))) return [];
  const root = rootPath(spec, bundle);
  const found = candidates.map((path) => resolveBelow(root, path)).filter((path) => path !== undefined);
  const pointer = "/process/args/0";
  if (found.length === 0) {
    const where = name.includes("/") ? "in the root file system" : `in ${candidates.length} directories of PATH in the root file system`;
    return [{ severity: "warning", pointer, problem: `there is no ${JSON.stringify(name)} ${where}`, hint: "is it in the image?" }];
  }
  if (found.map((path) => lookAt(path)).some((look) => isUnseen(look) || isExecutable(look))) return [];
  return [{ severity: "warning", pointer, problem: `${JSON.stringify(name)} is not a file that can be executed`, hint: "see chmod(1)" }];
};

function candidatesFor(name: string, { process }: Spec): string[] {
  if (name.includes("/")) return [guestPath(name.startsWith("/") ? name : `${process?.cwd ?? ""}/${name}`)];
  const search = process?.env?.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? DEFAULT_PATH;
  return search.split(":").map((directory) => guestPath(`${directory}/${name}`));
}

/** Tells whether a mount lies over a path: what is there then is not in the root file system. */
function coverOf({ mounts = [] }: Spec): (path: string) => boolean {
  const destinations: ReadonlySet<string> = new Set(mounts.map(({ destination }) => guestPath(destination)));
  return (path) => {
    for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (destinations.has(at)) return true;
    return destinations.has("/");
  };
}

function isUnseen(found: Look): boolean {
  return found !== "missing" && "reason" in found;
}

function isExecutable(found: Look): boolean {
  return found !== "missing" && "kind" in found && found.kind === "file" && (found.mode & 0o111) !== 0;
}

export const checkBindSources: HostCheck = (spec, { bundle }) =>
  parseMounts(spec).flatMap(({ type, source, kind, origin }): Finding[] => {
    if (kind === "remount" || (kind !== "bind" && type !== "bind") || source === "") return [];
    const path = hostPath(source, bundle);
    return missing(path, `${origin}/source`, "the source of a bind mount must exist on the host");
  });

function missing(path: string, pointer: string, hint: string): Finding[] {
  const found = lookAt(path);
  if (found === "missing") return [{ severity: "error", pointer, problem: `there is no ${path}`, hint }];
  return "reason" in found ? [{ severity: "warning", pointer, problem: found.reason }] : [];
}

/** In a user namespace device nodes cannot be made: the host's own are bound. */
export const checkDevices: HostCheck = (spec, host) => {
  if (!host.rootless && !makesUserNamespace(spec)) return [];
  return (spec.linux?.devices ?? []).flatMap((device, i): Finding[] => {
    if (device.type === "p") return [];
    const pointer = `/linux/devices/${i}`;
    const found = lookAt(guestPath(device.path));
    const hint = "in a user namespace no device node can be made, so the host's at the same path is bound";
    if (found === "missing" || "reason" in found) {
      return [{ severity: "error", pointer, problem: `this host has no device ${device.path}`, hint }];
    }
    const isSame = found.device.major === device.major && found.device.minor === device.minor && isKind(found, device.type);
    if (isSame) return [];
    const problem = `${device.path} of this host is not ${device.type} ${device.major}:${device.minor}`;
    return [{ severity: "warning", pointer, problem, hint }];
  });
};

function isKind({ kind }: FileStatus, type: string): boolean {
  return kind === (type === "b" ? "block" : "character");
}

/** startContainer hooks are the container's programs; all others are found on the host. */
const HOST_HOOKS = ["prestart", "createRuntime", "createContainer", "poststart", "poststop"] as const satisfies readonly (keyof Hooks)[];

export const checkHooks: HostCheck = (spec, host) => [
  ...HOST_HOOKS.flatMap((kind) => (spec.hooks?.[kind] ?? []).flatMap(({ path }, i) => checkHook(path, `/hooks/${kind}/${i}/path`))),
  ...checkHooksInside(spec, host),
];

function checkHook(path: string, pointer: string): Finding[] {
  const absent = missing(path, pointer, "a hook is a program of the host, given by its absolute path");
  if (absent.length > 0 || isExecutable(lookAt(path))) return absent;
  return [{ severity: "error", pointer, problem: `${path} is not a file that can be executed`, hint: "see chmod(1)" }];
}

function checkHooksInside(spec: Spec, { bundle }: CheckHost): Finding[] {
  const hooks = spec.hooks?.startContainer ?? [];
  if (hooks.length === 0 || spec.root === undefined || lookAt(rootPath(spec, bundle)) === "missing") return [];
  const root = rootPath(spec, bundle);
  const isCovered = coverOf(spec);
  const hint = "startContainer hooks are programs of the container";
  return hooks.flatMap(({ path }, i): Finding[] => {
    if (isCovered(guestPath(path)) || resolveBelow(root, guestPath(path)) !== undefined) return [];
    const problem = `there is no ${path} in the root file system`;
    return [{ severity: "warning", pointer: `/hooks/startContainer/${i}/path`, problem, hint }];
  });
}
