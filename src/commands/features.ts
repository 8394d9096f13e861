/** `lamina features`: the features structure of the runtime specification. Fixed when lamina is built, except for what depends on the kernel: the flags of filters. */
import { supportedFilterFlags } from "../host/facts/filter-support.ts";
import { FILTER_ACTIONS, FILTER_ARCHITECTURES, FILTER_FLAGS, FILTER_OPERATORS } from "../plan/filter/filter-words.ts";
import { MOUNT_OPTIONS } from "../plan/mounts/mount-options.ts";
import { NAMESPACE_FLAGS } from "../plan/namespaces/namespaces.ts";
import { CAPABILITIES } from "../plan/process/capabilities.ts";
import { MEMORY_FLAGS, MEMORY_MODES } from "../plan/process/memory-policy.ts";
import type { Features, Hooks } from "../spec/types.ts";
import { UNSAFE_ANNOTATIONS } from "../spec/unsafe-annotations.ts";
import type { Arguments } from "./line/arguments.ts";
import type { Context } from "./line/context.ts";
import type { CommandRow } from "./line/table-row.ts";
import { COMMIT, SPEC_VERSION, VERSION } from "./text/version.ts";

export const ROW = {
  summary: "print what lamina supports as JSON",
  details: "Prints the features structure of the runtime specification. Only the supportedFlags of seccomp depend on the host.",
  positionals: [],
  options: [],
} as const satisfies CommandRow;

/** runc's name, by which engines learn that there are checkpoint and restore. */
const CHECKPOINT = "org.opencontainers.runc.checkpoint.enabled";

/** In the order in which they run. */
const HOOKS = {
  prestart: true,
  createRuntime: true,
  createContainer: true,
  startContainer: true,
  poststart: true,
  poststop: true,
} as const satisfies Readonly<Record<keyof Hooks, true>>;

export function run(_args: Arguments<typeof ROW>, context: Context): number {
  context.print(`${JSON.stringify(describeFeatures(), null, 2)}\n`);
  return 0;
}

export function describeFeatures(): Features {
  return {
    ociVersionMin: "1.0.0",
    ociVersionMax: SPEC_VERSION,
    hooks: Object.keys(HOOKS),
    mountOptions: Object.keys(MOUNT_OPTIONS).sort(),
    linux: {
      namespaces: Object.keys(NAMESPACE_FLAGS).sort(),
      capabilities: Object.keys(CAPABILITIES),
      cgroup: { v1: true, v2: true, systemd: true, systemdUser: true, rdma: true },
      seccomp: {
        enabled: true,
        actions: Object.keys(FILTER_ACTIONS).sort(),
        operators: Object.keys(FILTER_OPERATORS).sort(),
        archs: Object.keys(FILTER_ARCHITECTURES).sort(),
        knownFlags: Object.keys(FILTER_FLAGS).sort(),
        supportedFlags: supportedFilterFlags().sort(),
      },
      memoryPolicy: { modes: Object.keys(MEMORY_MODES).sort(), flags: Object.keys(MEMORY_FLAGS).sort() },
      apparmor: { enabled: true },
      selinux: { enabled: true },
      intelRdt: { enabled: true, schemata: true, monitoring: true },
      mountExtensions: { idmap: { enabled: true } },
      netDevices: { enabled: true },
    },
    potentiallyUnsafeConfigAnnotations: UNSAFE_ANNOTATIONS,
    annotations: { [CHECKPOINT]: "true", "io.lamina.version": VERSION, "io.lamina.commit": COMMIT },
  };
}
