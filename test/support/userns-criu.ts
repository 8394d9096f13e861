/** Containers with a user namespace that are written down and made anew. */
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { type ShellOptions, shellBox, WITH_CRIU } from "./criu.ts";
import { type JsonObject, merge } from "./json.ts";
import type { CallOptions, Sandbox } from "./sandbox.ts";

/** Of ids 0 to 65535. */
export const FIRST_ID = 100_000;
export const MAPS = [{ containerID: 0, hostID: FIRST_ID, size: 65_536 }];
export const USER_NAMESPACE: JsonObject = {
  namespaces: ["pid", "network", "ipc", "uts", "mount", "user"].map((type) => ({ type })),
  uidMappings: MAPS,
  gidMappings: MAPS,
};

/** As shellBox; root and the host's directory belong to the container's root. */
export async function userBox({ config = {}, ...options }: ShellOptions = {}): Promise<Sandbox> {
  const box = await shellBox({ ...options, config: merge({ linux: USER_NAMESPACE }, config) });
  chmodSync(box.directory, 0o755);
  const given = Bun.spawnSync(["chown", "-R", `${FIRST_ID}:${FIRST_ID}`, box.rootfs, box.host]);
  if (!given.success) throw new Error(`chown: ${given.stderr}`);
  return box;
}

/** The container's mounts, without what is new each time: ids, and numbers of file systems. */
export async function mountsOf(box: Sandbox): Promise<string[]> {
  const { pid } = await box.state();
  return readFileSync(`/proc/${pid}/mountinfo`, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .split(" ")
        .slice(3)
        .join(" ")
        .replaceAll(/(master|shared):\d+/g, "$1"),
    )
    .sort();
}

/** A mount namespace in which all mounts are shared, as systemd has them, after `script`; calls with `there` are in it. */
export async function sharedMounts(script: string): Promise<AsyncDisposable & { readonly there: CallOptions }> {
  const words = `${script} && mount --make-rshared / && echo ready && exec sleep 1000`;
  const holder = Bun.spawn(["unshare", "--mount", "--propagation", "private", "sh", "-c", words], { stdio: ["ignore", "pipe", "inherit"] });
  await holder.stdout.getReader().read();
  if (!existsSync(`/proc/${holder.pid}/ns/mnt`)) throw new Error(`cannot share mounts after: ${script}`);
  return {
    there: { prefix: ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`], ...WITH_CRIU },
    async [Symbol.asyncDispose]() {
      holder.kill();
      await holder.exited;
    },
  };
}
