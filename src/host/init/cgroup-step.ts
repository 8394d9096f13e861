/** Carries out the steps of a plan that are about cgroups, by lamina's own hands or systemd's. It decides nothing. */
import type { HostPath } from "../../base/paths.ts";
import { carryOutSteps } from "../../plan/steps/carry-out.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import type { Planned } from "../../plan/steps/step.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { attachDeviceProgram } from "../../sys/kernel/bpf.ts";
import { chownCgroup, enableControllers, inheritCgroup, makeCgroup, passRealtime, writeCgroup } from "../cgroup/cgroup.ts";
import { carryOutResctrlStep } from "../cgroup/resctrl.ts";
import { attachToUnit, setUnitProperties, startUnit } from "../systemd.ts";

type CgroupStep = Extract<
  HostStep,
  {
    readonly op:
      | "makeCgroup"
      | "writeCgroup"
      | "inheritCgroup"
      | "passRealtime"
      | "enableControllers"
      | "chownCgroup"
      | "startUnit"
      | "setUnitProperties"
      | "attachToUnit"
      | "attachDeviceProgram"
      | "moveToCgroup"
      | "makeResctrlGroup"
      | "writeSchemata"
      | "enterResctrl";
  }
>;

/** `pid` is that of init's stage. */
export function carryOutCgroupStep(step: CgroupStep, origin: string, pid: number): unknown {
  switch (step.op) {
    case "makeCgroup":
      return makeCgroup(step.path, origin);
    case "writeCgroup":
      return writeCgroup(step.file, step.text, origin);
    case "inheritCgroup":
      return inheritCgroup(step.directory, step.file);
    case "passRealtime":
      return passRealtime(step, origin);
    case "enableControllers":
      return enableControllers(step.directory, step.controllers);
    case "chownCgroup":
      return chownCgroup(step.path, step.uid);
    case "startUnit":
      return startUnit(step, pid, origin);
    case "setUnitProperties":
      return setUnitProperties(step, origin);
    case "attachToUnit":
      return attachToUnit(step, pid);
    case "attachDeviceProgram":
      return attachDevices(step.path, step.program);
    case "moveToCgroup":
      return writeCgroup(step.file, String(pid), origin);
    case "makeResctrlGroup":
    case "writeSchemata":
    case "enterResctrl":
      return carryOutResctrlStep(step, origin, pid);
    default:
      return step satisfies never;
  }
}

/** Steps that are for a process that is there already, which other ones than these are not. `warn` hears of what the plan can do without. */
export function carryOutLate(steps: readonly Planned<HostStep>[], pid: number, warn: (message: string) => void): void {
  // the plan has no others behind the point where init is ready
  carryOutSteps(steps, ({ step, origin }) => carryOutCgroupStep(step as CgroupStep, origin, pid), warn);
}

function attachDevices(path: HostPath, program: readonly bigint[]): void {
  using directory = openFile(path, OPEN.read | OPEN.directory);
  attachDeviceProgram(directory, program);
}
