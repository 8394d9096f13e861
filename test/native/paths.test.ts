/** Links in an image: nothing that a plan makes in the container lands outside it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { guestPath } from "../../src/base/paths.ts";
import { GUARD, type InitStep } from "../../src/plan/steps/step.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import type { Files } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { inRoot, makeTrial, shell } from "./run-plan.ts";

setDefaultTimeout(TEST_TIMEOUT); // the first test builds init

const possible = requires("root", "busybox");

function tmpfsOn(target: string, guard = 0): InitStep[] {
  return [
    { op: "newFilesystem", slot: 1, type: "tmpfs", source: "tmpfs", options: [], attributes: 0n },
    { op: "attach", slot: 1, target: guestPath(target), guard },
  ];
}

test.if(possible).each<[string, Files, string, string]>([
  ["a missing path", {}, "/a/b/c", "a/b/c"],
  ["a link to the host", { link: { link: "@OUTSIDE@" } }, "/link/new", "@OUTSIDE@/new"],
  ["a link that climbs", { link: { link: "../../../../../../climbed" } }, "/link/new", "climbed/new"],
  ["a chain of dangling links", { a: { link: "b/../c" }, c: { link: "/d/e" } }, "/a", "d/e"],
  ["a dangling link with a slash at its end", { a: { link: "b/" } }, "/a/x", "b/x"],
  ["a link in the middle", { "real/.keep": "", a: { link: "/real" } }, "/a/b", "real/b"],
])("%s is created inside the root", async (_, files, target, created) => {
  await using trial = await makeTrial(files);
  const place = created.replace("@OUTSIDE@", trial.outside);
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    ...tmpfsOn(target),
    { op: "pivotRoot" },
    ...shell(`busybox stat -f -c %T /${place}`),
  ]);
  expect(output).toBe("tmpfs\nexit 0\n");
  expect((await stat(join(trial.rootfs, place))).isDirectory()).toBe(true);
  expect(await readdir(trial.outside)).toEqual(["secret"]);
});

test.if(possible).each<[string, Files, readonly InitStep[], string]>([
  ["a loop of links", { a: { link: "b" }, b: { link: "a" } }, tmpfsOn("/a/c"), "ELOOP"],
  ["a loop through what is missing", { a: { link: "missing/../a" } }, tmpfsOn("/a"), "ELOOP"],
  ["a link where a directory is demanded", { proc: { link: "tmp" } }, tmpfsOn("/proc", GUARD.noSymlinks), "ELOOP"],
  ["a file where a directory is demanded", { proc: "" }, tmpfsOn("/proc", GUARD.noSymlinks), "ENOTDIR"],
  ["a missing target that must not be made", {}, tmpfsOn("/a", GUARD.noCreate), "ENOENT"],
  ["a name longer than a name may be", {}, tmpfsOn(`/${"x".repeat(256)}`), "ENAMETOOLONG"],
  ["a device where a link is", { "dev/null": { link: "@OUTSIDE@/secret" } }, [mknod("/dev/null")], "EEXIST"],
  ["a device where another is", { "dev/null": "" }, [mknod("/dev/null")], "EEXIST"],
  ["a directory as a device's name", {}, [mknod("/")], "EBADMSG"],
])("%s is refused", async (_, files, steps, errno) => {
  await using trial = await makeTrial(files);
  const before = inRoot(trial.rootfs);
  expect(await trial.run([...before, ...steps])).toBe(`failed step ${before.length + steps.length - 1}: ${errno}\nexit 1\n`);
  expect((await stat(join(trial.outside, "secret"))).mode & 0o777).toBe(0o644);
});

test.if(possible)("what lies on procfs is covered only where the plan allows it", async () => {
  await using trial = await makeTrial();
  const proc: InitStep[] = [
    { op: "newFilesystem", slot: 2, type: "proc", source: "proc", options: [], attributes: 0n },
    { op: "attach", slot: 2, target: guestPath("/proc"), guard: GUARD.noSymlinks },
  ];
  const before = [...inRoot(trial.rootfs), ...proc];
  expect(await trial.run([...before, ...tmpfsOn("/proc/sys")])).toBe(`failed step ${before.length + 1}: EPERM\nexit 1\n`);
  expect(await trial.run([...before, ...tmpfsOn("/proc/sys", GUARD.allowProc)])).toBe("exit 0\n");
});

test.if(possible)("a device is made with its mode and owner whatever the umask, and reused if it exists", async () => {
  await using trial = await makeTrial({ dev: { link: "@OUTSIDE@" } });
  const make: InitStep = { op: "mknod", path: guestPath("/dev/null"), mode: 0o20622, major: 1, minor: 3, uid: 3, gid: 4 };
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    { op: "umask", mask: 0o77 },
    mknod("/dev/null"),
    make,
    { op: "pivotRoot" },
    ...shell("busybox stat -c '%A %u:%g %t,%T' /dev/null"),
  ]);
  expect(output).toBe("crw--w--w- 3:4 1,3\nexit 0\n");
  expect(await readdir(trial.outside)).toEqual(["secret"]);
});

test.if(possible)("masks cover files and directories, through links inside the root, and skip what is missing", async () => {
  await using trial = await makeTrial({
    "d/f": "x",
    secret: "x",
    "other/f": "x",
    link: { link: "@OUTSIDE@/secret" },
    to: { link: "secret" },
    "ro/f": "x",
  });
  const output = await trial.run([
    ...inRoot(trial.rootfs),
    { op: "openNull", slot: 10, ofHost: true },
    ...["/d", "/to", "/link", "/missing/x", "/secret/x", "/other"].map(
      (path): InitStep => ({ op: "maskPath", path: guestPath(path), null: 10, directory: 11 }),
    ),
    { op: "readonlyPath", path: guestPath("/ro") },
    { op: "readonlyPath", path: guestPath("/missing") },
    { op: "pivotRoot" },
    ...shell(
      "ls /d /other; busybox stat -c %F,%t:%T /secret; busybox chmod 600 /secret 2>&1; for f in /ro/f /d/x; do (echo > $f) 2>&1; done; true",
    ),
  ]);
  expect(output).toBe(
    "/d:\n\n/other:\ncharacter special file,1:3\nchmod: /secret: Read-only file system\nsh: can't create /ro/f: Read-only file system\nsh: can't create /d/x: Read-only file system\nexit 0\n",
  );
});

test.if(possible)("directories made while a parent is replaced by a link stay inside", async () => {
  await using trial = await makeTrial({ "vol/a/.keep": "" });
  await symlink(trial.outside, join(trial.rootfs, "vol/b"));
  await using swapper = await swap(join(trial.rootfs, "vol/a"), join(trial.rootfs, "vol/b"));

  const steps = Array.from({ length: 1000 }, (_, i): InitStep => ({ op: "makeDirectory", path: guestPath(`/vol/a/d${i}/e`), mode: 0o755 }));
  const output = await trial.run([...inRoot(trial.rootfs), ...steps.map((step): ["ignore", InitStep] => ["ignore", step])]);

  expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
  expect(output).toBe("exit 0\n");
  expect(await readdir(trial.outside)).toEqual(["secret"]);
  const inside = await readdir(join(trial.rootfs, trial.outside)).catch(() => []);
  const made = [...(await readdir(join(trial.rootfs, "vol/a"))), ...(await readdir(join(trial.rootfs, "vol/b")).catch(() => []))];
  expect(inside.length + made.length).toBeGreaterThan(50);
});

function mknod(path: string): InitStep {
  return { op: "mknod", path: guestPath(path), mode: 0o20666, major: 1, minor: 3, uid: 0, gid: 0 };
}
