/** Whether devices of `linux.netDevices` can have their names in the container, and can go there at all: before the first of them goes. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import type { MoveStep } from "../../plan/namespaces/net-devices.ts";
import type { Planned } from "../../plan/steps/step.ts";
import type { NetworkDevice } from "../../sys/kernel/network-device.ts";

/** In case a name is refused. */
export const NAME_HINT = "give it another name, or one that ends with %d, for which the kernel chooses a number";

/** Throws for the first device that cannot be moved. A template is the kernel's to fill in. */
export function requireMovable(steps: readonly Planned<MoveStep>[], host: readonly NetworkDevice[], there: readonly NetworkDevice[]): void {
  const taken = new Set(there.flatMap(({ name, otherNames }) => [name, ...otherNames]));
  const moves = steps.map(({ step, origin }) => ({ step, origin, device: requireDevice(step.device, host, origin) }));
  const newNames = new Set(steps.map(({ step }) => step.name));
  for (const { step, origin, device } of moves) {
    const refuse = (why: string, detail: RuntimeError["detail"]): RuntimeError =>
      new RuntimeError("kernel", `cannot move network device ${step.device}: ${why}`, { ...detail, pointer: origin });
    if (device.isFixed) throw refuse("the kernel keeps it in its network namespace", {});
    if (taken.has(step.name))
      throw refuse(`the container has one already that is called ${step.name}`, { errno: "EEXIST", hint: NAME_HINT });
    const inTheWay = device.otherNames.find((name) => taken.has(name) || newNames.has(name));
    if (inTheWay !== undefined) {
      const hint = `ip link property del dev ${step.device} altname ${inTheWay} takes it away`;
      const whose = inTheWay === step.name ? "it is to be called" : "another one there is called";
      throw refuse(`its alternative name ${inTheWay} goes along, and is what ${whose}`, { errno: "EEXIST", hint });
    }
  }
}

export function requireDevice(wanted: string, host: readonly NetworkDevice[], pointer: string): NetworkDevice {
  const device = host.find(({ name }) => name === wanted);
  if (device !== undefined) return device;
  throw new RuntimeError("kernel", `cannot move network device ${wanted}: the host has none of that name`, { pointer });
}
