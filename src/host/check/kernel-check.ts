/** What a config.json asks of the kernel: its version, namespaces, file systems, parameters, security modules. */
import { RuntimeError } from "../../base/errors.ts";
import { parseMounts } from "../../plan/mounts/mount-entry.ts";
import { misfitWords, NO_NAMESPACE } from "../../plan/namespaces/namespace-words.ts";
import { NAMESPACE_FILES, NAMESPACE_FLAGS } from "../../plan/namespaces/namespaces.ts";
import { sysctlPath } from "../../plan/namespaces/sysctl.ts";
import { member } from "../../spec/rules/rule.ts";
import { readTextIfThere } from "../../sys/file/file.ts";
import { namespaceAt } from "../../sys/kernel/namespace-file.ts";
import { compileFilter } from "../facts/filter-compiler.ts";
import { type Finding, type HostCheck, lookAt } from "./bundle-check.ts";

/** mount_setattr(2) came with it; the new mount API, openat2(2) and clone3(2) were there before. */
const OLDEST_KERNEL = [5, 12] as const;

export const checkKernelVersion: HostCheck = () => {
  const release = (readTextIfThere("/proc/sys/kernel/osrelease") ?? "").trim();
  const [major = 0, minor = 0] = release.split(".").map((part) => Number.parseInt(part, 10));
  const [oldestMajor, oldestMinor] = OLDEST_KERNEL;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return [];
  const problem = `this host runs Linux ${release}, and lamina needs ${OLDEST_KERNEL.join(".")} or later`;
  return [{ severity: "error", pointer: "", problem, hint: "mounts are changed with mount_setattr(2), which older kernels do not have" }];
};

export const checkNamespaces: HostCheck = ({ linux }) =>
  (linux?.namespaces ?? []).flatMap(({ type, path = "" }, i): Finding[] => {
    const pointer = `/linux/namespaces/${i}`;
    if (lookAt(`/proc/self/ns/${NAMESPACE_FILES[type]}`) === "missing") {
      return [{ severity: "error", pointer, problem: `this kernel has no ${type} namespaces` }];
    }
    if (path !== "") return checkNamespacePath(path, NAMESPACE_FLAGS[type], `${pointer}/path`);
    const limit = `/proc/sys/user/max_${NAMESPACE_FILES[type]}_namespaces`;
    if (readTextIfThere(limit)?.trim() !== "0") return [];
    return [{ severity: "error", pointer, problem: `this host allows no ${type} namespaces`, hint: `${limit} is 0` }];
  });

function checkNamespacePath(path: string, wanted: number, pointer: string): Finding[] {
  const found = lookAt(path);
  if (found === "missing") {
    return [{ severity: "error", pointer, problem: `there is no namespace at ${path}`, hint: NO_NAMESPACE }];
  }
  if ("reason" in found) return [{ severity: "warning", pointer, problem: found.reason }];
  const problem = misfitWords(path, namespaceAt(path), wanted);
  return problem === undefined ? [] : [{ severity: "error", pointer, problem }];
}

/** Settings of distributions that keep users from making user namespaces. */
const USER_SWITCHES = [
  ["/proc/sys/kernel/unprivileged_userns_clone", "0"],
  ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"],
] as const;

export const checkUserNamespaceSwitches: HostCheck = ({ linux }, { uid }) => {
  const index = (linux?.namespaces ?? []).findIndex(({ type, path = "" }) => type === "user" && path === "");
  if (uid === 0 || index < 0) return [];
  return USER_SWITCHES.filter(([file, off]) => readTextIfThere(file)?.trim() === off).map(([file, off]) => ({
    severity: "warning",
    pointer: `/linux/namespaces/${index}`,
    problem: "this host restricts user namespaces to privileged users",
    hint: `${file} is ${off}`,
  }));
};

/** A type that is not registered may be in a module, which the kernel loads when it is asked for the type. */
export const checkFileSystems: HostCheck = (spec) => {
  const registered = new Set((readTextIfThere("/proc/filesystems") ?? "").split(/\s+/));
  return parseMounts(spec).flatMap(({ type, kind, origin }): Finding[] => {
    if (type === undefined || type === "" || type === "none" || type === "bind" || kind !== "filesystem") return [];
    const name = type.split(".", 1)[0] ?? type; // fuse.sshfs is fuse
    if (registered.has(name) || (name === "cgroup" && registered.has("cgroup2")) || isModule(name)) return [];
    const hint = "the types that it knows are listed in /proc/filesystems";
    return [{ severity: "error", pointer: `${origin}/type`, problem: `this kernel has no file system ${JSON.stringify(type)}`, hint }];
  });
};

function isModule(name: string): boolean {
  const release = (readTextIfThere("/proc/sys/kernel/osrelease") ?? "").trim();
  const list = readTextIfThere(`/lib/modules/${release}/modules.dep`) ?? "";
  return list.split("\n").some((line) => /([^/]+)\.ko(\.\w+)?:/.exec(line)?.[1]?.replaceAll("-", "_") === name.replaceAll("-", "_"));
}

/** A network device that only the container has brings parameters of its own. */
const OF_A_DEVICE = /^net\/\w+\/(?:conf|neigh)\/(?!all\/|default\/|lo\/)/;

export const checkSysctls: HostCheck = ({ linux }) =>
  Object.keys(linux?.sysctl ?? {}).flatMap((key): Finding[] => {
    const path = sysctlPath(key);
    if (OF_A_DEVICE.test(path) || lookAt(`/proc/sys/${path}`) !== "missing") return [];
    const pointer = `/linux/sysctl${member(key)}`;
    return [
      { severity: "error", pointer, problem: `this kernel has no parameter ${JSON.stringify(key)}`, hint: `/proc/sys/${path} is missing` },
    ];
  });

/** What it takes to compile the filter, and what libseccomp says of it. */
export const checkFilter: HostCheck = ({ linux }) => {
  if (linux?.seccomp === undefined) return [];
  if (lookAt("/proc/sys/kernel/seccomp") === "missing") {
    return [{ severity: "error", pointer: "/linux/seccomp", problem: "this kernel has no seccomp filters" }];
  }
  try {
    compileFilter(linux.seccomp);
    return [];
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const { pointer = "/linux/seccomp", hint } = error.detail;
    return [{ severity: "error", pointer, problem: error.message, ...(hint === undefined ? {} : { hint }) }];
  }
};
