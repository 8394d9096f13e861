/** What host/facts/layer-facts.ts would have found for a bundle's layers.json. */
import { inLayers } from "../../src/base/origin.ts";
import { type HostPath, hostPath } from "../../src/base/paths.ts";
import type { LayerFacts, TreeFacts } from "../../src/plan/facts.ts";
import type { LayersDriver } from "../../src/spec/types.ts";
import { isObject, type Json, type JsonObject } from "../support/json.ts";

const DRIVERS = ["overlay", "fuse-overlayfs", "vfs", "btrfs", "aufs", "zfs", "devicemapper"] as const satisfies readonly LayersDriver[];

/**
 * `"fuse"` is what is known of fuse-overlayfs, by default that it can be used; `"chosenBy"` a type of file system for which
 * the driver was chosen.
 *
 * `{"lower": ["/a"] or a number of layers, "readonly", "volatile", "idmap", "driver", "kernel": [6, 18]}`; all below /store lies
 * on a mount of its own. For drivers that keep trees `"shared": "/store/tree"`, and `"btrfs": {"bundle": "a", "store": "a"}`
 * says which two btrfs these places are on.
 */
export function layerFacts({ lower = [], readonly, volatile, idmap, driver, kernel = [6, 18], ...given }: JsonObject): LayerFacts {
  const names = typeof lower === "number" ? Array.from({ length: lower }, (_, i) => `/${i}`) : arrayOf(lower).map(String);
  const [major = 0, minor = 0] = arrayOf(kernel).map(Number);
  const mountOf = (path: string): HostPath => hostPath(path.startsWith("/store/") ? "/store" : "/");
  const upper = hostPath("/bundle/upper");
  return {
    origin: inLayers("/layers"),
    lower: names.map((path, i) => ({ path: hostPath(path), mount: mountOf(path), origin: inLayers(`/layers/${i}`) })),
    writable: readonly === true ? undefined : { upper, work: hostPath("/bundle/work"), mount: mountOf(upper), origin: inLayers("") },
    tree: treeFacts(given),
    isVolatile: volatile === true,
    driver: {
      name: DRIVERS.find((name) => name === driver) ?? "overlay",
      origin: inLayers("/driver"),
      ...(typeof given.chosenBy === "string" ? { chosenBy: given.chosenBy } : {}),
    },
    ...(driver === "fuse-overlayfs" ? { fuse: fuseFacts(given.fuse) } : {}),
    idmap: idmap === true ? inLayers("/options/idmap") : undefined,
    kernel: { major, minor },
  };
}

function fuseFacts(fuse: Json | undefined = { program: "/usr/bin/fuse-overlayfs" }): NonNullable<LayerFacts["fuse"]> {
  const { program, device } = isObject(fuse) ? fuse : {};
  return {
    program: typeof program === "string" ? hostPath(program) : undefined,
    device: typeof device === "string" ? device : undefined,
  };
}

function treeFacts({ shared, btrfs }: JsonObject): TreeFacts {
  const { bundle, store } = isObject(btrfs) ? btrfs : {};
  const textOf = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    path: hostPath("/bundle/upper"),
    origin: inLayers(""),
    shared: typeof shared === "string" ? hostPath(shared) : undefined,
    fileSystem: textOf(bundle),
    sharedFileSystem: textOf(store),
  };
}

function arrayOf<T>(value: T): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
