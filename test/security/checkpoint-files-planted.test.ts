/**
 * Class: a directory for a checkpoint in which somebody else could put something before: links, FIFOs, files with other names. Nothing is written
 * outside of it, nothing is waited for, and the container goes on.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { linkSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { shellBox, WITH_CRIU } from "../support/criu.ts";
import { requires } from "../support/requires.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const possible = requires("root", "busybox", "criu", "cgroups");
const WAITING = "while :; do busybox sleep 0.1; done";

const PLANTS: Readonly<Record<string, (path: string, victim: string) => void>> = {
  "a link": (path, victim) => symlinkSync(join(victim, "file"), path),
  "a dangling link": (path, victim) => symlinkSync(join(victim, "new"), path),
  "another name of a file": (path, victim) => linkSync(join(victim, "file"), path),
  "a FIFO": (path) => {
    Bun.spawnSync(["mkfifo", path]);
  },
};

async function started(): Promise<{ readonly box: Sandbox; readonly images: string; readonly victim: string }> {
  const box = await shellBox({ script: WAITING, host: { "victim/file": "untouched" } });
  await box.must(["run", "--detach", "--bundle", box.path, box.id]);
  return { box, images: join(box.directory, "images"), victim: join(box.host, "victim") };
}

test.if(possible)("what CRIU and lamina write at a checkpoint", async () => {
  const { box, images, victim } = await started();
  await using _box = box;
  const before = contents(victim);
  for (const [kind, plant] of Object.entries(PLANTS)) {
    for (const name of ["dump.log", "stats-dump", "inventory.img", "core-1.img", "descriptors.json", "mounts.json", "something else"]) {
      rmSync(images, { recursive: true, force: true });
      mkdirSync(images);
      plant(join(images, name), victim);
      const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
      expect([kind, name, exitCode, await box.status(), contents(victim)]).toEqual([kind, name, 1, "running", before]);
      expect(stderr).toContain(`cannot use ${images}/${name}`);
    }
  }
});

test.if(possible)("the log in another directory", async () => {
  const { box, images, victim } = await started();
  await using _box = box;
  const work = join(box.directory, "work");
  const before = contents(victim);
  mkdirSync(work);
  symlinkSync(join(victim, "file"), join(work, "dump.log"));
  const { exitCode, stderr } = await box.call(["checkpoint", "--image-path", images, "--work-path", work, box.id], WITH_CRIU);
  expect([exitCode, await box.status(), contents(victim)]).toEqual([1, "running", before]);
  expect(stderr).toContain(`cannot use ${work}/dump.log: it is a symbolic link`);
});

test.if(possible)("what CRIU writes when it restores", async () => {
  const { box, images, victim } = await started();
  await using _box = box;
  await box.must(["checkpoint", "--image-path", images, box.id], WITH_CRIU);
  const before = contents(victim);
  const restore = ["restore", "--detach", "--bundle", box.path, "--image-path", images, box.id];
  for (const [kind, plant] of Object.entries(PLANTS)) {
    for (const name of ["restore.log", "stats-restore"]) {
      plant(join(images, name), victim);
      const { exitCode, stderr } = await box.call(restore, WITH_CRIU);
      rmSync(join(images, name));
      expect([kind, name, exitCode, box.leftovers(), contents(victim)]).toEqual([kind, name, 1, [], before]);
      expect(stderr).toContain(`cannot use ${images}/${name}`);
    }
  }
  for (const [kind, plant] of Object.entries(PLANTS)) {
    plant(join(images, "pages-9.img"), victim);
    const { exitCode } = await box.call([...restore, "--auto-dedup"], WITH_CRIU);
    rmSync(join(images, "pages-9.img"));
    expect([kind, exitCode, box.leftovers(), contents(victim)]).toEqual([kind, 1, [], before]);
  }
  for (const [name, plant] of [
    ["parent", (path: string) => Bun.spawnSync(["mkfifo", path])],
    ["core-9.img", (path: string) => symlinkSync("/dev/zero", path)],
  ] as const) {
    plant(join(images, name));
    const { exitCode, stderr } = await box.call(restore, WITH_CRIU);
    rmSync(join(images, name));
    expect([name, exitCode, box.leftovers()]).toEqual([name, 1, []]);
    expect(stderr).toContain(`cannot use ${images}/${name}`);
  }
  await box.must(restore, WITH_CRIU);
});
