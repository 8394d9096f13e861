/** Writers killed at any moment, and writers of one layer in several processes. */
import { expect, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { diskLayerStore } from "../../../src/layers/store/disk-store.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";

const ROUNDS = 25;
const members = Array.from({ length: 400 }, (_, i) => ({ name: `d${i % 20}/f${i}`, content: `${i}`.repeat(500) }));
const TAR = archiveOf(...members);
const DIFF_ID = digestOf(TAR);

function startPut(root: string, diffId?: string): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  const args = [
    process.execPath,
    `${import.meta.dir}/put-layer.ts`,
    `${root}/store`,
    `${root}/layer.tar.gz`,
    ...(diffId === undefined ? [] : [diffId]),
  ];
  return Bun.spawn(args, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

async function openWork(): Promise<Awaited<ReturnType<typeof tempDir>>> {
  const work = await tempDir({ "store/.": { directory: true } });
  await writeFile(`${work.path}/layer.tar.gz`, gzipSync(TAR));
  return work;
}

test.if(requires("root"))(
  `killed at ${ROUNDS} moments, a writer leaves the layer whole or not at all, and the next one cleans up`,
  async () => {
    await using work = await openWork();
    const store = diskLayerStore(`${work.path}/store`);
    const started = performance.now();
    await using warm = await openWork();
    await startPut(warm.path).exited;
    const duration = performance.now() - started;
    const outcomes = { absent: 0, whole: 0, leftovers: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const child = startPut(work.path, DIFF_ID);
      await Promise.race([child.exited, Bun.sleep((duration * 1.2 * round) / ROUNDS)]);
      child.kill("SIGKILL");
      await child.exited;
      if (store.find(DIFF_ID) === undefined) outcomes.absent++;
      else {
        outcomes.whole++;
        expect(await store.verify(DIFF_ID)).toEqual([]);
      }
      if (store.sweep() > 0) outcomes.leftovers++;
      expect(await readdir(`${work.path}/store`, { recursive: true }).then(isClean)).toBe(true);
      store.remove([DIFF_ID]);
    }
    expect(outcomes.absent + outcomes.whole).toBe(ROUNDS);
    expect(outcomes.leftovers).toBeGreaterThan(0);
    const last = startPut(work.path, DIFF_ID);
    expect({ status: await last.exited, stderr: await new Response(last.stderr).text() }).toEqual({ status: 0, stderr: "" });
    expect(await store.verify(DIFF_ID)).toEqual([]);
  },
  TEST_TIMEOUT,
);

/** Only complete layers and their links. */
function isClean(names: string[]): boolean {
  return !names.some((name) => /^(tmp\/layers|locks)\/./.test(name));
}

test.if(requires("root")).each([
  ["that know its digest", DIFF_ID],
  ["that do not", undefined],
])(
  "eight processes %s put one layer: one copy, all succeed",
  async (_, diffId) => {
    await using work = await openWork();
    const children = Array.from({ length: 8 }, () => startPut(work.path, diffId));
    const results = await Promise.all(children.map(async (child) => [await child.exited, await new Response(child.stdout).text()]));
    expect(results).toEqual(Array.from({ length: 8 }, () => [0, `begin\n${DIFF_ID}\n`]));
    const store = diskLayerStore(`${work.path}/store`);
    expect(store.list()).toHaveLength(1);
    expect(await store.verify(DIFF_ID)).toEqual([]);
    expect(store.sweep()).toBe(0);
    expect(isClean(await readdir(`${work.path}/store`, { recursive: true }))).toBe(true);
  },
  TEST_TIMEOUT,
);
