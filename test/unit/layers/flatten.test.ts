/** A stack of layers as one archive: compared with an overlay of them, and with the archive unpacked again. */
import { describe, expect, test } from "bun:test";
import { flattenLayers } from "../../../src/layers/diff/flatten.ts";
import { diskLayerStore } from "../../../src/layers/store/disk-store.ts";
import { unpackLayer } from "../../../src/layers/write/unpack.ts";
import { archiveOf, type Member, streamOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { type TempDir, tempDir, writeFiles } from "../../support/temp-dir.ts";
import { mergedTree, upperAfter } from "./merged.ts";
import { treeOf } from "./unpacked.ts";

const possible = requires("root");

const LAYERS: readonly (readonly Member[])[] = [
  [
    { name: "./", mode: 0o711, uid: 5 },
    { name: "etc/", mode: 0o750, xattrs: { "user.d": "1" } },
    { name: "etc/motd", content: "one", mode: 0o4755, xattrs: { "user.a": "b" } },
    { name: "hard", kind: "hardlink", linkName: "etc/motd" },
    { name: "pair", content: "pair" },
    { name: "pair-too", kind: "hardlink", linkName: "pair" },
    { name: "gone/" },
    { name: "gone/x", content: "x" },
    { name: "again/" },
    { name: "again/old", content: "old" },
    { name: "file-to-be/" },
    { name: "file-to-be/x" },
    { name: "link", kind: "symlink", linkName: "etc/motd" },
    { name: "pipe", kind: "fifo" },
    { name: "dev/null", kind: "character", device: { major: 1, minor: 3 } },
    { name: "caf\xe9", content: "bytes" },
  ],
  [
    { name: "./", mode: 0o755 },
    { name: ".wh.gone" },
    { name: "again/" },
    { name: "again/.wh..wh..opq" },
    { name: "again/new", content: "new" },
    { name: "file-to-be", content: "file" },
    { name: "etc/other", content: "two" },
  ],
  [{ name: "./" }, { name: "etc/motd", content: "three" }, { name: "large", content: Buffer.alloc(3_000_000, 7) }],
];

async function stack(directory: TempDir, layers = LAYERS): Promise<string[]> {
  const store = diskLayerStore(directory.path);
  let parent: { parent?: Awaited<ReturnType<typeof store.put>>["record"]["chainId"] } = {};
  for (const members of layers) parent = { parent: (await store.put(parent, streamOf(archiveOf(...members)))).record.chainId };
  return parent.parent === undefined ? [] : store.chain(parent.parent);
}

async function unpacked(layers: readonly string[], options = {}): Promise<TempDir> {
  const target = await tempDir();
  await unpackLayer(flattenLayers(layers, options), target.path);
  return target;
}

describe.if(possible)("the archive of a stack of layers", () => {
  test("unpacks to the tree that an overlay of them shows, with all attributes", async () => {
    await using directory = await tempDir();
    const layers = await stack(directory);
    await using copy = await unpacked(layers);
    const tree = treeOf(copy.path, true);
    const merged = await mergedTree(layers, true);
    expect(tree).toEqual(merged.map((line) => line.replace('same as "hard" ', ""))); // the kernel counts the name that is hidden
    expect(tree.length).toBeGreaterThan(12);
    expect(tree.join("\n")).not.toContain("gone");
  });

  test("is the same for one layer made of it", async () => {
    await using directory = await tempDir();
    await using copy = await unpacked(await stack(directory));
    const archives = [await stack(directory), [copy.path]].map((layers) => Array.fromAsync(flattenLayers(layers, {})));
    const [first, second] = (await Promise.all(archives)).map((pieces) => Bun.SHA256.hash(Buffer.concat(pieces), "hex"));
    expect(second).toBe(first ?? "");
  });

  test("has what a container wrote, and its removals", async () => {
    await using directory = await tempDir();
    const lower = await stack(directory);
    await using written = await upperAfter(
      lower,
      "rm etc/other hard; rm -r again; mkdir again; echo w > again/w; mv file-to-be moved; ln moved moved-too",
    );
    await using copy = await unpacked([written.upper, ...lower]);
    expect(treeOf(copy.path, true)).toEqual(await mergedTree([written.upper, ...lower], true));
  });

  test("honours the marks of fuse-overlayfs in a writable layer", async () => {
    await using directory = await tempDir();
    await using upper = await tempDir();
    await writeFiles(upper.path, {
      ".wh.gone": "",
      ".wh.hard": "",
      "again/.wh..wh..opq": "",
      "again/fuse": "",
      "etc/.wh.motd": "",
      ".wh.again": "",
    });
    await using copy = await unpacked([upper.path, ...(await stack(directory, LAYERS.slice(0, 1)))], { byFuse: true });
    const names = await Array.fromAsync(new Bun.Glob("{gone,hard,again,etc}/**").scan({ cwd: copy.path, dot: true, onlyFiles: false }));
    expect(names.sort()).toEqual(["again/fuse"]);
  });

  test("refuses names that would be whiteouts where the archive becomes a layer", async () => {
    await using upper = await tempDir({ "d/.wh.hidden": "" });
    expect(() => [...flattenLayers([upper.path], { userXattr: false, byFuse: false, treeSince: undefined })]).toThrow(
      'cannot archive "d/.wh.hidden": a name that begins with .wh. would hide another in a layer',
    );
  });

  test("owners and times are translated", async () => {
    await using directory = await tempDir();
    const layers = await stack(directory);
    await using copy = await unpacked(layers, { epoch: 5, owners: { uid: (id: number) => id + 100, gid: (id: number) => id + 200 } });
    const lines = treeOf(copy.path, true);
    expect(lines.length).toBeGreaterThan(12);
    expect(
      Bun.spawnSync(["sh", "-c", "find . -mindepth 1 ! \\( -uid +99 -gid +199 \\) -o -newermt @6", "sh"], {
        cwd: copy.path,
      }).stdout.toString(),
    ).toBe("");
  });

  test("of no layers has no files", async () => {
    await using copy = await unpacked([]);
    expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: copy.path, dot: true, onlyFiles: false }))).toEqual([]);
  });
});
