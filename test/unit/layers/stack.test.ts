/** A layer on top of others: what it hides of them, and what it inherits from them. */
import { describe, expect, test } from "bun:test";
import type { Member } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { layerOn, treeOf, unpack } from "./unpacked.ts";

const asRoot = describe.if(requires("root"));
const ROOT: Member = { name: "./" };
const OPAQUE = '["trusted.overlay.opaque","y"]';

asRoot("whiteouts", () => {
  const BELOW: Member[] = [{ name: "d/" }, { name: "d/a" }, { name: "d/sub/" }, { name: "d/sub/s" }, { name: "f" }];
  const whiteout = "character 600 0 0 0:0";
  const sorted: [string, Member[], string[]][] = [
    ["[L12] hides a file below", [{ name: ".wh.f" }], [`f ${whiteout}`]],
    ["[L12] hides in a directory", [{ name: "d/" }, { name: "d/.wh.a" }], ["d directory 755 0 0", `d/a ${whiteout}`]],
    ["[L12] never hides a file of its own layer, before it", [{ name: ".wh.f" }, { name: "f", content: "1" }], ["f file 644 0 0 1"]],
    ["[L12] never hides a file of its own layer, after it", [{ name: "f", content: "1" }, { name: ".wh.f" }], ["f file 644 0 0 1"]],
    [
      "[L20] and a new directory of that name is opaque",
      [{ name: ".wh.d" }, { name: "d/" }, { name: "d/n" }],
      [`d directory 755 0 0 ${OPAQUE}`, "d/n file 644 0 0 0"],
    ],
    [
      "[L20] and so it is when the whiteout comes last",
      [{ name: "d/" }, { name: "d/n" }, { name: ".wh.d" }],
      [`d directory 755 0 0 ${OPAQUE}`, "d/n file 644 0 0 0"],
    ],
    [
      "[L20] and so it is when no entry names the directory",
      [{ name: "d/n" }, { name: ".wh.d" }],
      [`d directory 755 0 0 ${OPAQUE}`, "d/n file 644 0 0 0"],
    ],
    [
      "[L14] opaque hides all children, first",
      [{ name: "d/" }, { name: "d/.wh..wh..opq" }, { name: "d/n" }],
      [`d directory 755 0 0 ${OPAQUE}`, "d/n file 644 0 0 0"],
    ],
    [
      "[L14] opaque hides all children, last",
      [{ name: "d/" }, { name: "d/n" }, { name: "d/.wh..wh..opq" }],
      [`d directory 755 0 0 ${OPAQUE}`, "d/n file 644 0 0 0"],
    ],
    ["[L14] opaque without an entry of the directory", [{ name: "d/.wh..wh..opq" }], [`d directory 755 0 0 ${OPAQUE}`]],
    [
      "[L14] opaque at the root hides everything",
      [{ name: ".wh..wh..opq" }, { name: "d/" }],
      [`d directory 755 0 0 ${OPAQUE}`, `f ${whiteout}`],
    ],
    [
      "[6b] nothing is marked within an opaque directory",
      [{ name: "d/.wh.a" }, { name: "d/.wh..wh..opq" }, { name: "d/sub/.wh.s" }, { name: "d/sub/.wh..wh..opq" }],
      [`d directory 755 0 0 ${OPAQUE}`],
    ],
    [
      "[6b] nothing is marked where nothing is below",
      [{ name: ".wh.gone" }, { name: "new/" }, { name: "new/.wh.x" }, { name: "new/.wh..wh..opq" }],
      ["new directory 755 0 0"],
    ],
    ["[L12] of a directory's child behind a file", [{ name: "d", content: "1" }, { name: "d/.wh.a" }], ["d file 644 0 0 1"]],
    ["[L12] of a directory and of its child", [{ name: "d/.wh.a" }, { name: ".wh.d" }], [`d ${whiteout}`]],
    [
      "[L15] aufs's own files are left out",
      [{ name: ".wh..wh.plnk/" }, { name: ".wh..wh.plnk/1.2", content: "x" }, { name: ".wh..wh.aufs" }],
      [],
    ],
    [
      "[L17] shipped as a hard link",
      [{ name: ".wh..wh.aufs" }, { name: ".wh.f", kind: "hardlink", linkName: ".wh..wh.aufs" }],
      [`f ${whiteout}`],
    ],
    [
      "[L12] with content, which is of no use",
      [{ name: ".wh.f", content: "x".repeat(700) }, { name: "g" }],
      [`f ${whiteout}`, "g file 644 0 0 0"],
    ],
    ["a name that only contains .wh.", [{ name: "x.wh.y" }], ["x.wh.y file 644 0 0 0"]],
  ];
  test.each(sorted)("%s", async (_, members, expected) => {
    expect(await layerOn([BELOW], members)).toEqual(expected);
  });

  test("are all made if the layers below are not known", async () => {
    await using layer = await unpack([ROOT, { name: ".wh.f" }, { name: "d/.wh..wh..opq" }]);
    expect(layer.tree().slice(1)).toEqual([`d directory 755 0 0 ${OPAQUE}`, `f ${whiteout}`]);
  });

  test("[L12] of a layer do not affect those above it", async () => {
    expect(await layerOn([BELOW, [{ name: ".wh.d" }]], [{ name: "d/" }, { name: "d/.wh.a" }])).toEqual(["d directory 755 0 0"]);
  });

  test("[L14] an opaque directory of a layer hides lower layers from those above it", async () => {
    const middle: Member[] = [{ name: "d/" }, { name: "d/.wh..wh..opq" }];
    expect(await layerOn([BELOW, middle], [{ name: "d/" }, { name: "d/.wh.a" }, { name: "d/sub/x" }])).toEqual([
      "d directory 755 0 0",
      "d/sub directory 755 0 0",
      "d/sub/x file 644 0 0 0",
    ]);
  });

  test("[6b] in user attributes for mounts with userxattr", async () => {
    await using layer = await unpack([ROOT, { name: "d/.wh..wh..opq" }, { name: "f", xattrs: { "user.overlay.opaque": "y" } }], {
      userXattr: true,
    });
    const expected = ['d directory 755 0 0 ["user.overlay.opaque","y"]', 'f file 644 0 0 0 ["user.overlay.overlay.opaque","y"]'];
    expect(layer.tree().slice(1)).toEqual(expected);
  });

  test.each([
    ["[L13] without a name", ".wh.", "a whiteout without a name to hide"],
    ["for the directory itself", "d/.wh..", "a whiteout without a name to hide"],
    ["for the directory above", "d/.wh...", "a whiteout without a name to hide"],
    ["with files in it", ".wh.d/x", "a whiteout is no directory"],
  ])("%s are refused", async (_, name, reason) => {
    await expect(unpack([{ name }])).rejects.toThrow(`cannot unpack "${name}": ${reason}`);
  });
});

asRoot("layers below", () => {
  test("[L18] a parent that is missing is as it was below", async () => {
    const below: Member[] = [
      { name: "./", mode: 0o711, uid: 3 },
      { name: "tmp/", mode: 0o1777, gid: 9, xattrs: { "user.a": "1" } },
    ];
    await using lower = await unpack(below);
    await using layer = await unpack([{ name: "tmp/x" }], { lower: [lower.path] });
    expect(layer.tree(true)).toEqual([...treeOf(lower.path, true), "tmp/x file 644 0 0 1600000000.000000000 0"]);
  });

  test("[L20] but not if this layer has deleted it", async () => {
    const below: Member[] = [{ name: "tmp/", mode: 0o1777, gid: 9 }];
    expect(await layerOn([below], [{ name: ".wh.tmp" }, { name: "tmp/x" }])).toEqual([
      `tmp directory 755 0 0 ${OPAQUE}`,
      "tmp/x file 644 0 0 0",
    ]);
  });

  test("a parent that is a link below leads where it leads", async () => {
    const below: Member[] = [{ name: "usr/lib/" }, { name: "lib", kind: "symlink", linkName: "usr/lib" }];
    const expected = ["usr directory 755 0 0", "usr/lib directory 755 0 0", "usr/lib/x file 644 0 0 0"];
    expect(await layerOn([below], [{ name: "lib/x" }])).toEqual(expected);
    expect(await layerOn([below, [{ name: "other" }]], [{ name: "lib/x" }])).toEqual(expected);
    expect(await layerOn([below], [{ name: "lib/" }, { name: "lib/x" }])).toEqual(["lib directory 755 0 0", "lib/x file 644 0 0 0"]);
  });

  test.each<[string, Member, string[]]>([
    [
      "file",
      { name: "f", content: "123", mode: 0o755, uid: 4, xattrs: { "user.a": "1" } },
      ['f file 755 4 0 3 same as "f" ["user.a","1"]', 'h file 755 4 0 3 same as "f" ["user.a","1"]'],
    ],
    ["link", { name: "f", kind: "symlink", linkName: "t" }, ['f link 777 0 0 "t" same as "f"', 'h link 777 0 0 "t" same as "f"']],
    ["fifo", { name: "f", kind: "fifo" }, ['f fifo 644 0 0 same as "f"', 'h fifo 644 0 0 same as "f"']],
  ])("[L17] a hard link to a %s below brings a copy of it", async (_, member, expected) => {
    expect(await layerOn([[member]], [{ name: "h", kind: "hardlink", linkName: "f" }])).toEqual(expected);
  });

  test.each<[string, Member[], string]>([
    ["hidden by this layer", [{ name: ".wh.f" }, { name: "h", kind: "hardlink", linkName: "f" }], 'there is no file "f" to link to'],
    ["absent", [{ name: "h", kind: "hardlink", linkName: "g" }], 'there is no file "g" to link to'],
    ["a directory", [{ name: "h", kind: "hardlink", linkName: "d" }], "a hard link to a directory"],
  ])("[L17] a hard link to what is %s is refused", async (_, members, reason) => {
    await expect(layerOn([[{ name: "f" }, { name: "d/" }]], members)).rejects.toThrow(`cannot unpack "h": ${reason}`);
  });
});
