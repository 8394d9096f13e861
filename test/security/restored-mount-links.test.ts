/**
 * Class: a root file system that has changed between checkpoint and restore, so that a mount point is a link to the host, or becomes one while CRIU
 * works. The container is restored with all of its mounts, or not at all; nothing of the host is covered, made or changed.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { shellBox, WITH_CRIU } from "../support/criu.ts";
import { requires } from "../support/requires.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { userBox } from "../support/userns-criu.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups");
const WAITING = "while :; do busybox sleep 0.1; done";

const LINKS: Readonly<Record<string, (victim: string) => string>> = {
  "an absolute link": (victim) => victim,
  "a relative link": (victim) => `${"../".repeat(12)}${victim.slice(1)}`,
  "a link through procfs": (victim) => `/proc/self/root${victim}`,
  "a dangling link": (victim) => `${victim}/new`,
};

/** In a user namespace the root of the container has to reach what CRIU mounts, and it is shown that in another way. */
const KINDS = [
  ["a container", shellBox],
  ["a container with a user namespace", userBox],
] as const;

type BoxOf = (typeof KINDS)[number][1];

async function written(boxOf: BoxOf): Promise<Sandbox> {
  const box = await boxOf({ script: WAITING });
  await Bun.write(join(box.host, "victim/file"), "untouched");
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  await box.must(["checkpoint", "--image-path", join(box.directory, "images"), box.id], WITH_CRIU);
  return box;
}

const restore = (box: Sandbox) =>
  box.call(["restore", "--detach", "--bundle", box.path, "--image-path", join(box.directory, "images"), box.id], WITH_CRIU);

for (const [kind, place, boxOf] of KINDS.flatMap(([kind, boxOf]) =>
  ["host", "proc", "dev", "sys"].map((place) => [kind, place, boxOf] as const),
)) {
  test.if(possible)(`${kind}: /${place} is a link`, async () => {
    await using box = await written(boxOf);
    const victim = join(box.host, "victim");
    const before = contents(victim);
    for (const [name, target] of Object.entries(LINKS)) {
      rmSync(join(box.rootfs, place), { recursive: true, force: true });
      symlinkSync(target(victim), join(box.rootfs, place));
      const { exitCode } = await restore(box);
      expect([name, exitCode, contents(victim), box.leftovers()]).toEqual([name, 1, before, []]);
    }
  });
}

for (const [kind, what, link, words, boxOf] of KINDS.flatMap(([kind, boxOf]) => [
  [kind, "to one of the host's", "@HOST@/victim", "CRIU gave up", boxOf] as const,
  [kind, "to one in the image", "other", 'cannot restore the mount on "/deep/data": it is not there', boxOf] as const,
])) {
  test.if(possible)(`${kind}: a directory above a mount becomes a link ${what}, with the same name in it`, async () => {
    await using box = await boxOf({
      script: WAITING,
      mounts: [{ destination: "/deep/data", type: "bind", source: "@HOST@/given", options: ["bind"] }],
      host: { "given/.keep": "", "victim/data/file": "untouched" },
    });
    await box.must(["run", "--detach", "--bundle", box.path, box.id]);
    await box.must(["checkpoint", "--image-path", join(box.directory, "images"), box.id], WITH_CRIU);
    const before = contents(box.host);
    await hookBeforeMounts(
      box,
      `cd ${box.rootfs} && mkdir -p other/data && mv deep deep2 && ln -s ${link.replace("@HOST@", box.host)} deep`,
    );
    const failed = await restore(box);
    expect([failed.exitCode, contents(box.host), box.leftovers()]).toEqual([1, before, []]);
    expect(failed.stderr).toContain(words);
  });
}

/** CRIU runs it before it makes any mount. */
async function hookBeforeMounts(box: Sandbox, script: string): Promise<void> {
  const hook = join(box.directory, "hook");
  await Bun.write(hook, script);
  const config = join(box.path, "config.json");
  const changed = { ...(await Bun.file(config).json()), hooks: { createRuntime: [{ path: "/bin/sh", args: ["sh", hook] }] } };
  await Bun.write(config, JSON.stringify(changed));
}

test.if(possible).each(KINDS)("%s: /host becomes a link when init has made its mounts", async (_, boxOf) => {
  await using box = await written(boxOf);
  const victim = join(box.host, "victim");
  const before = contents(victim);
  await hookBeforeMounts(box, `rmdir ${box.rootfs}/host && ln -s ${victim} ${box.rootfs}/host`);
  const failed = await restore(box);
  expect([failed.exitCode, contents(victim), box.leftovers()]).toEqual([1, before, []]);
  expect(failed.stderr).toMatch(/cannot restore the mount on "\/host": it is not there|CRIU gave up/);
});
