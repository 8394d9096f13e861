/** A stack of layers copied to its own tree, which shows what the kernel shows of the stack; completely, or not at all. */
import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { trySetXattrAt } from "../../../src/sys/file/xattr.ts";
import { archiveOf, type Member } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { mergedTree } from "./merged.ts";
import { treeOf, unpack } from "./unpacked.ts";
import { copyTo, treeAfter } from "./whole-tree.ts";

const TIME = { seconds: -5, nanoseconds: 600 };
const CAPABILITY = "\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

const BELOW: Member[] = [
  { name: "./", mode: 0o1777, uid: 3 },
  { name: "d/", mode: 0o2711, uid: 5, gid: 6, xattrs: { "user.d": "1" }, modified: TIME },
  { name: "d/a", content: "a", modified: TIME },
  { name: "d/b", kind: "hardlink", linkName: "d/a" },
  { name: "d/sub/" },
  { name: "d/sub/s" },
  { name: "e/" },
  { name: "e/deep/" },
  { name: "e/deep/x", content: "x".repeat(300_000) },
  {
    name: "suid",
    mode: 0o6755,
    uid: 70_000,
    gid: 3_000_000,
    content: "#!",
    xattrs: { "security.capability": CAPABILITY, "user.\xff": "\0\n" },
  },
  { name: "marked", xattrs: { "trusted.overlay.opaque": "y" } },
  { name: "latin\xe9/" },
  { name: "null", kind: "character", device: { major: 1, minor: 3 }, mode: 0o666 },
  { name: "disk", kind: "block", device: { major: 300, minor: 70_000 }, mode: 0o660, modified: TIME },
  { name: "fifo", kind: "fifo", uid: 8 },
  { name: "link", kind: "symlink", linkName: "/etc/../../x", uid: 9, modified: TIME },
  { name: "became-link/" },
  { name: "became-link/x" },
  { name: "became-file/" },
  { name: "became-file/x" },
  { name: "gone/" },
  { name: "gone/x" },
];

const ABOVE: Member[] = [
  { name: "./", mode: 0o750, uid: 4, xattrs: { "user.root": "1" } },
  { name: "d/", mode: 0o700 },
  { name: "d/.wh.a" },
  { name: "d/sub/" },
  { name: "d/sub/.wh..wh..opq" },
  { name: "d/sub/t" },
  { name: "e/.wh.deep" },
  { name: ".wh.gone" },
  { name: "became-link", kind: "symlink", linkName: "/etc" },
  { name: "became-file", content: "1" },
];

const TOP: Member[] = [
  { name: "./" },
  { name: "gone/" },
  { name: "gone/y" },
  { name: "e/deep", content: "a file" },
  { name: "z", kind: "hardlink", linkName: "suid" },
];

describe.if(requires("root"))("a tree of layers", () => {
  test("shows what the kernel shows of them", async () => {
    await using first = await unpack(BELOW);
    await using second = await unpack(ABOVE, { lower: [first.path] });
    await using third = await unpack(TOP, { lower: [second.path, first.path] });
    for (const stack of [[first.path], [second.path, first.path], [third.path, second.path, first.path]]) {
      await using copy = await treeAfter(stack);
      expect(copy.warnings).toEqual([]);
      const alone = (line: string): string => line.replace(/^(\S+) (.*) same as "\1"/, "$1 $2"); // its other names are hidden
      expect(treeOf(copy.tree, true).map(alone)).toEqual((await mergedTree(stack, true)).map(alone));
    }
  });

  test("is reused the second time, whatever a container has done to it meanwhile", async () => {
    await using lower = await unpack(BELOW);
    await using copy = await treeAfter([lower.path], "rm -r d; echo x > new");
    const before = treeOf(copy.tree, true);
    copyTo(copy.tree, [lower.path]);
    expect(treeOf(copy.tree, true)).toEqual(before);
    expect((await readdir(copy.path)).sort()).toEqual(["tree", "tree.lock", "tree.tree"]);
  });

  test("replaces the leftovers of one that died, and an empty directory", async () => {
    await using lower = await unpack([{ name: "./" }, { name: "a" }]);
    await using work = await tempDir({ "tree.new/half": "x", "tree.tree": "old", "tree/.": { directory: true } });
    copyTo(`${work.path}/tree`, [lower.path]);
    expect((await readdir(work.path)).sort()).toEqual(["tree", "tree.lock", "tree.tree"]);
    expect(await readdir(`${work.path}/tree`)).toEqual(["a"]);
  });

  test("is refused where a container has written its changes", async () => {
    await using lower = await unpack([{ name: "./" }, { name: "a" }]);
    await using work = await tempDir({ "tree/changed": "x" });
    expect(() => copyTo(`${work.path}/tree`, [lower.path])).toThrow("it has what a container wrote under another driver");
    expect(await readdir(`${work.path}/tree`)).toEqual(["changed"]);
  });

  test("is refused if there is one of other layers, and found if the bundle has moved", async () => {
    await using bundle = await tempDir({ "layers/a/x": "", "layers/b/y": "" });
    const layersIn = (path: string): string[] => ["b", "a"].map((name) => `${path}/layers/${name}`);
    copyTo(`${bundle.path}/tree`, layersIn(bundle.path));
    expect(() => copyTo(`${bundle.path}/tree`, layersIn(bundle.path).slice(1))).toThrow("it was made of other layers than these");
    const moved = `${bundle.path}-moved`;
    Bun.spawnSync(["mv", bundle.path, moved]);
    copyTo(`${moved}/tree`, layersIn(moved));
    await rm(moved, { recursive: true });
  });

  test("does not exist if it could not be completed", async () => {
    await using lower = await tempDir({ "a/x": "1", "b/x": "2" });
    using at = openFile(lower.path, OPEN.path | OPEN.directory);
    expect(trySetXattrAt(at.number, "b", "trusted.overlay.redirect", "/elsewhere")).toBe(0);
    await using work = await tempDir();
    expect(() => copyTo(`${work.path}/tree`, [lower.path])).toThrow('cannot copy "/b" of the layers: it was written through a mount');
    expect(await readdir(work.path)).toEqual(["tree.lock"]);
  });

  test("is refused in one of its layers", async () => {
    await using lower = await tempDir({ "d/x": "" });
    expect(() => copyTo(`${lower.path}/d/tree`, [lower.path])).toThrow(`layer ${lower.path} would have the tree in it`);
  });

  test("is refused for a layer in which something is mounted", async () => {
    await using lower = await tempDir({ "d/x": "" });
    await using work = await tempDir();
    const copy = `import { copyTo } from ${JSON.stringify(`${import.meta.dir}/whole-tree.ts`)}; copyTo(${JSON.stringify(`${work.path}/tree`)}, [${JSON.stringify(lower.path)}]);`;
    const script = 'mount -t tmpfs none "$1" && exec "$2" -e "$3"';
    const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", `${lower.path}/d`, process.execPath, copy];
    const { exitCode, stderr } = Bun.spawnSync(argv);
    expect({ exitCode, stderr: stderr.toString() }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('cannot read "/d" of a layer: something is mounted there'),
    });
    expect(await readdir(work.path)).toEqual(["tree.lock"]);
  });

  test("keeps holes, including one at the end of a file", async () => {
    await using lower = await tempDir({ empty: "" });
    Bun.spawnSync(["sh", "-c", "truncate -s 8M holes; printf end | dd of=holes bs=1 seek=5000000 conv=notrunc; truncate -s 3M nothing"], {
      cwd: lower.path,
    });
    await using copy = await treeAfter([lower.path]);
    for (const name of ["holes", "nothing", "empty"]) {
      const [from, to] = [statSync(`${lower.path}/${name}`), statSync(`${copy.tree}/${name}`)];
      expect([name, to.size, to.blocks <= from.blocks]).toEqual([name, from.size, true]);
      expect(await Bun.file(`${copy.tree}/${name}`).bytes()).toEqual(await Bun.file(`${lower.path}/${name}`).bytes());
    }
  });

  test("follows no link that the layers have in place of a directory", async () => {
    await using outside = await tempDir({ secret: "x" });
    await using lower = await unpack(archiveOf({ name: "./" }, { name: "d/" }, { name: "d/x" }));
    await mkdir(`${lower.path}/up`);
    await writeFile(`${lower.path}/up/f`, "");
    await using upper = await unpack([{ name: "./" }, { name: "d", kind: "symlink", linkName: outside.path }], { lower: [lower.path] });
    await using copy = await treeAfter([upper.path, lower.path]);
    expect(treeOf(copy.tree).filter((line) => line.startsWith("d"))).toEqual([expect.stringMatching(/^d link .*lamina-test/)]);
    expect(existsSync(`${outside.path}/x`)).toBe(false);
  });
});
