/** Container files that are hard to archive: sparse files, names like whiteouts, sockets, trees deeper than a path. diff reports all of them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openShop, type Shop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [C1, C2, WRITER] = [ownId("c1"), ownId("c2"), ownId("writer")] as const;

const possible = requires("root", "busybox");

const HOLE_SIZE = 20 * 2 ** 30;
const WRITE_HOLE = `busybox truncate -s ${HOLE_SIZE} /hole; echo end >>/hole`;
const READ_HOLE = ["busybox", "sh", "-c", "busybox stat -c %s /hole; busybox tail -c 4 /hole; busybox du -sm /hole"];
/** A mebibyte at most, for its last block. */
const HOLE = expect.stringMatching(new RegExp(`^${HOLE_SIZE + 4}\nend\n[01]\t/hole\n$`));

const mebibytes = (path: string): number => Number(Bun.spawnSync(["du", "-sm", path]).stdout.toString().split("\t")[0]);

test.if(possible)("a file with a hole of 20 GiB is committed, exported, imported and copied as sparse", async () => {
  await using shop = await openShop();
  const before = mebibytes(shop.store);
  await shop.must("run", "--image", "base:1", WRITER, "--", "sh", "-c", WRITE_HOLE);
  await shop.must("commit", WRITER, "made:1");
  const archive = join(shop.box.host, "out.tar");
  await shop.must("export", WRITER, archive);
  await shop.must("image", "import", "--quiet", archive, "again:1");
  for (const image of ["made:1", "again:1"]) {
    expect(await shop.must("run", "--rm", "--image", image, "--", ...READ_HOLE)).toEqual(HOLE);
    const bundle = join(shop.box.directory, `copied-${image.slice(0, 4)}`);
    await shop.must("bundle", "--driver", "vfs", image, bundle, "--", ...READ_HOLE);
    expect(await shop.must("run", "--bundle", bundle, ownId(image.slice(0, 4)))).toEqual(HOLE);
  }
  expect(mebibytes(archive)).toBeLessThan(10);
  expect(mebibytes(shop.store) - before).toBeLessThan(50);
});

test.if(possible)("a whole tree that lost or got a sparse file is committed with the change", async () => {
  await using shop = await openShop();
  const bundle = join(shop.box.directory, "copied");
  await shop.must("bundle", "--driver", "vfs", "base:1", bundle, "--", "sh", "-c", WRITE_HOLE);
  await shop.must("run", "--keep", "--bundle", bundle, C1);
  expect(await shop.must("diff", C1)).toBe("A /hole\n");
  await shop.must("commit", C1, "made:1");
  await shop.must("delete", C1);
  expect(await shop.must("run", "--rm", "--image", "made:1", "--", ...READ_HOLE)).toEqual(HOLE);
  expect(mebibytes(shop.store)).toBeLessThan(50);
});

async function refusedCommit(shop: Shop, id: string): Promise<string> {
  const { exitCode, stderr } = await shop.call(["commit", id, "made:1"]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(await shop.must("image", "list", "--format", "json"))).toHaveLength(1);
  await shop.must("image", "verify");
  return stderr;
}

test.if(possible)("a name that would be a whiteout in an archive is reported, and not committed as something else", async () => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", C1, "--", "sh", "-c", "echo >/.wh.which; echo >/plain");
  expect(await shop.must("diff", C1)).toBe("A /.wh.which\nA /plain\n");
  expect(await refusedCommit(shop, C1)).toStartWith('cannot archive ".wh.which": ');
});

const DEEP = `${"d".repeat(100)}/`.repeat(30);

/** Puts trees together by renaming: no path that is said is too long. */
function makeDeep(parts: number): string {
  const below = (i: number): string => `mkdir -p /part${i}/${DEEP}; mv /part${i + 1}/* /part${i}/${DEEP}; rmdir /part${i + 1}`;
  const last = `mkdir -p /part${parts}/${DEEP}; : >/part${parts}/${DEEP}end`;
  return [last, ...Array.from({ length: parts - 1 }, (_, i) => below(parts - 1 - i)), "mv /part1 /top"].join("; ");
}

test.if(possible)("a tree deeper than a path can express is shown by diff, refused by commit, and removed", async () => {
  await using shop = await openShop();
  await shop.must("run", "--image", "base:1", C1, "--", "busybox", "sh", "-c", makeDeep(3));
  const told = (await shop.must("diff", C1)).trim().split("\n");
  expect([told.length, told.at(-1)]).toEqual([92, `A /top/${DEEP.repeat(3)}end`]);
  expect(await refusedCommit(shop, C1)).toMatch(/^cannot archive "top\/d{96}.*…": a path of \d+ bytes; at most 4095 are accepted\n/);
  await shop.must("run", "--rm", "--image", "base:1", C2, "--", "busybox", "sh", "-c", makeDeep(10));
});
