/** The store and concurrency: many processes import, name, remove and collect the same things at once. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { randomNumbers, SEED } from "../support/random.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import type { Outcome } from "../support/spawn.ts";
import { findDamage, imagesIn } from "../support/store-oracle.ts";
import { slowed, tracedCalls } from "../support/system-calls.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WRITERS = 8;
const BASE = layer("base");

/** Enough files for writers to meet halfway. */
function layer(name: string): { archive: Buffer; compression: "gzip" } {
  const files = Array.from({ length: 40 }, (_, n) => ({ name: `${name}/file${n}`, content: `${name} ${n}\n`.repeat(2000) }));
  return { archive: archiveOf({ name: `${name}/` }, ...files), compression: "gzip" };
}

/** Images web:0, web:1 … in the box's layout, each of one base and one layer of its own. */
async function writeImages(box: ImageBox, count: number): Promise<void> {
  const layout = new TestLayout();
  for (let i = 0; i < count; i++) layout.add(layout.image({ layers: [BASE, layer(`top${i}`)] }), `web:${i}`);
  await layout.write(join(box.path, "layout"));
}

/** All at once, to the end. */
async function allAtOnce(box: ImageBox, calls: readonly (readonly string[])[]): Promise<Outcome[]> {
  const running = await Promise.all(calls.map((words) => box.start(words)));
  return Promise.all(running.map(({ ended }) => ended));
}

/** One after the other; returns the message of each failure. */
async function inTurn(box: ImageBox, calls: readonly (readonly string[])[]): Promise<string[]> {
  const failures: string[] = [];
  for (const words of calls) {
    const { exitCode, stderr } = await box.call(words);
    if (exitCode !== 0) failures.push(`${words.join(" ")}: ${stderr}`);
  }
  return failures;
}

function newLayers(outcomes: readonly Outcome[]): number {
  return outcomes.flatMap(({ stdout }) => [...stdout.matchAll(/(\d+) new/g)]).reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The inodes with the content: writing another copy would make others. */
function inodesOf(box: ImageBox): Record<string, number> {
  const names = ["blobs/sha256", "layers/sha256"].flatMap((parent) =>
    readdirSync(join(box.store, parent)).map((name) => join(parent, name)),
  );
  return Object.fromEntries(names.map((name) => [name, statSync(join(box.store, name)).ino]));
}

/** Only locks in ingest, which the next sweep removes, and nothing in the other directories for unfinished files. */
function leftovers(box: ImageBox): string[] {
  const paths = ["ingest", "tmp/layers", "locks"].map((name) => join(box.store, name));
  return paths.flatMap((path) => (existsSync(path) ? readdirSync(path) : [])).filter((name) => !name.endsWith(".lock"));
}

const SUCCESS = { exitCode: 0, stderr: "" };

test.each([
  ["a layout", ["import", "--ref", "web:0", "layout"], 2, 4],
  ["a docker archive", ["import", "saved.tar", "web:0"], 2, 4],
  ["a root filesystem", ["import", "root.tar", "web:0"], 1, 3],
] as const)("eight processes import %s at once: all succeed, and there is one copy", async (_, words, layers, blobs) => {
  await using box = await imageBox();
  await writeImages(box, 1);
  await writeFile(join(box.path, "root.tar"), BASE.archive);
  await box.must(["import", "--ref", "web:0", "layout"]);
  await box.must(["export", "--format", "docker-archive", "web:0", "saved.tar"]);
  await box.tool(["rm", "-r", box.store]);
  const calls = Array.from({ length: WRITERS }, () => words);
  const first = await allAtOnce(box, calls);
  expect(first.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(Array(WRITERS).fill(SUCCESS));
  const copies = inodesOf(box);
  expect([newLayers(first), Object.keys(copies).length, leftovers(box)]).toEqual([layers, blobs + layers, []]);
  expect(await box.must(["verify"])).toStartWith(`${blobs} blobs and ${layers} unpacked layer`);
  const second = await allAtOnce(box, calls);
  expect([newLayers(second), inodesOf(box), Object.keys(imagesIn(box.store))]).toEqual([0, copies, ["web:0"]]);
});

test.if(requires("strace"))("eight processes export to one layout at once: all images are in it", async () => {
  await using box = await imageBox();
  await writeImages(box, WRITERS);
  await box.must(["import", "layout"]);
  const names = Array.from({ length: WRITERS }, (_, i) => `web:${i}`);
  const lamina = [...slowed("linkat", 50), ...runtimeUnderTest().argv, "--image-root", box.store]; // between reading the index and the new one
  const running = await Promise.all(names.map((name) => box.run([...lamina, "image", "export", "--format", "oci", name, "out"])));
  const outcomes = await Promise.all(running.map(({ ended }) => ended));
  expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(Array(WRITERS).fill(SUCCESS));
  expect(Object.keys(imagesIn(join(box.path, "out"))).sort()).toEqual(names);
});

test("eight processes import images that share a base: it is written once, and each has its own layer", async () => {
  await using box = await imageBox();
  await writeImages(box, WRITERS);
  const names = Array.from({ length: WRITERS }, (_, i) => `web:${i}`);
  const outcomes = await allAtOnce(
    box,
    names.map((name) => ["import", "--ref", name, "layout"]),
  );
  expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(Array(WRITERS).fill(SUCCESS));
  expect([newLayers(outcomes), findDamage(box.store), leftovers(box)]).toEqual([WRITERS + 1, [], []]);
  expect(Object.keys(imagesIn(box.store)).sort()).toEqual(names);
  expect(await box.must(["verify"])).toBe(`${3 * WRITERS + 1} blobs and ${WRITERS + 1} unpacked layers are as they should be\n`);
});

test("imports, names, removals, queries and garbage collections at once: all succeed, and every named image is complete", async () => {
  await using box = await imageBox();
  await writeImages(box, 6);
  await box.must(["import", "--ref", "web:0", "layout"]);
  const importer = (i: number): string[][] => Array.from({ length: 4 }, () => ["import", "--ref", `web:${i}`, "layout"]);
  const again = (times: number, ...calls: string[][]): string[][] => Array.from({ length: times }, () => calls).flat();
  const failures = await Promise.all([
    inTurn(box, importer(1)),
    inTurn(box, importer(2)),
    inTurn(box, again(5, ["import", "--ref", "web:3", "layout"], ["rm", "web:3"])),
    inTurn(box, again(8, ["tag", "web:0", "same:1"], ["tag", "web:0", "same:2"], ["rm", "same:1"])),
    inTurn(box, again(8, ["gc"])),
    inTurn(box, again(6, ["list"], ["tree"], ["df"], ["verify"])),
  ]);
  expect([failures.flat(), findDamage(box.store)]).toEqual([[], []]);
  expect(Object.keys(imagesIn(box.store)).sort()).toEqual(["same:2", "web:0", "web:1", "web:2"]);
  await box.must(["gc"]);
  expect([await box.must(["verify"]), leftovers(box)]).toEqual(["10 blobs and 4 unpacked layers are as they should be\n", []]);
});

test.if(requires("strace"))("who comes second waits for the first, and neither copies nor unpacks what that one brings", async () => {
  await using box = await imageBox();
  const layout = new TestLayout();
  await layout.add(layout.image({ layers: [BASE] }), "web:0").write(join(box.path, "layout")); // one layer: of the next one either may be the first
  await box.must(["import", "layout"]);
  await box.must(["export", "--format", "docker-archive", "web:0", "saved.tar"]);
  for (const source of ["layout", "saved.tar"]) {
    await box.tool(["rm", "-r", box.store]);
    const words = [...runtimeUnderTest().argv, "--image-root", box.store, "image", "import", source];
    const first = await box.run([...slowed("write", 30), ...words]);
    const staged = join(box.store, "tmp/layers");
    await until("the first one unpacks", () => existsSync(staged) && readdirSync(staged).length > 0, first.stderr);
    let second: Outcome | undefined;
    const calls = await tracedCalls(box.store, async (prefix) => {
      second = await (await box.run([...prefix, ...words])).ended;
    });
    const told = [(await first.ended).stdout, second?.stdout];
    expect(told).toEqual([expect.stringMatching(/1 new\n$/), expect.stringMatching(/0 new\n$/)]);
    const unpacked = calls.filter(({ name, text }) => name === "mkdirat" && text.includes("/tmp/layers>"));
    const copied = calls.filter(
      ({ name, text }) => name === "write" && text.includes("/ingest/") && Number(/ = (\d+)$/.exec(text)?.[1]) > 4096,
    );
    expect([unpacked, source === "layout" ? copied : []]).toEqual([[], []]); // the digest of a blob in an archive is unknown before it is read
  }
});

test("of eight processes that import one image, half are killed: the others succeed, and the next run cleans up", async () => {
  await using box = await imageBox();
  await writeImages(box, 2);
  const random = randomNumbers(0);
  for (let round = 0; round < 5; round++) {
    await box.tool(["rm", "-rf", box.store]);
    const running = await Promise.all(Array.from({ length: WRITERS }, () => box.start(["import", "layout"])));
    const doomed = running.slice(0, WRITERS / 2);
    const timers = doomed.map((one) => setTimeout(() => one.kill("SIGKILL"), random() * 150)); // nothing relies on when
    const outcomes = await Promise.all(running.map(({ ended }) => ended));
    timers.forEach(clearTimeout);
    const survivors = outcomes.slice(WRITERS / 2).map(({ exitCode, stderr }) => ({ exitCode, stderr }));
    const story = `seed ${SEED}, round ${round}`;
    expect([story, survivors, findDamage(box.store)]).toEqual([story, Array(WRITERS / 2).fill(SUCCESS), []]);
    expect(await box.must(["verify"])).toBe("7 blobs and 3 unpacked layers are as they should be\n");
    expect([story, leftovers(box)]).toEqual([story, []]);
  }
});
