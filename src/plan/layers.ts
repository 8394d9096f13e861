/** layers.json → the container's root, by the storage driver that it names. Pure: what directories there are arrives as facts. */
import type { LayersDriver } from "../spec/types.ts";
import { type LayerDriver, type LayersInput, type LayersPlan, refused } from "./layer-driver.ts";
import { isolates } from "./namespaces.ts";
import { planOverlay } from "./overlay-driver.ts";

const DRIVERS: Readonly<Record<LayersDriver, LayerDriver>> = {
  overlay: planOverlay,
  "fuse-overlayfs": refuseDriver,
  vfs: refuseDriver,
  btrfs: refuseDriver,
};

export function planLayers(input: Omit<LayersInput, "top">): LayersPlan {
  const { layers, namespaces } = input;
  if (!isolates(namespaces, "mount")) {
    const hint = 'add {"type": "mount"} to linux.namespaces';
    throw refused("config", "the container shares the host's mount namespace", "/linux/namespaces", hint);
  }
  const top = layers.lower.at(-1);
  if (top === undefined) throw refused("config", "there are none", layers.origin, "list at least one directory");
  return DRIVERS[layers.driver.name]({ ...input, top });
}

function refuseDriver({ layers: { driver } }: LayersInput): LayersPlan {
  const reason = `this version of lamina has no driver ${JSON.stringify(driver.name)}`;
  throw refused("unsupported", reason, driver.origin, 'leave "driver" out: overlay is built in');
}
