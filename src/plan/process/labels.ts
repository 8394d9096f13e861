/**
 * AppArmor profile and SELinux labels: of the program, of its keyring, and of file systems that are made for the container.
 * Written to /proc/self/attr (proc_pid_attr(5)); what is written to `exec` counts from the next execve(2) on. Pure.
 */
import { RuntimeError } from "../../base/errors.ts";
import type { Process, Spec } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { InitStep, Planned } from "../steps/step.ts";

/** Throws code "unsupported" for a label that nothing on this host would enforce. */
export function requireLabels({ process, linux }: Pick<Spec, "process" | "linux">, { security }: Pick<HostFacts, "security">): void {
  const refuse = (pointer: string, message: string, module: string): RuntimeError =>
    new RuntimeError("unsupported", message, { pointer, hint: `leave it out, or boot with ${module}` });
  if (isSet(process?.apparmorProfile) && security.apparmor === "off") {
    const message = "unable to apply apparmor profile: AppArmor is disabled or not supported on this host";
    throw refuse("/process/apparmorProfile", message, "AppArmor (lsm=…,apparmor)");
  }
  const message = "selinux label is specified in config, but selinux is disabled or not supported"; // in runc's words
  if (isSet(process?.selinuxLabel) && !security.selinux) throw refuse("/process/selinuxLabel", message, "SELinux (selinux=1)");
  if (isSet(linux?.mountLabel) && !security.selinux) throw refuse("/linux/mountLabel", message, "SELinux (selinux=1)");
}

/** What the keyring is made with, and nothing after it. */
export function labelKeyring({ selinuxLabel = "" }: Process, steps: readonly Planned<InitStep>[]): readonly Planned<InitStep>[] {
  if (selinuxLabel === "" || steps.length === 0) return steps;
  const label = (text: string): Planned<InitStep> => writeAttribute("keycreate", text, "/process/selinuxLabel");
  return [label(selinuxLabel), ...steps, label(NONE)];
}

/** An empty write would not reach the kernel. */
const NONE = "\n";

/** Hooks that init runs afterwards are confined too, as with runc. */
export function planExecLabel(
  { apparmorProfile = "", selinuxLabel = "" }: Process,
  { security }: Pick<HostFacts, "security">,
): readonly Planned<InitStep>[] {
  const directory = security.apparmor === "own" ? "apparmor/" : ""; // beside another module the old file is that one's
  return [
    ...(apparmorProfile === "" ? [] : [writeAttribute(`${directory}exec`, `exec ${apparmorProfile}`, "/process/apparmorProfile")]),
    ...(selinuxLabel === "" ? [] : [writeAttribute("exec", selinuxLabel, "/process/selinuxLabel")]),
  ];
}

function writeAttribute(name: string, text: string, origin: string): Planned<InitStep> {
  return { origin, step: { op: "writeProc", file: `self/attr/${name}`, text } };
}

/** A file system that has its own labels, or those of the host, keeps them. */
const OWN_LABELS: ReadonlySet<string> = new Set(["proc", "sysfs", "cgroup", "cgroup2", "mqueue"]);

/** The option by which all files of a new file system get the label. fsconfig(2) takes it as it is. */
export function contextOption({ linux }: Spec, type: string): readonly string[] {
  return isSet(linux?.mountLabel) && !OWN_LABELS.has(type) ? [`context=${linux?.mountLabel}`] : [];
}

/** The same for mount(2), where a comma ends an option. */
export function quotedContext({ linux }: Spec, type: string): readonly string[] {
  return isSet(linux?.mountLabel) && !OWN_LABELS.has(type) ? [`context="${linux?.mountLabel}"`] : [];
}

/** mqueue is mounted by the kernel itself first, without a label: its root gets one afterwards, as with runc. */
export function labelRoot({ linux }: Spec, type: string, slot: number): readonly Planned<InitStep>[] {
  const label = linux?.mountLabel ?? "";
  return label === "" || type !== "mqueue" ? [] : [{ origin: "/linux/mountLabel", step: { op: "labelMount", slot, label } }];
}

function isSet(label: string | undefined): boolean {
  return (label ?? "") !== "";
}
