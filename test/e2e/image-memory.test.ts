/**
 * How much memory image operations take, whatever the image's size: large files are processed in pieces, and many files a few at a time.
 * GNU time reports the peak. It starts programs by fork; with vfork the caller's memory would count as theirs.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openShop, type Shop } from "../support/image-shop.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(3 * TEST_TIMEOUT);

const WRITER = ownId("writer");

const possible = requires("root", "busybox", "time");

/** The peak of a call in kilobytes; it must succeed. */
async function peak(shop: Shop, ...words: string[]): Promise<number> {
  const report = join(shop.box.host, "peak");
  const { exitCode, stderr } = await shop.call(words, { prefix: ["/usr/bin/time", "-o", report, "-f", "%M"] });
  if (exitCode !== 0) throw new Error(`${words.join(" ")} failed: ${stderr}`);
  return Number((await Bun.file(report).text()).trim());
}

/** Operations that process the whole image. `archive` is imported, and its files are committed as a container's changes. */
async function peaks(shop: Shop, archive: string): Promise<Record<string, number>> {
  const out = join(shop.box.host, "out.tar");
  await shop.must("run", "--image", "base:1", WRITER, "--", "/bin/busybox", "true");
  const written = Bun.spawnSync(["tar", "-xf", archive, "-C", join(shop.store, `bundles/${WRITER}/upper`)]);
  if (!written.success) throw new Error(`cannot write files: ${written.stderr}`);
  return {
    import: await peak(shop, "image", "import", "--quiet", archive, "large:1"),
    verify: await peak(shop, "image", "verify"),
    save: await peak(shop, "image", "export", "--format", "docker-archive", "large:1", out),
    flatten: await peak(shop, "image", "export", "--format", "rootfs", "large:1", out),
    export: await peak(shop, "export", WRITER, out),
    commit: await peak(shop, "commit", "--quiet", WRITER, "committed:1"),
  };
}

function above(limit: number, found: Record<string, number>): string[] {
  return Object.entries(found).flatMap(([name, kilobytes]) => (kilobytes > limit ? [`${name}: ${kilobytes} kB`] : []));
}

test.if(possible)("files larger than the allowed memory pass through", async () => {
  await using shop = await openShop();
  const root = join(shop.box.host, "root");
  await mkdir(root);
  const script = 'cd "$0" && head -c 200000000 /dev/zero > zeros && head -c 60000000 /dev/urandom > noise && tar -cf ../large.tar .';
  expect(Bun.spawnSync(["sh", "-ec", script, root]).success).toBe(true);
  await rm(root, { recursive: true });
  expect(above(150_000, await peaks(shop, join(shop.box.host, "large.tar")))).toEqual([]);
});

/** As strings, held twice, the names alone would exceed what is left. */
test.if(possible)("tens of thousands of files take little more memory than one", async () => {
  await using shop = await openShop();
  const script = `mkdir many && cd many && seq 40000 | awk '{ d = "directory-" int($1 / 500); print d "/some-file-with-a-long-name-" $1 ".txt" > "../names"; dirs[d] } END { for (d in dirs) print d > "../dirs" }'
    xargs mkdir < ../dirs && xargs touch < ../names && cd .. && tar -cf many.tar many && rm -r many`;
  expect(Bun.spawnSync(["sh", "-ec", script], { cwd: shop.box.host }).success).toBe(true);
  expect(above(105_000, await peaks(shop, join(shop.box.host, "many.tar")))).toEqual([]);
});

test.if(possible)("diff tells of tens of thousands of files below long paths without keeping the paths", async () => {
  await using shop = await openShop();
  const id = shop.box.id;
  await shop.must("run", "--image", "base:1", id, "--", "/bin/busybox", "true");
  const script = `cd "$0" && for i in $(seq 30); do mkdir ${"d".repeat(240)} && cd -P ${"d".repeat(240)} || exit 1; done; seq 10000 | xargs touch`;
  expect(Bun.spawnSync(["sh", "-c", script, join(shop.store, "bundles", id, "upper")]).success).toBe(true);
  expect(above(60_000, { diff: await peak(shop, "diff", id), json: await peak(shop, "diff", "--format", "json", id) })).toEqual([]);
});
