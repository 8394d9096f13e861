/** Copying an image's content into the file system that will cover it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, chown, copyFile, lutimes, mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { buildNative, nativeOutput } from "../../scripts/build-native.ts";
import { guestPath } from "../../src/base/paths.ts";
import type { InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");

function copyUp(path: string): InitStep[] {
  return [
    { op: "newFilesystem", slot: 1, type: "tmpfs", source: "tmpfs", options: ["size=4m"], attributes: 0n },
    { op: "copyUp", slot: 1, source: guestPath(path) },
    { op: "attach", slot: 1, target: guestPath(path), guard: 0 },
    { op: "pivotRoot" },
  ];
}

test.if(possible)("a sparse file of a terabyte takes no more memory than its data", async () => {
  await using trial = await makeTrial({ "d/before": "1" });
  const made = Bun.spawnSync(["sh", "-c", "printf begin > big && truncate -s 1T big && printf end >> big && truncate -s 2T big"], {
    cwd: join(trial.rootfs, "d"),
  });
  if (!made.success) throw new Error(made.stderr.toString());
  const script =
    "cd /d; busybox stat -c '%n %s' *; busybox head -c 5 big; echo; busybox dd if=big bs=1M skip=1M count=1 2>&1 | busybox head -c 3; echo";
  expect(await trial.run([...inRoot(trial.rootfs), ...copyUp("/d"), ...shell(script)])).toBe(
    "before 1\nbig 2199023255552\nbegin\nend\nexit 0\n",
  );
});

test.if(possible)("modes, owners, times, contents, links and pipes are copied, and the image stays as it is", async () => {
  const large = "0123456789abcdef".repeat(80_000);
  await using trial = await makeTrial({ "d/sub/file": "text", "d/link": { link: "@OUTSIDE@/secret" }, "d/large": large, "d/set": "" });
  const at = (name: string): string => join(trial.rootfs, "d", name);
  if (!Bun.spawnSync(["mkfifo", "-m", "0615", at("pipe")]).success) throw new Error("cannot make a pipe");
  await chown(at("set"), 12, 13);
  await chmod(at("set"), 0o6755);
  await chown(at("sub"), 14, 15);
  await chmod(at("sub"), 0o1700);
  await utimes(at("sub/file"), 1000, 2000);
  await utimes(at("sub"), 3000, 4000);
  await lutimes(at("link"), 5000, 6000);

  const script = [
    "cd /d; busybox stat -c '%n %A %u:%g %X %Y' sub sub/file",
    "busybox stat -c '%n %A %u:%g' pipe set; busybox stat -c '%N %Y' link; busybox cat sub/file; echo",
    "busybox md5sum < large; busybox stat -f -c %T .; echo changed > sub/file; echo > new",
  ].join("; ");
  const output = await trial.run([...inRoot(trial.rootfs), ...copyUp("/d"), ...shell(script)]);
  expect(output.split("\n")).toEqual([
    "sub drwx-----T 14:15 3000 4000",
    "sub/file -rw-r--r-- 0:0 1000 2000",
    "pipe prw---xr-x 0:0",
    "set -rwsr-sr-x 12:13",
    `'link' -> '${trial.outside}/secret' 6000`,
    "text",
    `${new Bun.CryptoHasher("md5").update(large).digest("hex")}  -`,
    "tmpfs",
    "exit 0",
    "",
  ]);
  expect(await Bun.file(at("sub/file")).text()).toBe("text");
});

test.if(possible)("extended attributes are copied", async () => {
  await using trial = await makeTrial({ "d/file": "" });
  const xattr = await buildNative({
    out: nativeOutput("test-xattr"),
    sources: [join(import.meta.dirname, "xattr.c")],
    included: [],
    sanitize: false,
  });
  await copyFile(xattr, join(trial.rootfs, "bin/xattr"));
  const set = Bun.spawnSync([xattr, join(trial.rootfs, "d/file"), "trusted.colour", "blue"]);
  expect(set.exitCode).toBe(0);
  expect(await trial.run([...inRoot(trial.rootfs), ...copyUp("/d"), ...shell("xattr /d/file trusted.colour")])).toBe("blue\nexit 0\n");
});

test.if(possible).each<[string, string]>([
  ["missing", "/none"],
  ["a link to a directory of the host that the root does not have", "/link"],
])("a directory that is %s leaves an empty file system", async (_, path) => {
  await using trial = await makeTrial({ link: { link: "@OUTSIDE@" } });
  expect(await trial.run([...inRoot(trial.rootfs), ...copyUp(path), ...shell(`busybox find ${path}/`)])).toBe(`${path}/\nexit 0\n`);
});

test.if(possible)("a tree deeper than any honest one is refused", async () => {
  await using trial = await makeTrial();
  await mkdir(join(trial.rootfs, "d", ...Array<string>(200).fill("x")), { recursive: true });
  expect(await trial.run([...inRoot(trial.rootfs), ...copyUp("/d")])).toBe("failed step 5: ELOOP\nexit 1\n");
});

test.if(possible)("what does not fit fails the step", async () => {
  await using trial = await makeTrial({ "d/large": "x".repeat(5 << 20) });
  expect(await trial.run([...inRoot(trial.rootfs), ...copyUp("/d")])).toBe("failed step 5: ENOSPC\nexit 1\n");
});
