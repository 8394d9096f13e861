/** Plans of mounts for unit tests: the machine by the name of its facts, the steps in words. */
import { describeStep } from "../../../../src/plan/describe.ts";
import type { Facts } from "../../../../src/plan/facts.ts";
import { parseMounts } from "../../../../src/plan/mounts/mount-entry.ts";
import { type MountPlan, planMounts } from "../../../../src/plan/mounts/mounts.ts";
import { parseNamespaces } from "../../../../src/plan/namespaces/namespaces.ts";
import type { InitStep, Planned } from "../../../../src/plan/steps/step.ts";
import type { Mount, NamespaceType, Spec } from "../../../../src/spec/types.ts";
import { FACTS } from "../../../plan/facts.ts";

export const MAPPINGS = [{ containerID: 0, hostID: 100000, size: 65536 }];

interface Surroundings {
  readonly types?: readonly NamespaceType[];
  readonly facts?: string;
}

export function plan(mounts: readonly Mount[], { types = ["mount"], facts = "root" }: Surroundings = {}): MountPlan {
  return planSpec(
    {
      ociVersion: "1.3.0",
      mounts: [...mounts],
      linux: {
        namespaces: types.map((type) => ({ type })),
        ...(types.includes("user") ? { uidMappings: MAPPINGS, gidMappings: MAPPINGS } : {}),
      },
    },
    facts,
  );
}

export function planSpec(spec: Spec, facts = "root"): MountPlan {
  return planMounts(parseMounts(spec), { spec, facts: factsOf(facts), namespaces: parseNamespaces(spec), cgroupPaths: {} });
}

export function factsOf(name: string): Facts {
  const facts = FACTS[name];
  if (facts === undefined) throw new Error(`no facts are called ${name}`);
  return facts;
}

export function words(steps: readonly Planned<InitStep>[]): string[] {
  return steps.map(({ step }) => describeStep(step));
}

export function bind(...options: string[]): Mount {
  return { destination: "/data", source: "/srv", options: ["bind", ...options] };
}
