/** Gives a container's mounts the flags back that they have lost on their way through CRIU, before its processes go on. */
import { RuntimeError } from "../../base/errors.ts";
import { findLostFlags, type WantedFlags } from "../../plan/criu/restored-flags.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { changeMount, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";
import { openNamed } from "./named-mounts.ts";

/** `mounts` are those of process `pid`. */
export function giveFlagsBack(pid: number, mounts: readonly Mount[], wanted: WantedFlags): void {
  const changes = new Map(findLostFlags(mounts, wanted).map(({ mount, ...change }) => [mount, change]));
  if (changes.size === 0) return;
  using stack = new DisposableStack();
  const namespace = stack.use(openFile(`/proc/${pid}/ns/mnt`, OPEN.read));
  const named = openNamed(namespace, [...changes.keys()], { stack, isCached: false });
  whileInMountNamespace(namespace, () => {
    for (const { mount, file } of named) {
      const change = changes.get(mount);
      if (file === undefined || change === undefined) throw hidden(mount);
      changeMount(file, change, `the mount on ${JSON.stringify(mount.mountPoint)}`);
    }
  });
}

function hidden({ mountPoint }: Mount): RuntimeError {
  return new RuntimeError("integrity", `cannot restore the flags of the mount on ${JSON.stringify(mountPoint)}: its name leads elsewhere`, {
    hint: "did somebody change the root file system while CRIU worked?",
  });
}
