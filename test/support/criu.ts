/** Containers that are written down and made anew by a real CRIU. */
import { chmodSync, copyFileSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCriu } from "../../scripts/unpack-criu.ts";
import type { JsonObject } from "./json.ts";
import { staticBusybox } from "./requires.ts";
import { type Sandbox, type SandboxOptions, sandbox } from "./sandbox.ts";
import type { Files } from "./temp-dir.ts";
import { until } from "./until.ts";

/** For calls of lamina: PATH with criu in it. */
export const WITH_CRIU = { env: { PATH: `${findCriu() ?? "/nowhere"}:${process.env.PATH ?? ""}` } } as const;

/**
 * Counts in a directory of the host's, and goes on where it was only if its memory is what it was. What changes is a link: a file that is open
 * when it is written down would have to be the same whenever it is restored. A child changes streams, since init's are looked at.
 */
const COUNTER =
  "n=0; while :; do n=$((n+1)); (busybox ln -s $n /host/next; busybox mv /host/next /host/count) 2>/dev/null; busybox sleep 0.02; done";

export const HOST_BIND: JsonObject = { destination: "/host", type: "bind", source: "@HOST@", options: ["rbind"] };

export interface ShellOptions extends SandboxOptions {
  readonly script?: string;
  readonly config?: JsonObject;
  readonly mounts?: readonly JsonObject[];
  readonly host?: Files;
}

/** A bundle with a shell that executes `script`, and the host's directory at /host. */
export async function shellBox({ script = COUNTER, config = {}, mounts = [], host = {}, ...options }: ShellOptions = {}): Promise<Sandbox> {
  const box = await sandbox({ args: ["/bin/sh", "-c", script], config, mounts: [HOST_BIND, ...mounts], host }, options);
  copyFileSync(staticBusybox() ?? "", join(box.rootfs, "bin/busybox"));
  symlinkSync("busybox", join(box.rootfs, "bin/sh"));
  return box;
}

export function countOf(box: Sandbox): number {
  const count = join(box.host, "count");
  return lstatSync(count, { throwIfNoEntry: false }) === undefined ? 0 : Number(readlinkSync(count));
}

/** Waits until it has counted on from `from`; returns how far. */
export async function counts(box: Sandbox, from = 0): Promise<number> {
  await until(
    `${box.id} counts on from ${from}`,
    async () => countOf(box) > from + 2,
    async () => `it is at ${countOf(box)}`,
  );
  return countOf(box);
}

/** A directory for PATH with a criu that only says what it is told to: to any request, these bytes in hexadecimal; to none of them, it ends with status 3. */
export function fakeCriu(directory: string, replies: Readonly<Record<string, string>>): string {
  const path = join(directory, "fake");
  mkdirSync(path, { recursive: true });
  copyFileSync(join(import.meta.dirname, "fake-criu.ts"), join(path, "fake-criu.ts"));
  writeFileSync(join(path, "replies.json"), JSON.stringify(replies));
  writeFileSync(join(path, "criu"), `#!/bin/sh\nexec ${process.execPath} ${path}/fake-criu.ts "$@" 2>>${path}/errors\n`);
  chmodSync(join(path, "criu"), 0o755);
  return path;
}

/** The requests that it was given, in hexadecimal. */
export function requestsTo(fake: string): string[] {
  return readFileSync(join(fake, "requests"), "utf8").trimEnd().split("\n");
}
