/** The order in which the store's files reach the disk: contents before names, and everything an image needs before index.json names it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { findDisorder } from "../support/disk-order.ts";
import { requires } from "../support/requires.ts";
import { openWork, type WorkName } from "../support/store-work.ts";
import { tracedCalls } from "../support/system-calls.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

/** Locks, unfinished files, and short links, which are recreated when needed. */
const TEMPORARY = /^(?:ingest|tmp|locks|l|index\.lock|lock)(?:\/|$)/;

async function disorderOf(name: WorkName, bytes = 1000): Promise<string[]> {
  await using work = await openWork(name, { files: 2, bytes });
  await work.reset();
  const calls = await tracedCalls(work.store, (prefix) => work.run(prefix));
  const isNeeded = (path: string): boolean => path.startsWith(`${work.store}/`) && !TEMPORARY.test(path.slice(work.store.length + 1));
  return findDisorder(calls, { commit: join(work.store, "index.json"), isNeeded });
}

for (const name of ["first import", "import layout", "import docker archive", "import rootfs", "commit"] as const) {
  test.if(requires("root", "strace"))(
    `${name}: what gets a name is on the disk, and the image before its entry in index.json`,
    async () => {
      expect(await disorderOf(name)).toEqual([]);
    },
  );
}

test.if(requires("root", "strace"))("a layer that a child begins to write to the disk is there before its name as well", async () => {
  const enoughForChild = 10 * 1024 * 1024;
  expect(await disorderOf("import rootfs", enoughForChild)).toEqual([]);
});

test("the model of the disk finds names before contents, and an index before what it names", () => {
  const call = (name: string, text: string) => ({ name, count: 1, text: `${name}(${text}) = 0` });
  const write = call("write", '3</s/ingest/a>, "x", 1');
  const sync = call("fsync", "3</s/ingest/a>");
  const rename = call("renameat2", 'AT_FDCWD</>, "/s/ingest/a", AT_FDCWD</>, "/s/blobs/a", 0');
  const index = call("renameat2", '4</s>, "index.json.tmp", 4</s>, "index.json", 0');
  const rules = { commit: "/s/index.json", isNeeded: (path: string) => path.startsWith("/s/blobs") };
  expect(findDisorder([write, sync, rename, call("fsync", "4</s/blobs>"), index, call("fsync", "4</s>")], rules)).toEqual([]);
  expect(findDisorder([write, rename, index], rules)).toEqual([
    "/s/blobs/a got its name before /s/ingest/a was on the disk",
    "/s/index.json was changed before /s/blobs was on the disk",
    "the name /s/index.json was not on the disk in the end",
  ]);
});
