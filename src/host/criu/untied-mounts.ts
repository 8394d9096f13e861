/** Ties a container's mounts to the host's, which CRIU was not told of (plan/criu/mount-image.ts), before its processes go on. */
import type { Fd } from "../../sys/call/fd.ts";
import { OPEN, openFile } from "../../sys/file/file.ts";
import { tieMount } from "../../sys/kernel/mount.ts";
import type { Mount } from "../facts/mount-table.ts";
import { openNamed, requireNamed } from "./named-mounts.ts";

/** `mounts` are those of process `pid`, and `untied` mounts of the same by name, which are tied. */
export function tieMounts(pid: number, mounts: readonly Mount[], untied: ReadonlyMap<string, Fd>): void {
  const wanted = mounts.filter(({ mountPoint, isTied }) => untied.has(mountPoint) && !isTied);
  if (wanted.length === 0) return;
  using stack = new DisposableStack();
  const namespace = stack.use(openFile(`/proc/${pid}/ns/mnt`, OPEN.read));
  for (const one of openNamed(namespace, wanted, { stack, isCached: false })) {
    const from = untied.get(one.mount.mountPoint);
    const what = `the mount on ${JSON.stringify(one.mount.mountPoint)}`;
    if (from !== undefined) tieMount(requireNamed(one, what), from, what);
  }
}
