/** Every line of the image-spec on applying one layer, as the files that come of it. */
import { describe, expect, test } from "bun:test";
import { readFile, stat } from "node:fs/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { unpackLayer } from "../../../src/layers/unpack.ts";
import { archiveOf, block, END, type Member, pax, sha256, streamOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { treeOf, unpack } from "./unpacked.ts";

const asRoot = describe.if(requires("root"));
const ROOT: Member = { name: "./" };
const OPAQUE = '["trusted.overlay.opaque","y"]';

/** The lines of a layer on top of others, without the root's own. */
async function layerOn(lower: readonly (readonly Member[])[], members: readonly Member[]): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const below: string[] = [];
  for (const layer of lower) {
    const unpacked = stack.use(await unpack(layer, { lower: below }));
    below.unshift(unpacked.path);
  }
  const top = stack.use(await unpack([ROOT, ...members], { lower: below }));
  return top.tree().slice(1);
}

describe("[L2] [L4] [L6] the stream", () => {
  const tar = archiveOf({ name: "a", content: "hello".repeat(1000) }, { name: "b/" });
  const half = tar.length >> 1;

  test.each([
    ["plain", tar, tar],
    ["gzip", gzipSync(tar), tar],
    ["gzip in two members", Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]), tar],
    ["gzip with padding behind its end", Buffer.concat([gzipSync(tar), Buffer.alloc(5000)]), tar],
    ["zstd", zstdCompressSync(tar), tar],
    ["zstd in two frames", Buffer.concat([zstdCompressSync(tar.subarray(0, half)), zstdCompressSync(tar.subarray(half))]), tar],
    ["zstd behind a skippable frame", Buffer.concat([Buffer.from("\x50\x2a\x4d\x18\x04\0\0\0abcd", "latin1"), zstdCompressSync(tar)]), tar],
    ["bytes behind the end of the archive", Buffer.concat([tar, Buffer.alloc(3000, 1)]), Buffer.concat([tar, Buffer.alloc(3000, 1)])],
  ])("%s is read and hashed to its end", async (_, data, uncompressed) => {
    for (const chunk of [1, 3, 4096, data.length]) {
      await using directory = await tempDir();
      const layer = await unpackLayer(streamOf(data, chunk), directory.path);
      const blob = { digest: sha256(data), size: data.length };
      expect(layer).toEqual({ diffId: sha256(uncompressed), blob, size: 5000, entries: 2 } as typeof layer);
      expect(await readFile(`${directory.path}/a`, "utf8")).toBe("hello".repeat(1000));
    }
  });

  test.each([
    ["gzip, cut", gzipSync(tar).subarray(0, -12), "cannot uncompress the layer: "],
    [
      "gzip, damaged",
      Buffer.from(gzipSync(tar).map((byte, i, all) => (i === all.length - 6 ? byte ^ 1 : byte))),
      "cannot uncompress the layer: ",
    ],
    ["zstd, cut", zstdCompressSync(tar).subarray(0, -12), /it ends too early|cannot uncompress/],
    ["plain, cut", tar.subarray(0, 1000), "cannot read the archive: it ends too early"],
    ["xz", Buffer.from("fd377a585a0000", "hex"), "cannot uncompress the layer: xz is not supported; gzip, zstd and no compression are"],
    ["nothing", Buffer.alloc(0), "it ends too early"],
  ])("%s is refused", async (_, data, message) => {
    await expect(unpack(data)).rejects.toThrow(message);
  });

  test("an error of the stream is passed on", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield gzipSync(tar).subarray(0, 20);
      throw new Error("connection lost");
    }
    await using directory = await tempDir();
    await expect(unpackLayer(broken(), directory.path)).rejects.toThrow("connection lost");
  });
});

asRoot("[L8] [L9] entries", () => {
  test("become what they say, with owner, mode, time and attributes", async () => {
    const modified = { seconds: 1_234_567_890, nanoseconds: 123_456_789 };
    const caps = "\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    await using layer = await unpack([
      { name: "./", mode: 0o1777, modified },
      { name: "bin/", mode: 0o2755, gid: 50, modified, xattrs: { "user.d": "dir" } },
      { name: "bin/su", mode: 0o4755, uid: 10, gid: 20, modified, content: "elf" },
      { name: "bin/ping", mode: 0o755, uid: 1, modified, content: "elf", xattrs: { "security.capability": caps, "user.x": "\0\xff" } },
      { name: "link", kind: "symlink", linkName: "/../anything", uid: 3, gid: 4, modified, xattrs: { "trusted.l": "1" } },
      { name: "null", kind: "character", mode: 0o666, device: { major: 1, minor: 3 }, modified },
      { name: "disk", kind: "block", mode: 0o660, device: { major: 259, minor: 70000 }, modified },
      { name: "pipe", kind: "fifo", mode: 0o600, modified },
      { name: "bin/again", kind: "hardlink", linkName: "./bin//su", modified },
    ]);
    const time = "1234567890.123456789";
    expect(layer.tree(true)).toEqual([
      `. directory 1777 0 0 ${time}`,
      `bin directory 2755 0 50 ${time} ["user.d","dir"]`,
      `bin/again file 4755 10 20 ${time} 3 same as "bin/again"`,
      `bin/ping file 755 1 0 ${time} 3 ${JSON.stringify(["security.capability", caps])} ["user.x","\\u0000\u00ff"]`,
      `bin/su file 4755 10 20 ${time} 3 same as "bin/again"`,
      `disk block 660 0 0 ${time} 259:70000`,
      `link link 777 3 4 ${time} "/../anything" ["trusted.l","1"]`,
      `null character 666 0 0 ${time} 1:3`,
      `pipe fifo 600 0 0 ${time}`,
    ]);
    expect(layer.layer).toMatchObject({ size: 6, entries: 9 });
  });

  test("keep their names byte by byte", async () => {
    await using layer = await unpack([
      ROOT,
      { name: "latin\xe9" },
      { name: "utf\xc3\xa9" },
      { name: "new\nline" },
      { name: "back\\slash" },
    ]);
    const names = layer
      .tree()
      .slice(1)
      .map((line) => line.split(" file ")[0]);
    expect(names).toEqual(["back\\\\slash", "latin\u00e9", "new\\nline", "utf\u00c3\u00a9"]);
  });

  test("ignore user and group names, and labels of SELinux", async () => {
    const labelled = { "security.selinux": "system_u:object_r:bin_t:s0" };
    const data = Buffer.concat([pax({ uname: "nobody", gname: "nogroup" }), archiveOf({ name: "f", uid: 7, xattrs: labelled })]);
    await using layer = await unpack(data);
    expect(layer.tree()).toContain("f file 644 7 0 0");
  });

  test("with times before 1970 and far beyond 2038", async () => {
    await using layer = await unpack([
      { name: "old", modified: { seconds: -1, nanoseconds: 5 } },
      { name: "new", modified: { seconds: 4_500_000_000, nanoseconds: 0 } },
    ]);
    expect(layer.tree(true)).toContain("old file 644 0 0 -1.000000005 0");
    expect(layer.tree(true)).toContain("new file 644 0 0 4500000000.000000000 0");
  });

  test("leave a directory's time as it says, whatever comes into it later", async () => {
    const modified = { seconds: 1, nanoseconds: 0 };
    await using layer = await unpack([
      { name: "a/", modified, mode: 0o500 },
      { name: "a/b/", modified, mode: 0 },
      { name: "a/b/c" },
      { name: "a/d" },
    ]);
    expect(layer.tree(true).slice(1, 3)).toEqual(["a directory 500 0 0 1.000000000", "a/b directory 0 0 0 1.000000000"]);
  });
});

asRoot("clashes within a layer", () => {
  test.each<[string, Member[], string[]]>([
    [
      "[L10] a directory again: new attributes, old content",
      [{ name: "d/", mode: 0o700, xattrs: { "user.a": "1" } }, { name: "d/f" }, { name: "d/", uid: 5 }],
      ["d directory 755 5 0", "d/f file 644 0 0 0"],
    ],
    [
      "[L7] a file again: the last one wins",
      [
        { name: "f", content: "old", mode: 0o755 },
        { name: "f", content: "newer" },
      ],
      ["f file 644 0 0 5"],
    ],
    [
      "[L11] a file instead of a directory",
      [{ name: "x/" }, { name: "x/y/" }, { name: "x/y/z" }, { name: "x", content: "1" }],
      ["x file 644 0 0 1"],
    ],
    [
      "[L11] a directory instead of a file",
      [{ name: "x", content: "1" }, { name: "x/" }, { name: "x/y" }],
      ["x directory 755 0 0", "x/y file 644 0 0 0"],
    ],
    [
      "[L11] a link instead of a directory",
      [{ name: "x/" }, { name: "x/y" }, { name: "x", kind: "symlink", linkName: "z" }],
      ['x link 777 0 0 "z"'],
    ],
    [
      "[L11] a directory instead of a link",
      [{ name: "t/" }, { name: "x", kind: "symlink", linkName: "t" }, { name: "x/" }, { name: "x/y" }],
      ["t directory 755 0 0", "x directory 755 0 0", "x/y file 644 0 0 0"],
    ],
    ["[L11] a device instead of a file", [{ name: "x" }, { name: "x", kind: "fifo" }], ["x fifo 644 0 0"]],
    [
      "[L7] a file of two names again: the other name keeps it",
      [
        { name: "a", content: "1" },
        { name: "b", kind: "hardlink", linkName: "a" },
        { name: "a", content: "22" },
      ],
      ["a file 644 0 0 2", "b file 644 0 0 1"],
    ],
    ["[L18] a parent is missing", [{ name: "a/b/c" }], ["a directory 755 0 0", "a/b directory 755 0 0", "a/b/c file 644 0 0 0"]],
    ["[L18] a parent comes later", [{ name: "a/b" }, { name: "a/", mode: 0o711, uid: 9 }], ["a directory 711 9 0", "a/b file 644 0 0 0"]],
    ["[L19] a parent is a file", [{ name: "a", content: "1" }, { name: "a/b" }], ["a directory 755 0 0", "a/b file 644 0 0 0"]],
    [
      "a parent is a link within the layer",
      [{ name: "lib", kind: "symlink", linkName: "usr/lib" }, { name: "usr/lib/" }, { name: "lib/x" }],
      ['lib link 777 0 0 "usr/lib"', "usr directory 755 0 0", "usr/lib directory 755 0 0", "usr/lib/x file 644 0 0 0"],
    ],
    [
      "a parent is an absolute link, which counts from the layer's root",
      [{ name: "run/" }, { name: "var/run", kind: "symlink", linkName: "/run" }, { name: "var/run/x" }],
      ["run directory 755 0 0", "run/x file 644 0 0 0", "var directory 755 0 0", 'var/run link 777 0 0 "/run"'],
    ],
    [
      "a hard link to a link is a link",
      [
        { name: "l", kind: "symlink", linkName: "gone" },
        { name: "h", kind: "hardlink", linkName: "l" },
      ],
      ['h link 777 0 0 "gone" same as "h"', 'l link 777 0 0 "gone" same as "h"'],
    ],
  ])("%s", async (_, members, expected) => {
    expect(await layerOn([], members)).toEqual(expected);
  });

  test("[L18] a missing parent has the time of the entry that needs it", async () => {
    await using layer = await unpack([{ name: "a/b", modified: { seconds: 7, nanoseconds: 0 } }]);
    expect(layer.tree(true).slice(0, 2)).toEqual([". directory 755 0 0 7.000000000", "a directory 755 0 0 7.000000000"]);
  });
});

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

  test("are all made when nobody says what is below", async () => {
    await using layer = await unpack([ROOT, { name: ".wh.f" }, { name: "d/.wh..wh..opq" }]);
    expect(layer.tree().slice(1)).toEqual([`d directory 755 0 0 ${OPAQUE}`, `f ${whiteout}`]);
  });

  test("[L12] of a layer do not reach those above it", async () => {
    expect(await layerOn([BELOW, [{ name: ".wh.d" }]], [{ name: "d/" }, { name: "d/.wh.a" }])).toEqual(["d directory 755 0 0"]);
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

asRoot("[6b] overlayfs's own attributes in an image", () => {
  test("are escaped, so that they mark nothing", async () => {
    const xattrs = { "trusted.overlay.opaque": "y", "trusted.overlay.overlay.x": "1", "user.overlay.opaque": "y" };
    await using layer = await unpack([ROOT, { name: "d/", xattrs }]);
    expect(layer.tree()[1]).toBe(
      'd directory 755 0 0 ["trusted.overlay.overlay.opaque","y"] ["trusted.overlay.overlay.overlay.x","1"] ["user.overlay.opaque","y"]',
    );
  });
});

test("owners and devices can be left out, as without privileges", async () => {
  const members: Member[] = [
    { name: "f", uid: 12345, gid: 54321 },
    { name: "null", kind: "character", device: { major: 1, minor: 3 } },
    { name: "d/", uid: 99 },
  ];
  await using layer = await unpack(members, { owners: "ignore", devices: "skip" });
  const me = { uid: process.getuid?.(), gid: process.getgid?.() };
  expect(await stat(`${layer.path}/f`)).toMatchObject(me);
  expect(await stat(`${layer.path}/d`)).toMatchObject(me);
  expect(layer.tree()).toHaveLength(3);
  expect(layer.warnings).toEqual(['device files like "null" are left out']);
  await expect(unpack(members, { owners: "ignore", devices: "refuse" })).rejects.toThrow('cannot unpack "null": device files are refused');
});

test("[L1] an empty archive is an empty layer", async () => {
  await using layer = await unpack(END);
  expect(layer.tree()).toHaveLength(1);
  expect(layer.layer.entries).toBe(0);
});

test("[L8] sparse files are refused", async () => {
  await expect(unpack(Buffer.concat([block({ type: "S" }), END]))).rejects.toThrow("sparse files are not supported");
});
