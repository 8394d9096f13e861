/** Mounts of a container, opened by their names, which may lead elsewhere: the container can hide a mount by another one. */
import { RuntimeError } from "../../base/errors.ts";
import type { Fd } from "../../sys/call/fd.ts";
import { openMount, whileInMountNamespace } from "../../sys/kernel/mount.ts";
import { type Mount, mountIdOf } from "../facts/mount-table.ts";

export interface NamedMount<M extends Mount> {
  readonly mount: M;
  /** undefined if its name leads elsewhere. */
  readonly file: Fd | undefined;
}

/** `mounts` are of the mount namespace. What is opened belongs to `stack`. */
export function openNamed<M extends Mount>(
  namespace: Fd,
  mounts: readonly M[],
  { stack, isCached }: { readonly stack: DisposableStack; readonly isCached: boolean },
): NamedMount<M>[] {
  const opened = whileInMountNamespace(namespace, () =>
    mounts.map((mount) => ({ mount, file: openMount(mount.mountPoint, { isCached }) })),
  );
  for (const { file } of opened) if (file !== undefined) stack.use(file);
  return opened.map(({ mount, file }) => ({ mount, file: file !== undefined && mountIdOf(file) === mount.id ? file : undefined }));
}

/** Of a restored container. `what` is restored of it. */
export function requireNamed({ file }: NamedMount<Mount>, what: string): Fd {
  if (file !== undefined) return file;
  throw new RuntimeError("integrity", `cannot restore ${what}: its name leads elsewhere`, {
    hint: "did somebody change the root file system while CRIU worked?",
  });
}
