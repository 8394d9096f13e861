/** The store and crashes: imports, commits and garbage collections killed at random moments, two hundred times each (fewer on an emulated machine). */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { imageBox } from "../support/image-box.ts";
import { randomNumbers, SEED } from "../support/random.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { openWork, type Work, type WorkName } from "../support/store-work.ts";
import { SLOWNESS, TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** Long enough to be killed halfway. */
const SCALE = { files: 12, bytes: 16_000 };
/** Each has a store of its own, and its own moments. */
const LANES = 2;
const IMPORT_KILLS = Math.ceil(50 / SLOWNESS);
const KILLS = Math.ceil(200 / SLOWNESS);
const MOST_ATTEMPTS = 5;

/** Kills the work until `kills` kills came before its end. Returns what was wrong after each, with all that is needed to reproduce it. */
async function killAtRandomMoments(name: WorkName, kills: number): Promise<string[]> {
  const lanes = Array.from({ length: LANES }, (_, lane) => killInLane(name, kills / LANES, lane));
  return (await Promise.all(lanes)).flat();
}

async function killInLane(name: WorkName, kills: number, lane: number): Promise<string[]> {
  await using work = await openWork(name, SCALE);
  const random = randomNumbers(lane);
  const problems: string[] = [];
  let duration = 50 * SLOWNESS;
  for (let attempt = 0, killed = 0; killed < kills; attempt++) {
    if (attempt === kills * MOST_ATTEMPTS) throw new Error(`${name}: only ${killed} of ${attempt} kills came before its end`);
    await work.reset();
    const began = performance.now();
    const running = await work.start();
    const moment = random() * duration;
    const timer = setTimeout(() => running.kill("SIGKILL"), moment); // the moment is what varies, and nothing relies on it
    const { exitCode } = await running.ended;
    clearTimeout(timer);
    if (exitCode === 0) duration = 0.8 * duration + 0.2 * (performance.now() - began);
    else duration += 0.2 * SLOWNESS;
    if (exitCode === 137) killed++;
    const found = await judge(work, killed % 2 === 0);
    const story = `seed ${SEED}, lane ${lane}, attempt ${attempt}: ${name} killed ${moment.toFixed(1)} ms after its start`;
    problems.push(...found.map((problem) => `${story}: ${problem}`));
  }
  return problems;
}

/** Whatever runs first after the crash cleans up: `verify` or the same work again. */
async function judge(work: Work, isVerifyFirst: boolean): Promise<string[]> {
  const left = work.problems();
  const [first, second] = isVerifyFirst ? [work.verify, work.finish] : [work.finish, work.verify];
  return [...left, ...(await first()), ...(await second())];
}

for (const source of ["layout", "docker archive", "stdin", "rootfs"] as const) {
  test.if(requires("root"))(
    `an import (${source}) killed at ${IMPORT_KILLS} random moments: nothing is lost or half, and the next run cleans up`,
    async () => {
      expect(await killAtRandomMoments(`import ${source}`, IMPORT_KILLS)).toEqual([]);
    },
  );
}

test.if(requires("root"))(`a commit killed at ${KILLS} random moments: nothing is lost or half, and the next run cleans up`, async () => {
  expect(await killAtRandomMoments("commit", KILLS)).toEqual([]);
});

test.if(requires("root"))(`a gc killed at ${KILLS} random moments: nothing is lost or half, and the next run cleans up`, async () => {
  expect(await killAtRandomMoments("gc", KILLS)).toEqual([]);
});

/** GNU time starts it by fork: with vfork, as Bun does, our own memory would count. */
test.if(requires("time"))("the memory of an import does not grow with the image", async () => {
  await using box = await imageBox();
  const script = "mkdir -p root && head -c 300000000 /dev/urandom > root/large && tar -cf - root | gzip -1 > root.tar.gz";
  await box.tool(["sh", "-c", script], { deadline: 120_000 });
  const words = [...runtimeUnderTest().argv, "--image-root", box.store, "image", "import", "root.tar.gz", "large"];
  await box.tool(["/usr/bin/time", "-o", "peak", "-f", "%M", ...words], { deadline: 120_000 });
  expect(Number((await Bun.file(join(box.path, "peak")).text()).trim())).toBeLessThan(40_000);
});
