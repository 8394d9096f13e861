/** Gives a container's mounts the flags back that they have lost on their way through CRIU, before its processes go on. */
import { RuntimeError } from "../../base/errors.ts";
import { findLostFlags } from "../../plan/criu/restored-flags.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { changeMount, mountIdOf, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";
import type { CheckpointFiles } from "./checkpoint-files.ts";

/** `mounts` are those of process `pid`. */
export function giveFlagsBack(pid: number, mounts: readonly Mount[], written: CheckpointFiles["mounts"]): void {
  const lost = findLostFlags(mounts, written);
  if (lost.length === 0) return;
  using namespace = openFile(`/proc/${pid}/ns/mnt`, OPEN.read);
  whileInMountNamespace(namespace, () => {
    for (const { mount, ...change } of lost) {
      using opened = openFile(mount.mountPoint, OPEN.path | OPEN.noFollow);
      if (mountIdOf(opened) !== mount.id) throw hidden(mount);
      changeMount(opened, change, `the mount on ${JSON.stringify(mount.mountPoint)}`);
    }
  });
}

function hidden({ mountPoint }: Mount): RuntimeError {
  return new RuntimeError("integrity", `cannot restore the flags of the mount on ${JSON.stringify(mountPoint)}: its name leads elsewhere`, {
    hint: "did somebody change the root file system while CRIU worked?",
  });
}
