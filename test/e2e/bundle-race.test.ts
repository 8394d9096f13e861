/** Several processes make or remove one bundle at the same time: one succeeds, and no one loses what another has written. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openShop, type Shop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import type { Outcome } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [MINE, ONE, SAME] = [ownId("mine"), ownId("one"), ownId("same")] as const;

const possible = requires("root", "busybox");
const COMPETITORS = 6;
const ROUNDS = 10;

test.if(possible)("of several that run an image with one id, one succeeds, and its files stay", async () => {
  await using shop = await openShop();
  for (let round = 0; round < ROUNDS; round++) {
    const id = `${ONE}-${round}`;
    const outcomes = await allAtOnce(shop, ["run", "--image", "base:1", id, "--", "sh", "-c", "echo kept >>/data; busybox sleep 0.1"]);
    const losers = outcomes.filter(({ exitCode }) => exitCode !== 0);
    expect(losers.map(({ stderr }) => stderr.split(":")[0])).toEqual(Array(COMPETITORS - 1).fill("container with given ID already exists"));
    expect(readFileSync(join(shop.store, "bundles", id, "upper/data"), "utf8")).toBe("kept\n");
  }
});

test.if(possible)("running an image with --rm removes only its own bundle", async () => {
  await using shop = await openShop();
  for (let round = 0; round < ROUNDS; round++) {
    const outcomes = await allAtOnce(shop, [
      "run",
      "--rm",
      "--image",
      "base:1",
      SAME,
      "--",
      "sh",
      "-c",
      "busybox test ! -e /data && echo x >/data",
    ]);
    const failures = outcomes.filter(({ exitCode }) => exitCode !== 0);
    expect(failures.map(({ stderr }) => stderr.split(":")[0])).toEqual(failures.map(() => "container with given ID already exists"));
    expect([failures.length < COMPETITORS, readdirSync(join(shop.store, "bundles"))]).toEqual([true, []]);
  }
});

test.if(possible)("of several that make a bundle in one directory, one succeeds, even if the directory existed", async () => {
  await using shop = await openShop();
  for (let round = 0; round < ROUNDS; round++) {
    const bundle = join(shop.box.directory, `bundle${round}`);
    if (round % 2 === 0) mkdirSync(bundle);
    const outcomes = await allAtOnce(shop, ["bundle", "base:1", bundle]);
    expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect(readdirSync(bundle).sort()).toEqual(["config.json", "layers.json", "rootfs"]);
  }
});

test.if(possible)("somebody else's container with that id stays, and nothing is left of the image's bundle", async () => {
  await using shop = await openShop();
  await shop.box.create();
  const { exitCode, stderr } = await shop.call(["run", "--image", "base:1", shop.box.id, "--", "sh"]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([1, `container with given ID already exists: ${shop.box.id}`]);
  expect([readdirSync(join(shop.store, "bundles")), await shop.box.status()]).toEqual([[], "created"]);
});

test.if(possible)("existing files in place of the bundle are left alone", async () => {
  await using shop = await openShop();
  const place = join(shop.store, `bundles/${MINE}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "notes"), "1");
  const { exitCode, stderr } = await shop.call(["run", "--rm", "--image", "base:1", MINE, "--", "sh"]);
  expect([exitCode, stderr.split("\n")[0]]).toEqual([
    1,
    `container with given ID already exists: ${MINE}: cannot make a bundle: ${place} is there already`,
  ]);
  expect(existsSync(join(place, "notes"))).toBe(true);
});

async function allAtOnce({ call }: Shop, words: readonly string[]): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: COMPETITORS }, () => call(words)));
}
