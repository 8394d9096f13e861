/** layers.json → the container's root, by the storage driver that it names. Pure: which directories exist arrives as facts. */
import { RuntimeError } from "../../base/errors.ts";
import type { LayersDriver } from "../../spec/types.ts";
import { isolates } from "../namespaces/namespaces.ts";
import { planFuse } from "./fuse-driver.ts";
import { type LayerDriver, type LayersInput, type LayersPlan, refused } from "./layer-driver.ts";
import { planOverlay } from "./overlay-driver.ts";
import { refusalOf, refuseDriver } from "./refused-drivers.ts";
import { planBtrfs, planVfs } from "./tree-drivers.ts";

const DRIVERS: Readonly<Record<LayersDriver, LayerDriver>> = {
  overlay: planOverlay,
  "fuse-overlayfs": planFuse,
  vfs: planVfs,
  btrfs: planBtrfs,
  aufs: refuseDriver("aufs"),
  zfs: refuseDriver("zfs"),
  devicemapper: refuseDriver("devicemapper"),
};

export function planLayers(input: Omit<LayersInput, "top">): LayersPlan {
  const { layers, namespaces } = input;
  if (!isolates(namespaces, "mount")) {
    const hint = 'add {"type": "mount"} to linux.namespaces';
    throw refused("config", "the container shares the host's mount namespace", "/linux/namespaces", hint);
  }
  const top = layers.lower.at(-1);
  if (top === undefined) throw refused("config", "the list is empty", layers.origin, "list at least one directory");
  return DRIVERS[layers.driver.name]({ ...input, top });
}

/** A driver's name from the command line. Throws "usage" if it is unknown, "unsupported" with the reason if lamina lacks that driver. */
export function requireDriver(name: string): LayersDriver {
  const refusal = refusalOf(name);
  if (refusal !== undefined) throw new RuntimeError("unsupported", `cannot use driver ${name}: ${refusal.reason}`, { hint: refusal.hint });
  if (isDriver(name)) return name;
  const accepted = Object.keys(DRIVERS).filter((known) => refusalOf(known) === undefined);
  throw new RuntimeError("usage", `cannot use driver ${JSON.stringify(name)}: accepted are ${accepted.join(", ")}`);
}

function isDriver(name: string): name is LayersDriver {
  return Object.hasOwn(DRIVERS, name);
}
