/**
 * Class: what the runtime copies from an image (tmpcopyup) is a link, a pipe, a device or endless. The copy follows nothing, waits for
 * nobody, and is no larger than what it copies.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DEFAULT, formed, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const TMPFS = { destination: "/data", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "size=1m"] };
const RECIPE = { mounts: [TMPFS], host: { "secret/file": "of the host" } };
const STARTS = 25;

test.if(root)("links, pipes, sockets, devices and holes are copied as they are", async () => {
  const args = ["/probe", "stat", "/data/link", "stat", "/data/pipe", "stat", "/data/socket", "stat", "/data/null", "stat", "/data/big"];
  await using container = await formed(DEFAULT, { ...RECIPE, args });
  const { box } = container;
  const data = join(box.rootfs, "data");
  await mkdir(data);
  await symlink(join(box.host, "secret"), join(data, "link"));
  const made = Bun.spawnSync(["sh", "-c", "mkfifo -m 600 pipe && mknod -m 600 null c 1 3 && truncate -s 1T big"], { cwd: data });
  expect(made.success).toBe(true);
  const server = createServer().listen(join(data, "socket"));
  const { exitCode, stdout } = await container.run();
  server.close();
  expect([exitCode, stdout.split("\n").map((line) => line.split(" ").slice(1, 3).join(" "))]).toEqual([
    0,
    ["/data/link l", "/data/pipe p", "/data/socket s", "/data/null c", "/data/big -", ""],
  ]);
});

for (const form of [DEFAULT, USER_NAMESPACE]) {
  test.if(root)(`a directory that is exchanged with a link to the host's shows nothing of the host, ${form.name}`, async () => {
    await using container = await formed(form, { ...RECIPE, args: ["/probe", "ls", "/data", "ls", "/data/sub", "read", "/data/sub/file"] });
    const { box } = container;
    await mkdir(join(box.rootfs, "data/sub"), { recursive: true });
    await writeFile(join(box.rootfs, "data/sub/file"), "of the image");
    await symlink(join(box.host, "secret"), join(box.rootfs, "data/other"));
    await using _outer = await swap(join(box.rootfs, "data/sub"), join(box.rootfs, "data/other"));
    for (let i = 0; i < STARTS; i++) expect((await container.run()).stdout).not.toContain("of the host");
    expect(await _outer.stop()).toBeGreaterThanOrEqual(10_000);
  });

  test.if(root)(`nor does the target itself, ${form.name}`, async () => {
    await using container = await formed(form, { ...RECIPE, args: ["/probe", "ls", "/data", "read", "/data/file"] });
    const { box } = container;
    await mkdir(join(box.rootfs, "data"));
    await symlink(join(box.host, "secret"), join(box.rootfs, "other"));
    await using swapper = await swap(join(box.rootfs, "data"), join(box.rootfs, "other"));
    for (let i = 0; i < STARTS; i++) expect((await container.run()).stdout).not.toContain("of the host");
    expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
  });
}
