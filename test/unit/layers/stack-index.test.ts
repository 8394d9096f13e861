/** The index of a growing stack shows what the layers show, and its cost does not grow with the layers below. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import type { Digest } from "../../../src/base/digest.ts";
import { LowerStack } from "../../../src/layers/form/lower-stack.ts";
import { OverlayForm } from "../../../src/layers/form/overlay-form.ts";
import { StackIndex } from "../../../src/layers/form/stack-index.ts";
import { archiveOf, type Member, streamOf } from "../../support/archive.ts";
import { randomNumbers } from "../../support/random.ts";
import { requires } from "../../support/requires.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";
import { type OpenedStore, openStore } from "./opened-store.ts";

setDefaultTimeout(TEST_TIMEOUT); // every put waits for the disk

const asRoot = test.if(requires("root"));

async function putAll(opened: OpenedStore, layers: readonly (readonly Member[])[]): Promise<Digest[]> {
  const chain: Digest[] = [];
  for (const members of layers) {
    const parent = chain.at(-1);
    const { record } = await opened.store.put(parent === undefined ? {} : { parent }, streamOf(archiveOf(...members)));
    chain.push(record.chainId);
  }
  return chain;
}

/** Every path of the small trees that the layers are made of. */
const NAMES = ["a", "b", "c"];
const PATHS = ["", ...NAMES, ...NAMES.flatMap((a) => NAMES.flatMap((b) => [`${a}/${b}`, ...NAMES.map((c) => `${a}/${b}/${c}`)]))];

function randomLayer(next: () => number): Member[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  return Array.from({ length: 4 }, (): Member => {
    const path = pick(PATHS.slice(1));
    const [directory, last] = [path.slice(0, path.lastIndexOf("/") + 1), path.slice(path.lastIndexOf("/") + 1)];
    const kind = pick(["file", "directory", "link", "whiteout", "opaque"] as const);
    if (kind === "whiteout") return { name: `${directory}.wh.${last}` };
    if (kind === "opaque") return { name: `${path}/.wh..wh..opq` };
    if (kind === "link") return { name: path, kind: "symlink", linkName: "nowhere" };
    return { name: kind === "directory" ? `${path}/` : path, content: kind === "file" ? "1" : "" };
  });
}

asRoot("it says what the layers show, after every layer and after going back", async () => {
  const next = randomNumbers(7);
  await using opened = await openStore();
  for (let round = 0; round < 10; round++) {
    const chain = await putAll(
      opened,
      Array.from({ length: 8 }, () => randomLayer(next)),
    );
    using index = opened.store.index();
    for (const top of [...chain, ...chain.toReversed(), chain[5]]) {
      if (top === undefined) continue;
      index.moveTo(top);
      using stack = new LowerStack(opened.store.chain(top), new OverlayForm({}));
      for (const path of PATHS) {
        const [found, shown] = [index.find(path), stack.find(path)];
        expect({ path, kind: found?.status.kind, inode: found?.status.inode }).toEqual({
          path,
          kind: shown?.status.kind,
          inode: shown?.status.inode,
        });
        expect(index.names(path)).toEqual(stack.names(path));
      }
    }
    index.moveTo(undefined);
    expect([index.find("a"), index.names("")]).toEqual([undefined, []]);
  }
});

/** Counts what a stack of `count` layers, each with directories that no entry names, makes the index look up. */
async function recordsRead(count: number): Promise<number> {
  await using opened = await openStore();
  let read = 0;
  using index = new StackIndex(
    {
      nearest: (chainId) => {
        read++;
        return [chainId, ...(opened.store.find(chainId)?.lower ?? [])];
      },
      directory: (chainId) => `${opened.path}/layers/sha256/${chainId.slice(7)}/diff`,
    },
    new OverlayForm({}),
  );
  let parent: Digest | undefined;
  for (let i = 0; i < count; i++) {
    const stream = streamOf(archiveOf({ name: `d${i}/f` }, { name: "common/f", content: `${i}` }));
    const { record } = await opened.store.put({ below: index, ...(parent && { parent }) }, stream);
    parent = record.chainId;
  }
  expect(index.moveTo(parent).names("")).toHaveLength(count + 1);
  return read;
}

asRoot("each layer's record is read once, however many layers follow", async () => {
  expect(await recordsRead(150)).toBeLessThanOrEqual(2 * 150);
});

asRoot("few of the layers are open at a time", async () => {
  await using opened = await openStore();
  const chain = await putAll(
    opened,
    Array.from({ length: 150 }, (_, i) => [{ name: `d${i}/f` }]),
  );
  const before = (await readdir("/proc/self/fd")).length;
  using index = opened.store.index().moveTo(chain.at(-1));
  for (let i = 0; i < 150; i++) expect(index.find(`d${i}/f`)?.status.kind).toBe("file");
  expect((await readdir("/proc/self/fd")).length - before).toBeLessThanOrEqual(64);
});
