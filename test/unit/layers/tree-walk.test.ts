/** Changes in a whole tree of layers: reported as from the kernel's writable layer, and archived the same. */
import { describe, expect, test } from "bun:test";
import { symlink } from "node:fs/promises";
import { changedSize, listChanges } from "../../../src/layers/diff/changes.ts";
import { type DiffOptions, diffLayer } from "../../../src/layers/diff/diff.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { trySetXattrAt } from "../../../src/sys/file/xattr.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { entryOf, type Member, sha256, streamOf } from "../../support/archive.ts";
import { makeDeepTree } from "../../support/deep-tree.ts";
import { readTar } from "../../support/read-tar.ts";
import { requires } from "../../support/requires.ts";
import { mergedTree, upperAfter } from "./merged.ts";
import { treeOf, unpack } from "./unpacked.ts";
import { treeAfter } from "./whole-tree.ts";

const EPOCH = 1_000_000_000;
/** Before the epoch, so that a time that differs shows in the archive. */
const OLD = { seconds: 500_000_000, nanoseconds: 5 };

const BELOW: Member[] = [
  { name: "./" },
  { name: "d/", mode: 0o711, uid: 5 },
  ...["d/a", "d/b", "d/sub/s", "f", "m"].map((name) => ({ name, content: `${name}\n`, modified: OLD })),
  { name: "h1", content: "linked\n", modified: OLD },
  { name: "h2", kind: "hardlink", linkName: "h1" },
  { name: "h3", kind: "hardlink", linkName: "h1" },
  { name: "l", kind: "symlink", linkName: "f", modified: OLD },
  { name: "n", kind: "character", device: { major: 1, minor: 3 }, modified: OLD },
  { name: "x", content: "x", xattrs: { "user.a": "1" }, modified: OLD },
];
const MIDDLE: Member[] = [
  { name: "./" },
  { name: ".wh.m" },
  { name: "d/sub/" },
  { name: "d/sub/.wh..wh..opq" },
  { name: "d/sub/t", content: "t" },
];

async function archive(upper: string, options: DiffOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of diffLayer(upper, { ...options, epoch: EPOCH })) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function namesIn(data: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  for await (const { entry } of readTar(streamOf(data))) names.push(entry.name);
  return names;
}

const told = (upper: string, options: DiffOptions): string[] => [...listChanges(upper, options)].map(({ kind, path }) => `${kind} ${path}`);

describe.if(requires("root"))("changes of a whole tree", () => {
  test.each([
    ["none", "touch ."],
    ["a new file", "echo x > new"],
    ["a changed file", "echo x >> d/a"],
    ["content of the same length", "echo X > d/a"],
    ["a changed mode", "chmod 600 d/a"],
    ["a changed owner", "chown 7:8 d/a; chown -h 7:8 l; chown 9 n"],
    ["a changed time", "touch -d @600000000.000000005 d/a; touch -h -d @600000000 l"],
    ["a deleted file", "rm d/a"],
    ["a deleted directory", "rm -r d"],
    ["a file instead of a directory", "rm -r d; echo > d"],
    ["a directory instead of a file", "rm f; mkdir f; echo > f/x"],
    ["a directory that was deleted and made again", "rm -r d; mkdir d; chown 5 d; chmod 711 d; echo > d/a"],
    ["a new directory", "mkdir n2; echo > n2/x; mkdir n2/y"],
    ["a new name that is gone again", "echo > n2; rm n2; touch ."],
    ["a renamed file", "mv d/a d/z"],
    ["a renamed directory", "mv d e"],
    ["another link", "ln -sf g l"],
    ["another device", "rm n; mknod n c 1 5"],
    ["a fifo and a link", "mkfifo p; ln -s nowhere s"],
    ["a hard link among new names", "echo > y; ln y y2; ln y y3"],
    ["another name of an old file", "ln f f2"],
    ["a deleted name of several", "rm h2"],
    ["the first name of several deleted", "rm h1"],
    ["a name of several that became another file", "cp -p h2 copy; mv copy h2; touch ."],
    ["a name that is no ASCII", "echo > \u00e9"],
    ["what a layer has hidden, made again", "echo new > m; echo new > d/sub/s"],
  ])("%s", async (_, script) => {
    await using lower = await unpack(BELOW);
    await using middle = await unpack(MIDDLE, { lower: [lower.path] });
    const stack = [middle.path, lower.path];
    await using model = await upperAfter(stack, script);
    await using copy = await treeAfter(stack, script);
    expect(copy.warnings).toEqual([]);
    expect(told(copy.tree, copy.options)).toEqual(told(model.upper, { lower: stack }));
    const data = await archive(copy.tree, copy.options);
    expect(await namesIn(data)).toEqual(await namesIn(await archive(model.upper, { lower: stack })));
    expect(sha256(data)).toBe(sha256(await archive(model.upper, { lower: stack })));
  });

  test("content is compared even if its time has been set back", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "echo X/a > d/a; touch -r f d/a; touch -d @500000000.000000005 d/a");
    expect(told(copy.tree, copy.options)).toEqual(["C /d", "C /d/a"]);
    await using same = await treeAfter([lower.path], "echo d/a > d/a; touch -d @500000000.000000005 d/a; chmod 600 d/b; chmod 644 d/b");
    expect(told(same.tree, same.options)).toEqual([]);
  });

  test("attributes that were changed, added and removed", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path]);
    using at = openFile(copy.tree, OPEN.path | OPEN.directory);
    for (const [name, key, value] of [
      ["x", "user.a", "2"],
      ["f", "user.b", "1"],
      ["d", "trusted.overlay.opaque", "y"],
    ] as const) {
      expect(trySetXattrAt(at.number, name, key, value)).toBe(0);
    }
    expect(told(copy.tree, copy.options)).toEqual(["C /d", "C /f", "C /x"]);
  });

  test("another name of a file with several: all go into the archive, and stay one file", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "ln h2 h4; rm h1");
    expect(told(copy.tree, copy.options)).toEqual(["D /h1", "C /h2", "C /h3", "A /h4"]);
    await using again = await unpack(await archive(copy.tree, copy.options), { lower: [lower.path] });
    expect((await mergedTree([again.path, lower.path])).filter((line) => /^h\d /.test(line))).toEqual(
      treeOf(copy.tree).filter((line) => /^h\d /.test(line)),
    );
  });

  test("a write through one name of several shows under all of them, as it does in the tree", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "echo more >> h2");
    expect(told(copy.tree, copy.options)).toEqual(["C /h1", "C /h2", "C /h3"]);
    expect(changedSize(copy.tree, copy.options)).toBe("linked\nmore\n".length);
  });

  test.each([
    [
      "a device that would be a whiteout",
      "mknod w c 0 0",
      ["A /w"],
      'cannot archive "w": as a device file 0:0 it would hide another in a layer',
    ],
    [
      "a name that would be a whiteout",
      "echo > d/.wh.a",
      ["C /d", "A /d/.wh.a"],
      'cannot archive "d/.wh.a": a name that begins with .wh. would hide',
    ],
  ])("%s is told, and in no archive", async (_, script, changes, reason) => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], script);
    expect(told(copy.tree, copy.options)).toEqual(changes);
    await expect(archive(copy.tree, copy.options)).rejects.toThrow(reason);
  });

  test("directories deeper than a path can express are reported, but in no archive", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "touch .");
    makeDeepTree(copy.tree, 45, "d".repeat(100));
    const changes = told(copy.tree, copy.options);
    expect([changes.length, changes.at(-1)?.length]).toEqual([46, 45 * 101 + 6]);
    await expect(archive(copy.tree, copy.options)).rejects.toThrow(
      /^cannot archive "d+\/.*…": a path of 4140 bytes; at most 4095 are accepted$/,
    );
  });

  test("a file with a large hole is compared without reading it, and a change in the hole is found", async () => {
    const writer = new TarWriter();
    writer.entry({ ...entryOf({ name: "s", modified: OLD }), size: 2 ** 40, sparse: [{ offset: 2 ** 39, length: 3 }] });
    writer.content(Buffer.from("abc"));
    writer.end();
    await using lower = await unpack(writer.take());
    await using copy = await treeAfter([lower.path], "chmod 600 s; chmod 644 s");
    expect(told(copy.tree, copy.options)).toEqual([]);
    await using other = await treeAfter(
      [lower.path],
      "printf x | dd of=s bs=1 seek=1000000 conv=notrunc status=none; touch -d @600000000 s",
    );
    expect(told(other.tree, other.options)).toEqual(["C /s"]);
  });

  test("a link in place of a directory is not followed", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "rm -r d");
    await symlink("/etc", `${copy.tree}/d`);
    expect(told(copy.tree, copy.options)).toEqual(["C /d"]);
    expect(await namesIn(await archive(copy.tree, copy.options))).toEqual(["./", "d"]);
  });
});
