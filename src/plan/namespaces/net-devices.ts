/** config.json `linux.netDevices` → network devices of the host that the container gets. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { Linux, Spec } from "../../spec/types.ts";
import type { Facts } from "../facts.ts";
import type { HostStep } from "../steps/host-step.ts";
import type { Planned } from "../steps/step.ts";

export type MoveStep = Extract<HostStep, { readonly op: "moveNetDevice" }>;

export const NET_DEVICES = "/linux/netDevices";

export function hasNetDevices({ linux }: Spec): boolean {
  return linux?.netDevices !== undefined && Object.keys(linux.netDevices).length > 0;
}

/** While init waits in its network namespace, and before any hook or sysctl that is about them. The kernel chooses no name that another one is to get. */
export function planNetDevices(linux: Linux | undefined, { missingNetDevices }: Facts): Planned<HostStep>[] {
  const isShared = linux?.namespaces?.some(({ type, path = "" }) => type === "network" && path !== "") ?? false;
  const planned = Object.entries(linux?.netDevices ?? {}).map(([device, { name = "" }]): Planned<MoveStep> => {
    const origin = `${NET_DEVICES}/${device.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (missingNetDevices.includes(device)) {
      throw new RuntimeError("unsupported", `cannot give the container network device ${device}: the host has none of that name`, {
        pointer: origin,
        hint: "ip link lists those in this network namespace",
      });
    }
    return { origin, step: { op: "moveNetDevice", device, name: name === "" ? device : name, isShared } };
  });
  return planned.toSorted((a, b) => Number(isTemplate(a)) - Number(isTemplate(b)));
}

function isTemplate({ step }: Planned<MoveStep>): boolean {
  return step.name.includes("%d");
}
