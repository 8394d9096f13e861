/** Why tests of the official validation suite fail with lamina. A failure of which nothing here knows makes `npm run conformance` fail. */

export interface Reason {
  /** Where the cause lies: in the suite, in what the machine offers, or in a choice of lamina's, which may differ from its peer's. */
  readonly cause: "suite" | "machine" | "choice";
  readonly why: string;
  /** What the test says then; it may say nothing else. */
  readonly fails: RegExp;
}

const NO_CONTROLLER: Reason = {
  cause: "machine",
  why: "the controller, or a file of it, is not there: its limits are refused",
  fails: /^it gave up: cannot limit \w+: the cgroup controller|blkio.leaf_weight: no such file or directory$|^exit status 1$/,
};
const POINTERS: Reason = {
  cause: "suite",
  why: "it compares the addresses of two numbers instead of the limits of processes",
  fails: /^pids limit is set correctly$/,
};
const KERNEL_MEMORY: Reason = {
  cause: "machine",
  why: "Linux has no limit of kernel memory since 5.16; lamina warns, and sets everything else",
  fails: /^memory kernel is set correctly$/,
};

export const REASONS: Readonly<Record<string, Reason>> = {
  delete: {
    cause: "choice",
    why: "a created container can be deleted, as with runc, crun and youki; engines count on it. A running one is refused",
    fails: /^attempting to `delete` a container that is not `stopped` MUST/,
  },
  delete_resources: POINTERS,
  hooks: {
    cause: "suite",
    why: "it expects prestart hooks to run at start; since runtime-spec 1.1 they run during create",
    fails: /^Hooks MUST be called in the listed order$/,
  },
  linux_cgroups_blkio: NO_CONTROLLER,
  linux_cgroups_hugetlb: NO_CONTROLLER,
  linux_cgroups_memory: KERNEL_MEMORY,
  linux_cgroups_network: NO_CONTROLLER,
  linux_cgroups_pids: POINTERS,
  linux_cgroups_relative_blkio: NO_CONTROLLER,
  linux_cgroups_relative_hugetlb: NO_CONTROLLER,
  linux_cgroups_relative_memory: KERNEL_MEMORY,
  linux_cgroups_relative_network: NO_CONTROLLER,
  linux_cgroups_relative_pids: POINTERS,
  linux_mount_label: {
    cause: "machine",
    why: "the kernel has no SELinux, and what cannot be applied is an error (C22, C73), as with runc; crun passes it over, and the suite does not look at the label",
    fails: /^it gave up: selinux label is specified in config, but selinux is disabled/,
  },
  linux_process_apparmor_profile: {
    cause: "machine",
    why: "the kernel has no AppArmor, and what cannot be applied is an error (C22, C73), as with runc; crun 1.28 passes it over",
    fails: /^it gave up: unable to apply apparmor profile: AppArmor is disabled/,
  },
  linux_seccomp: {
    cause: "suite",
    why: "its filter forbids getcwd, which its own program in the container calls",
    fails: /^the program in the container ended in the middle/,
  },
  misc_props: {
    cause: "suite",
    why: "it asks for a program that its root filesystem does not have, and reads the error as one about an annotation",
    fails: /MUST NOT generate an error if they encounter an unknown annotation key$/,
  },
  pidfile: {
    cause: "suite",
    why: "its program ends at once, and it is an error if it has when it is to be killed: chance decides",
    fails: /^create with '--pid-file' option works$/,
  },
  poststart: {
    cause: "suite",
    why: "its program and its hook write to one file, and the hook, which begins when the program has, may be faster: chance decides",
    fails: /^The post-start hooks MUST be called after the user-specified process is executed$/,
  },
  poststart_fail: {
    cause: "suite",
    why: "it expects a warning; a poststart hook that fails is an error since runtime-spec 1.3",
    fails: /^if any poststart hook fails, the runtime MUST log a warning/,
  },
  prestart: { cause: "suite", why: "as with hooks", fails: /^Pre-start hooks MUST be called after the `start` operation/ },
  process_capabilities: {
    cause: "machine",
    why: "the machine gives nobody CAP_SYS_RESOURCE: a warning, and all other capabilities are there",
    fails: /^expected \w+ capability CAP_SYS_RESOURCE set$/,
  },
  process_capabilities_fail: {
    cause: "suite",
    why: "it expects an unknown capability to be an error; it is a warning since runtime-spec 1.1",
    fails: /^it gave up: Any value which cannot be mapped to a relevant kernel interface MUST cause an error$/,
  },
  process_rlimits: {
    cause: "suite",
    why: "Go raises the soft limit of open files of the program that looks, before it looks",
    fails: /^has expected soft RLIMIT_NOFILE$/,
  },
  start: {
    cause: "suite",
    why: "its condition is the opposite of its sentence: start fails without a process, as it must",
    fails: /^`start` operation MUST generate an error if `process` was not set$|^timeout in waiting for the container status$/,
  },
};

/** The failures of a test for which there is no reason. */
export function unexplained(test: string, failures: readonly string[]): string[] {
  return failures.filter((failure) => !(REASONS[test]?.fails.test(failure) ?? false));
}
