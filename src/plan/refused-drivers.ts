/** Storage drivers of other engines that lamina knows by name, and why each of them is not here. Pure. */
import type { LayersDriver } from "../spec/types.ts";
import { type LayerDriver, refused } from "./layer-driver.ts";

type RefusedDriver = Extract<LayersDriver, "aufs" | "zfs" | "devicemapper">;

interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

const REFUSALS: Readonly<Record<RefusedDriver, Refusal>> = {
  aufs: {
    reason: "AUFS was never part of the Linux kernel, and takes a patched one",
    hint: 'leave "driver" out: overlay does the same, and Linux has it since 3.18',
  },
  zfs: {
    reason: "ZFS is not part of the Linux kernel, and lamina uses no modules from outside of it",
    hint: "on a ZFS data set vfs works; so does overlay since OpenZFS 2.2",
  },
  devicemapper: {
    reason:
      "the device mapper makes block devices, not directories: it takes a thin pool, a file system for each layer, and Docker removed it with version 25",
    hint: 'leave "driver" out: overlay needs none of that',
  },
};

export function refuseDriver(name: RefusedDriver): LayerDriver {
  return ({ layers: { driver } }) => {
    const { reason, hint } = REFUSALS[name];
    throw refused("unsupported", reason, driver.origin, hint);
  };
}

/** undefined for a driver that lamina has. */
export function refusalOf(name: string): Refusal | undefined {
  return Object.entries(REFUSALS).find(([known]) => known === name)?.[1];
}
