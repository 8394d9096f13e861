/**
 * CRIU mounts cgroup2 for itself, without options, and the kernel takes the options of the newest mount for all of them: `nsdelegate`, by which a
 * container cannot change the limits of a cgroup that is given to it, would be gone from the whole host (cgroups(7), Cgroup delegation containment).
 */
import { reconfigure } from "../../sys/kernel/filesystem-context.ts";
import { type Mount, readMounts } from "../facts/mount-table.ts";

export class Cgroup2Options implements Disposable {
  readonly #before = findCgroup2();

  /** Gives the host's cgroup2 back what it had. */
  [Symbol.dispose](): void {
    if (this.#before === undefined) return;
    const { mountPoint, superOptions } = this.#before;
    if (findCgroup2()?.superOptions !== superOptions) reconfigure(mountPoint, superOptions.split(",").slice(1)); // the first is rw or ro
  }
}

function findCgroup2(): Mount | undefined {
  return readMounts().find(({ type }) => type === "cgroup2");
}
