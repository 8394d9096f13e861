/** The layer store's guarantees: put is idempotent and atomic, despite concurrent puts and crashes; verify finds every change. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir, readlink, rename, unlink, writeFile } from "node:fs/promises";
import type { Digest } from "../../../src/base/digest.ts";
import { chainIdOf } from "../../../src/layers/store/chain-id.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { archiveOf, streamOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";
import { openStore } from "./opened-store.ts";

setDefaultTimeout(TEST_TIMEOUT); // every put waits for the disk

const BASE = archiveOf(
  { name: "./" },
  { name: "etc/" },
  { name: "etc/motd", content: "hello" },
  { name: "etc/copy", kind: "hardlink", linkName: "etc/motd" },
);
const TOP = archiveOf({ name: ".wh.etc" }, { name: "new", content: "n" });
const ABSENT = digestOf("absent");

// biome-ignore lint/correctness/useYield: it fails before
function* untouchable(): Generator<Uint8Array, void> {
  throw new Error("the archive was read");
}

/** Everything on disk below the store, except the empty directories that it keeps. */
async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true });
  return entries.filter((name) => !["layers", "layers/sha256", "tmp", "tmp/layers", "l", "locks"].includes(name)).sort();
}

describe.if(requires("root"))("put", () => {
  test("[L5] names the layer by its chain", async () => {
    await using opened = await openStore();
    const { record, written } = await opened.store.put({ diffId: digestOf(BASE) }, streamOf(BASE));
    expect(record).toEqual({ chainId: digestOf(BASE), diffId: digestOf(BASE), lower: [], depth: 0, size: 5, entries: 4 });
    expect(written).toBe(true);

    const top = await opened.store.put({ parent: record.chainId }, streamOf(TOP));
    const chainId = chainIdOf(digestOf(BASE), digestOf(TOP));
    expect(top.record).toEqual({ chainId, diffId: digestOf(TOP), lower: [digestOf(BASE)], depth: 1, size: 1, entries: 2 });
    expect(chainId).toBe(digestOf(`${digestOf(BASE)} ${digestOf(TOP)}`));
    expect(
      opened.store
        .list()
        .map((layer) => layer.chainId)
        .sort(),
    ).toEqual([chainId, digestOf(BASE)].sort());
  });

  test("twice is one layer, and the second archive is not read", async () => {
    await using opened = await openStore();
    const first = await opened.store.put({ diffId: digestOf(BASE) }, streamOf(BASE));
    const before = await filesIn(opened.path);
    expect(await opened.store.put({ diffId: digestOf(BASE) }, untouchable())).toEqual({
      record: first.record,
      written: false,
      isRead: false,
    });
    const unknown = await opened.store.put({}, streamOf(BASE));
    expect(unknown).toMatchObject({ record: first.record, written: false, isRead: true });
    expect(await filesIn(opened.path)).toEqual(before);
  });

  test("[L3] [L4] of anything other than the requested content leaves nothing", async () => {
    await using opened = await openStore();
    const { store } = opened;
    const failures: [() => Promise<unknown>, string][] = [
      [
        () => store.put({ diffId: ABSENT }, streamOf(BASE)),
        `cannot store the uncompressed layer: its digest is ${digestOf(BASE)}, not ${ABSENT}`,
      ],
      [() => store.put({}, streamOf(archiveOf({ name: "a" }, { name: "../evil" }))), 'cannot unpack "../evil"'],
      [() => store.put({}, streamOf(BASE.subarray(0, 700))), "cannot read the archive: it ends too early"],
      [() => store.put({}, untouchable()), "the archive was read"],
      [() => store.put({ parent: ABSENT }, streamOf(BASE)), `cannot find layer ${ABSENT}: it is not in the store`],
    ];
    for (const [attempt, message] of failures) await expect(attempt()).rejects.toThrow(message);
    expect(await filesIn(opened.path)).toEqual([]);
    expect(store.list()).toEqual([]);
  });

  test("eight at once, in one process, write once", async () => {
    await using opened = await openStore();
    const puts = Array.from({ length: 8 }, () => opened.store.put({ diffId: digestOf(BASE) }, streamOf(BASE, 100)));
    const results = await Promise.all(puts);
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(new Set(results.map(({ record }) => record.chainId)).size).toBe(1);
    expect(opened.store.sweep()).toBe(0);
  });

  test("eight at once without a known digest: all succeed, one stays", async () => {
    await using opened = await openStore();
    const results = await Promise.all(Array.from({ length: 8 }, () => opened.store.put({}, streamOf(BASE, 100))));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(await readdir(`${opened.path}/tmp/layers`)).toEqual([]);
    expect(await opened.store.verify(digestOf(BASE))).toEqual([]);
  });

  test("[L20] considers what is below: whiteouts of nothing are dropped", async () => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(TOP));
    expect(await readdir(`${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff`)).toEqual(["new"]);
  });
});

describe.if(requires("root"))("a stack", () => {
  test("is a list of directories, top first, also by short links", async () => {
    await using opened = await openStore();
    const chain: Digest[] = [];
    for (let i = 0; i < 5; i++) {
      const parent = chain[0];
      const { record } = await opened.store.put(parent === undefined ? {} : { parent }, streamOf(archiveOf({ name: `f${i}` })));
      chain.unshift(record.chainId);
    }
    const directories = chain.map((id) => `${opened.path}/layers/sha256/${id.slice(7)}/diff`);
    const top = chain[0] ?? ABSENT;
    expect(opened.store.chain(top)).toEqual(directories);
    const short = opened.store.shortChain(top);
    expect(short.map((link) => link.slice(`${opened.path}/l/`.length).length)).toEqual([26, 26, 26, 26, 26]);
    expect(await Promise.all(short.map((link) => readdir(link)))).toEqual([["f4"], ["f3"], ["f2"], ["f1"], ["f0"]]);
    expect(() => opened.store.chain(ABSENT)).toThrow(`cannot find layer ${ABSENT}`);
  });

  test("only loses layers from the top", async () => {
    await using opened = await openStore();
    const base = (await opened.store.put({}, streamOf(BASE))).record.chainId;
    const top = (await opened.store.put({ parent: base }, streamOf(TOP))).record.chainId;
    expect(() => opened.store.remove([base])).toThrow(`cannot remove layer ${base}: layer ${top} sits on it`);
    opened.store.remove([top]);
    opened.store.remove([top]);
    opened.store.remove([base]);
    expect(await filesIn(opened.path)).toEqual([]);
    expect(opened.store.find(base)).toBeUndefined();
  });
});

describe.if(requires("root"))("after a crash", () => {
  test("sweep removes a dead writer's leftovers, and nothing of a living one", async () => {
    await using opened = await openStore();
    await opened.store.put({}, streamOf(TOP));
    await mkdir(`${opened.path}/tmp/layers/dead/diff/deep`, { recursive: true });
    await writeFile(`${opened.path}/tmp/layers/dead/diff/deep/file`, "x");
    await mkdir(`${opened.path}/locks`, { recursive: true });
    await writeFile(`${opened.path}/locks/dead`, "");
    const swept: number[] = [];
    function* slow(): Generator<Uint8Array, void> {
      yield BASE.subarray(0, 1500);
      swept.push(opened.store.sweep(), opened.store.sweep());
      yield BASE.subarray(1500);
    }
    expect((await opened.store.put({ diffId: digestOf(BASE) }, slow())).written).toBe(true);
    expect(swept).toEqual([2, 0]);
    expect(await opened.store.verify(digestOf(BASE))).toEqual([]);
    expect(await readdir(`${opened.path}/tmp/layers`)).toEqual([]);
  });

  test("a missing short link is restored, and a dangling one is removed", async () => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(BASE));
    const link = opened.store.shortChain(record.chainId)[0] ?? "";
    const target = await readlink(link);
    await unlink(link);
    await opened.store.put({ diffId: record.diffId }, untouchable());
    expect(await readlink(link)).toBe(target);
    await rename(`${opened.path}/layers/sha256/${record.chainId.slice(7)}`, `${opened.path}/gone`);
    expect([opened.store.sweep(), opened.store.sweep({ links: true })]).toEqual([0, 1]);
    expect(await readdir(`${opened.path}/l`)).toEqual([]);
  });

  test("of more layers than a record holds is found completely, though no record lists them all", async () => {
    await using opened = await openStore();
    using below = opened.store.index();
    const chain: Digest[] = [];
    for (let i = 0; i < 200; i++) {
      const { record } = await opened.store.put(
        { below, ...(chain[0] && { parent: chain[0] }) },
        streamOf(archiveOf({ name: "d/f", content: `${i}` })),
      );
      chain.unshift(record.chainId);
      expect([record.depth, record.lower.length]).toEqual([i, Math.min(i, 64)]);
    }
    expect(opened.store.stack(chain[0] ?? ABSENT)).toEqual(chain);
    expect(opened.store.list()).toHaveLength(200);
    expect(() => opened.store.remove(chain.slice(1))).toThrow(`cannot remove layer ${chain[1]}: layer ${chain[0]} sits on it`);
    opened.store.remove(chain);
    expect(await filesIn(opened.path)).toEqual([]);
  });

  test("a damaged record is reported, not used", async () => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(BASE));
    const path = `${opened.path}/layers/sha256/${record.chainId.slice(7)}/layer.json`;
    for (const text of ["", "{", "[]", '{"chainId":"x"}', JSON.stringify({ ...record, chainId: ABSENT })]) {
      await writeFile(path, text);
      expect(() => opened.store.find(record.chainId), text).toThrow(`cannot read ${path}: it is not the record of this layer`);
    }
  });
});
