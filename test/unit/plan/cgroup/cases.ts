/** Hosts and abbreviations for the tests of cgroup planning. */

import { RuntimeError } from "../../../../src/base/errors.ts";
import { hostPath } from "../../../../src/base/paths.ts";
import { planCgroup } from "../../../../src/plan/cgroup/phases.ts";
import { describeHostStep } from "../../../../src/plan/describe.ts";
import type { CgroupFacts, CgroupHierarchy } from "../../../../src/plan/facts.ts";
import type { HostStep } from "../../../../src/plan/steps/host-step.ts";
import type { Planned } from "../../../../src/plan/steps/step.ts";
import type { Resources } from "../../../../src/spec/types.ts";

export const ROOT = "/sys/fs/cgroup";

export function hierarchy(name: string, ...controllers: string[]): CgroupHierarchy {
  return { controllers, mountPoint: hostPath(`${ROOT}/${name}`), ownPath: "/", writable: true };
}

/** A machine with systemd's hybrid layout: cpu and cpuacct together, cgroup2 without controllers. */
export const HYBRID: CgroupFacts = {
  mode: "hybrid",
  hierarchies: [
    hierarchy("cpu,cpuacct", "cpu", "cpuacct"),
    hierarchy("cpuset", "cpuset"),
    { ...hierarchy("memory", "memory"), ownPath: "/session/1" },
    hierarchy("devices", "devices"),
    hierarchy("pids", "pids"),
    hierarchy("blkio", "blkio"),
    hierarchy("systemd", "name=systemd"),
    hierarchy("unified"),
  ],
  availableControllers: [],
  rootless: false,
};

export const V2: CgroupFacts = {
  mode: "v2",
  hierarchies: [{ controllers: [], mountPoint: hostPath(ROOT), ownPath: "/user.slice/session-1.scope", writable: true }],
  availableControllers: ["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma"],
  rootless: false,
};

export const ROOTLESS: CgroupFacts = { ...V2, rootless: true, hierarchies: V2.hierarchies.map((one) => ({ ...one, writable: false })) };

export const NONE: CgroupFacts = { mode: "none", hierarchies: [], availableControllers: [], rootless: false };

export const WITH_HUGETLB: CgroupFacts = { ...HYBRID, hierarchies: [...HYBRID.hierarchies, hierarchy("hugetlb", "hugetlb")] };

export function plan(facts: CgroupFacts, resources?: Resources, cgroupsPath?: string): ReturnType<typeof planCgroup> {
  return planCgroup({ facts, resources, cgroupsPath, id: "c1" });
}

export function text({ step, origin, onFailure = "stop" }: Planned<HostStep>): string {
  return `${describeHostStep(step).replaceAll(`${ROOT}/`, "")}${onFailure === "stop" ? "" : ` (${onFailure})`} < ${origin}`;
}

/** The writes for config.json's limits, without those for devices. */
export function writes(facts: CgroupFacts, resources: Resources): string[] {
  const { before, after } = plan(facts, resources, "/c");
  const isLimit = ({ origin }: Planned<HostStep>): boolean => origin.startsWith("/linux/resources/") && !origin.includes("/devices");
  return [...before.filter(isLimit).map(text), ...after.map((one) => `later: ${text(one)}`)].map((line) =>
    line.replaceAll("/linux/resources", ""),
  );
}

export function refusal(action: () => unknown): { code: string; message: string; pointer: string | undefined } {
  try {
    action();
  } catch (error) {
    if (error instanceof RuntimeError) return { code: error.code, message: error.message, pointer: error.detail.pointer };
    throw error;
  }
  throw new Error("nothing was refused");
}
