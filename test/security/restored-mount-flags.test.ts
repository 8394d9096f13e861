/**
 * Class: a restored container whose mounts forbid less than they did: of two mounts from one place CRIU gives only the first its flags, it does not know
 * nosymfollow, and what the kernel had locked together it makes one by one. Each forbids what it did, and what config.json says now, or nothing is
 * restored.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { shellBox, WITH_CRIU } from "../support/criu.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { mountsOf, sharedMounts, userBox } from "../support/userns-criu.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups", "user-namespace", "mount-setattr");
const WAITING = "while :; do busybox sleep 0.1; done";
const CAPABILITIES = ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"];

const bind = (destination: string, ...options: string[]): JsonObject => ({
  destination,
  type: "bind",
  source: "@HOST@/data",
  options: ["bind", ...options],
});

for (const [kind, boxOf] of [
  ["a container", shellBox],
  ["a container with a user namespace", userBox],
] as const) {
  test.if(possible)(
    `${kind} on a host whose mounts are shared writes to no mount to which it could not, and follows no link that it could not`,
    async () => {
      await using box = await boxOf({
        script: WAITING,
        host: { "data/file": "untouched", "data/link": { link: "file" } },
        mounts: [bind("/one", "ro", "nosuid"), bind("/two", "ro", "nosuid"), bind("/three", "ro", "nosuid", "nosymfollow")],
      });
      await using shared = await sharedMounts("true");
      const images = join(box.directory, "images");
      const tries =
        "for d in one two three; do echo x 2>/dev/null > /$d/file || echo refused; done; busybox cat /three/link 2>/dev/null || echo no";
      const tried = async (): Promise<string> => (await box.call(["exec", box.id, "/bin/sh", "-c", tries], shared.there)).stdout;
      await box.must(["run", "--detach", "--bundle", box.path, box.id], shared.there);
      const before = { mounts: await mountsOf(box), tried: await tried() };
      await box.must(["checkpoint", "--image-path", images, box.id], shared.there);
      await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], shared.there);
      expect({ mounts: await mountsOf(box), tried: await tried() }).toEqual(before);
      expect([before.tried, await box.hostFile("data/file")]).toEqual(["refused\nrefused\nrefused\nno\n", "untouched"]);
    },
  );
}

test.if(possible).each([
  ["a container", shellBox],
  ["a container with a user namespace", userBox],
] as const)("%s may write nowhere where config.json forbids it since it was written down", async (_, boxOf) => {
  await using box = await boxOf({
    script: WAITING,
    host: { "data/file": "untouched" },
    mounts: [bind("/one")],
    config: { root: { path: "rootfs", readonly: false } },
  });
  const images = join(box.directory, "images");
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
  const config = join(box.path, "config.json");
  const { mounts, ...others } = await Bun.file(config).json();
  const stricter = mounts.map((one: JsonObject) => (one.destination === "/one" ? { ...one, options: ["bind", "ro", "nosuid"] } : one));
  await Bun.write(config, JSON.stringify({ ...others, root: { path: "rootfs", readonly: true }, mounts: stricter }));
  await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], WITH_CRIU);
  const tried = await box.call([
    "exec",
    box.id,
    "/bin/sh",
    "-c",
    "for file in /one/file /new; do echo x 2>/dev/null > $file || echo refused; done",
  ]);
  expect([tried.stdout, await box.hostFile("data/file")]).toEqual(["refused\nrefused\n", "untouched"]);
  expect((await mountsOf(box)).find((line) => line.includes(" /one "))).toContain(" ro,nosuid,");
});

test.if(possible)("a container that covers a mount cannot hide that others are locked to it", async () => {
  const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, CAPABILITIES]));
  await using box = await userBox({
    script: `busybox mount -t tmpfs tmpfs /above && echo > /host/covered; ${WAITING}`,
    config: { root: { path: "rootfs", readonly: false }, process: { capabilities } },
    mounts: [{ destination: "/above/one", type: "bind", source: "@HOST@/../data", options: ["rbind"] }],
  });
  const { directory } = box;
  await using shared = await sharedMounts(`mkdir -p ${directory}/data/sub && mount -t tmpfs tmpfs ${directory}/data/sub`);
  await box.must(["run", "--detach", "--bundle", box.path, box.id], shared.there);
  await until("it is covered", () => existsSync(join(box.host, "covered")));
  const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", join(directory, "images"), box.id], shared.there);
  expect([exitCode, await box.status()]).toEqual([1, "running"]);
  expect(stderr).toContain('what is mounted on "/above/one" cannot be looked at');
  await box.must(["delete", "--force", box.id], shared.there);
});

test.if(possible)(
  "a container that has put others in the place of mounts that are locked together does not get them back unlocked",
  async () => {
    const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, CAPABILITIES]));
    const swap = ["umount -l /above/one", "mount --bind /other /above/one", "mount --bind /other /above/one/sub"].map(
      (words) => `busybox ${words}`,
    );
    await using box = await userBox({
      script: `${swap.join(" && ")} && echo > /host/swapped; ${WAITING}`,
      config: { root: { path: "rootfs", readonly: false }, process: { capabilities } },
      host: { "other/sub/.keep": "" },
      mounts: [
        { destination: "/above/one", type: "bind", source: "@HOST@/../data", options: ["rbind"] },
        { ...bind("/other"), source: "@HOST@/other" },
      ],
    });
    const { directory } = box;
    const images = join(directory, "images");
    await using shared = await sharedMounts(`mkdir -p ${directory}/data/sub && mount -t tmpfs tmpfs ${directory}/data/sub`);
    await box.must(["run", "--detach", "--bundle", box.path, box.id], shared.there);
    await until("they are swapped", () => existsSync(join(box.host, "swapped")));
    await box.must(["checkpoint", "--image-path", images, box.id], shared.there);
    const { exitCode, stderr } = await box.call(
      ["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id],
      shared.there,
    );
    expect([exitCode, box.leftovers().filter((line) => !line.includes("sleep 1000"))]).toEqual([1, []]);
    expect(stderr).toContain('what is mounted on "/above/one" has come along with it');
  },
);

test.if(possible)("what the host forbids on its mount, the root of a user namespace cannot allow itself, before or after", async () => {
  const capabilities = Object.fromEntries(["bounding", "effective", "permitted"].map((set) => [set, CAPABILITIES]));
  await using box = await userBox({
    script: WAITING,
    config: { process: { capabilities } },
    mounts: [{ ...bind("/one", "ro"), source: "@HOST@/../data" }],
  });
  await using shared = await sharedMounts(
    `mkdir ${box.directory}/data && mount -t tmpfs -o nosuid,nodev,mode=777 tmpfs ${box.directory}/data`,
  );
  const images = join(box.directory, "images");
  const tries = "busybox mount -o remount,bind,suid,dev /one 2>/dev/null || echo locked";
  const tried = async (): Promise<string> =>
    (await box.call(["exec", "--cap", "CAP_SYS_ADMIN", box.id, "/bin/sh", "-c", tries], shared.there)).stdout;
  await box.must(["run", "--detach", "--bundle", box.path, box.id], shared.there);
  const before = await tried();
  await box.must(["checkpoint", "--image-path", images, box.id], shared.there);
  await box.must(["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id], shared.there);
  expect([before, await tried()]).toEqual(["locked\n", "locked\n"]);
  await box.must(["delete", "--force", box.id], shared.there);
});
