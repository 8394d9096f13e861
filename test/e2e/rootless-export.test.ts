/** Exports of a user's images and containers: all files belong to the user on disk, and to root in what is exported. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { requires, staticBusybox } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const isUser = process.geteuid?.() !== 0 && requires("busybox");
const home = await tempDir();
afterAll(async () => {
  Bun.spawnSync(["chmod", "-R", "u+rwx", home.path]); // the kernel's work directories have mode 0
  await home[Symbol.asyncDispose]();
});

test.if(isUser)("an image and a container of a user are exported as the container sees them", async () => {
  const root = join(home.path, "root");
  for (const name of ["bin", "dev", "proc", "sys", "etc"]) await mkdir(join(root, name), { recursive: true });
  await copyFile(staticBusybox() ?? "", join(root, "bin/busybox"));
  await symlink("busybox", join(root, "bin/sh"));
  await Bun.write(join(root, "etc/gone"), "gone");
  lamina("image", "import", "--quiet", pack(root, "--owner=5", "--group=6"), "base:1");
  lamina("image", "export", "--format", "rootfs", "base:1", join(home.path, "image.tar"));
  expect(list("image.tar")).toContain("-rw-r--r-- 0/0 etc/gone");
  expect(list("image.tar").filter((line) => !line.includes(" 0/0 "))).toEqual([]);

  lamina(
    "run",
    "--image",
    "base:1",
    "writer",
    "--",
    "/bin/sh",
    "-c",
    "rm /etc/gone; rm -r /sys 2>/dev/null; mkdir /new; echo x > /new/file",
  );
  lamina("export", "writer", join(home.path, "container.tar"));
  const names = list("container.tar");
  expect(names).toContain("-rw-r--r-- 0/0 new/file");
  expect(names.filter((line) => line.includes("gone") || !line.includes(" 0/0 "))).toEqual([]);
});

function pack(root: string, ...flags: readonly string[]): string {
  const packed = Bun.spawnSync(["tar", "-C", root, ...flags, "-cf", `${root}.tar`, "."]);
  if (!packed.success) throw new Error(`cannot pack ${root}: ${packed.stderr}`);
  return `${root}.tar`;
}

function list(archive: string): string[] {
  const listed = Bun.spawnSync(["tar", "--numeric-owner", "-tvf", join(home.path, archive)], { env: { LC_ALL: "C", TZ: "UTC" } });
  const lines = listed.stdout.toString().trim().split("\n");
  return lines.map((line) => line.replace(/ +\d+ \d{4}-\d\d-\d\d \d\d:\d\d /, " "));
}

function lamina(...words: string[]): void {
  const argv = [...runtimeUnderTest().argv, "--root", join(home.path, "state"), "--image-root", join(home.path, "store"), ...words];
  const { exitCode, stderr } = Bun.spawnSync(argv, { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${words.join(" ")} ended with ${exitCode}: ${stderr}`);
}
