/** Storage drivers of other engines that lamina knows by name, and why it lacks each of them. Pure. */
import type { LayersDriver } from "../../spec/types.ts";
import { type LayerDriver, refused } from "./layer-driver.ts";

type RefusedDriver = Extract<LayersDriver, "aufs" | "zfs" | "devicemapper">;

interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

const REFUSALS: Readonly<Record<RefusedDriver, Refusal>> = {
  aufs: {
    reason: "AUFS was never part of the Linux kernel, and needs a patched one",
    hint: 'omit "driver": overlay does the same, and Linux has had it since 3.18',
  },
  zfs: {
    reason: "ZFS is not part of the Linux kernel, and lamina uses no out-of-tree modules",
    hint: "vfs works on a ZFS dataset; so does overlay since OpenZFS 2.2",
  },
  devicemapper: {
    reason:
      "the device mapper makes block devices, not directories: it needs a thin pool and a file system per layer, and Docker removed it in version 25",
    hint: 'omit "driver": overlay needs none of that',
  },
};

export function refuseDriver(name: RefusedDriver): LayerDriver {
  return ({ layers: { driver } }) => {
    const { reason, hint } = REFUSALS[name];
    throw refused("unsupported", reason, driver.origin, hint);
  };
}

/** Undefined for a driver that lamina has. */
export function refusalOf(name: string): Refusal | undefined {
  return Object.entries(REFUSALS).find(([known]) => known === name)?.[1];
}
