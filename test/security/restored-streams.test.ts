/**
 * Class: files that the caller of restore gives as streams. CRIU opens them once more as the root of the user namespace, to which they belong meanwhile; a
 * restored container can do no more with them than one that was started with them.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { WITH_CRIU } from "../support/criu.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "user-namespace", "mount-setattr");
const TRIES = "for fd in 0 1 2; do echo planted 2>/dev/null >> /proc/1/fd/$fd || echo refused; done";

test.if(possible)("a restored container opens no stream for what it was not given it for", async () => {
  await using box = await userBox({ script: "while :; do busybox sleep 0.1; done" });
  const images = join(box.directory, "images");
  const look = async (): Promise<unknown> => {
    const { stdout } = await box.call(["exec", box.id, "/bin/sh", "-c", TRIES]);
    const { pid } = await box.state();
    return { stdout, owners: [0, 1, 2].map((fd) => statSync(`/proc/${pid}/fd/${fd}`).uid) };
  };
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  const before = await look();
  await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
  await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], WITH_CRIU);
  expect([before, await look()]).toEqual(Array(2).fill({ stdout: "refused\n".repeat(3), owners: [0, 0, 0] }));
});

test.if(possible)("streams belong to whom they belonged when a restore fails", async () => {
  await using box = await userBox({ script: "while :; do busybox sleep 0.1; done" });
  const images = join(box.directory, "images");
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
  const log = join(box.directory, "log");
  await Bun.write(log, "");
  Bun.spawnSync(["truncate", "--size=1", join(box.rootfs, "bin/busybox")]); // CRIU compares sizes once it has opened files
  const prefix = ["sh", "-c", `exec "$@" 2>> ${log} >> ${log}`, "sh"];
  const failed = await box.call(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], { ...WITH_CRIU, prefix });
  expect([failed.exitCode, statSync(log).uid]).toEqual([1, 0]);
});
