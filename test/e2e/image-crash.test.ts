/** The store under competition and violence: many writers at once, and writers that are killed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { archiveOf } from "../support/archive.ts";
import { type ImageBox, imageBox } from "../support/image-box.ts";
import { TestLayout } from "../support/image-layout.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";

setDefaultTimeout(180_000);

/** Large enough to be killed in the middle of, and different in every layer. */
function layers(count: number, megabytes: number): { archive: Buffer; compression: "gzip" }[] {
  return Array.from({ length: count }, (_, i) => {
    const files = Array.from({ length: 40 }, (_, n) => ({ name: `layer${i}/file${n}`, content: randomBytes((megabytes * 1e6) / 40) }));
    return { archive: archiveOf({ name: `layer${i}/` }, ...files), compression: "gzip" };
  });
}

async function writeImage(box: ImageBox, count: number, megabytes: number): Promise<void> {
  const layout = new TestLayout();
  layout.add(layout.image({ layers: layers(count, megabytes) }), "web:1");
  await layout.write(join(box.path, "layout"));
}

async function leftovers(box: ImageBox): Promise<string[]> {
  const ingest = await readdir(join(box.store, "ingest"));
  return [...ingest.filter((name) => !name.endsWith(".lock")), ...(await readdir(join(box.store, "tmp/layers")))];
}

test("eight processes that import one image at once all succeed, and there is one copy", async () => {
  await using box = await imageBox();
  await writeImage(box, 3, 2);
  const running = await Promise.all(Array.from({ length: 8 }, () => box.start(["import", "layout"])));
  const outcomes = await Promise.all(running.map(({ ended }) => ended));
  expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(Array(8).fill({ exitCode: 0, stderr: "" }));
  const written = outcomes.map(({ stdout }) => Number(/(\d+) new/.exec(stdout)?.[1])).reduce((sum, count) => sum + count, 0);
  expect([written, JSON.parse(await box.must(["list", "-f", "json"])).length, await leftovers(box)]).toEqual([3, 1, []]);
  expect(await box.must(["verify"])).toBe("5 blobs and 3 unpacked layers are as they should be\n");
});

test("imports and collections of garbage at once do not harm each other", async () => {
  await using box = await imageBox();
  await writeImage(box, 3, 1);
  await writeFile(join(box.path, "root.tar"), archiveOf({ name: "f", content: "x" }));
  const words = [["import", "layout"], ["gc"], ["import", "root.tar", "base"], ["gc"], ["import", "layout"], ["gc"]];
  const running = await Promise.all(words.map((one) => box.start(one)));
  const outcomes = await Promise.all(running.map(({ ended }) => ended));
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
  expect((await box.must(["list", "-q"])).split("\n")).toHaveLength(3);
  await box.must(["verify"]);
});

test("an import that is killed at any moment leaves a store that verifies, and the next one finishes the work", async () => {
  await using box = await imageBox();
  await writeImage(box, 4, 2);
  const began = performance.now();
  await box.must(["import", "layout"]);
  const duration = performance.now() - began;
  const stories: string[] = [];
  for (let round = 0; round < 24; round++) {
    await box.tool(["rm", "-rf", box.store]);
    const running = await box.start(["import", "layout"]);
    await Bun.sleep((duration * (round + 0.5)) / 24); // when to kill is what the test varies
    running.kill("SIGKILL");
    await running.ended;
    const verified = await box.call(["verify"]);
    stories.push(`${verified.exitCode} ${verified.stderr}`);
    if (verified.exitCode !== 0) stories.push(verified.stdout);
  }
  expect(stories).toEqual(Array(24).fill("0 "));
  await box.must(["import", "layout"]);
  expect(await leftovers(box)).toEqual([]);
  expect(await box.must(["verify"])).toBe("6 blobs and 4 unpacked layers are as they should be\n");
});

test("a collection of garbage that is killed at any moment leaves a store that verifies", async () => {
  await using box = await imageBox();
  await writeImage(box, 4, 1);
  await writeFile(join(box.path, "root.tar"), archiveOf({ name: "f", content: "kept" }));
  const stories: string[] = [];
  for (let round = 0; round < 10; round++) {
    await box.must(["import", "layout"]);
    await box.must(["import", "root.tar", "base"]);
    await box.must(["rm", "web:1"]);
    const running = await box.start(["gc"]);
    await Bun.sleep(8 * round);
    running.kill("SIGKILL");
    await running.ended;
    const { exitCode, stdout, stderr } = await box.call(["verify"]);
    stories.push(exitCode === 0 ? "whole" : `${stdout}${stderr}`);
  }
  await box.must(["gc"]);
  expect([stories, await box.must(["verify"])]).toEqual([Array(10).fill("whole"), "3 blobs and 1 unpacked layers are as they should be\n"]);
});

test("the memory of an import does not grow with the image", async () => {
  await using box = await imageBox();
  const script = "mkdir -p root && head -c 300000000 /dev/urandom > root/large && tar -cf - root | gzip -1 > root.tar.gz";
  await box.tool(["sh", "-c", script], { deadline: 120_000 });
  const lamina = runtimeUnderTest().argv[0] ?? "";
  const importing = Bun.spawn([lamina, "--image-root", box.store, "image", "import", "root.tar.gz", "large"], {
    cwd: box.path,
    stdout: "ignore",
  });
  await importing.exited;
  expect(importing.exitCode).toBe(0);
  expect((importing.resourceUsage()?.maxRSS ?? Number.POSITIVE_INFINITY) / 1e6).toBeLessThan(150);
});
