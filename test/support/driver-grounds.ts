/** What each storage driver needs from the machine, and a place for its bundles and store: the rows of test/e2e/layer-drivers.test.ts. */
import type { LayersDriver } from "../../src/spec/types.ts";
import { btrfsGround } from "./btrfs-ground.ts";
import { remainingServers } from "./fuse-servers.ts";
import { requires } from "./requires.ts";
import { tempDir } from "./temp-dir.ts";

/** A directory on a file system that the driver works on. */
export interface Ground extends AsyncDisposable {
  readonly path: string;
  /** What the driver has made there besides files and nobody has removed. */
  /** Removes what Node cannot remove below a path, once it no longer matters. */
  readonly clear?: (path: string) => void;
  readonly leftovers: () => readonly string[] | Promise<readonly string[]>;
}

export interface DriverRow {
  readonly driver: LayersDriver;
  /** False, with the reason printed, if the machine lacks something. */
  readonly isPossible: () => boolean;
  readonly open: () => Promise<Ground>;
}

async function anyDirectory(): Promise<Ground> {
  const directory = await tempDir();
  return { path: directory.path, leftovers: () => [], [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

async function directoryOfServers(): Promise<Ground> {
  const ground = await anyDirectory();
  return { ...ground, leftovers: () => remainingServers(ground.path) };
}

export const DRIVER_ROWS: readonly DriverRow[] = [
  { driver: "overlay", isPossible: () => requires("root", "busybox"), open: anyDirectory },
  {
    driver: "fuse-overlayfs",
    isPossible: () => requires("root", "busybox", "fuse-overlayfs", "fuse-device"),
    open: directoryOfServers,
  },
  { driver: "vfs", isPossible: () => requires("root", "busybox"), open: anyDirectory },
  { driver: "btrfs", isPossible: () => requires("root", "busybox", "btrfs", "btrfs-progs"), open: btrfsGround },
];
