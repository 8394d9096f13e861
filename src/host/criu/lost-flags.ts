/** Gives a container's mounts the flags back that they have lost on their way through CRIU, before its processes go on. */
import { findLostFlags, type WantedFlags } from "../../plan/criu/restored-flags.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { changeMount, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";
import { openNamed, requireNamed } from "./named-mounts.ts";

/** `mounts` are those of process `pid`. */
export function giveFlagsBack(pid: number, mounts: readonly Mount[], wanted: WantedFlags): void {
  const changes = new Map(findLostFlags(mounts, wanted).map(({ mount, ...change }) => [mount, change]));
  if (changes.size === 0) return;
  using stack = new DisposableStack();
  const namespace = stack.use(openFile(`/proc/${pid}/ns/mnt`, OPEN.read));
  const named = openNamed(namespace, [...changes.keys()], { stack, isCached: false });
  whileInMountNamespace(namespace, () => {
    for (const one of named) {
      const what = `the mount on ${JSON.stringify(one.mount.mountPoint)}`;
      const change = changes.get(one.mount);
      if (change !== undefined) changeMount(requireNamed(one, `the flags of ${what}`), change, what);
    }
  });
}
