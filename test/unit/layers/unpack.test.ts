/** Every line of the image-spec about applying one layer, as the resulting files. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { open, stat } from "node:fs/promises";
import { archiveOf, END, type Member, pax } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";
import { layerOn, treeOf, unpack } from "./unpacked.ts";

setDefaultTimeout(TEST_TIMEOUT); // every put waits for the disk

const asRoot = describe.if(requires("root"));
const ROOT: Member = { name: "./" };

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

  test("leave a directory's time as it says, whatever is added to it later", async () => {
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
  await expect(unpack(members, { owners: "ignore", devices: "refuse" })).rejects.toThrow(
    'cannot unpack "null": device files are refused here',
  );
});

test("[L1] an empty archive is an empty layer", async () => {
  await using layer = await unpack(END);
  expect(layer.tree()).toHaveLength(1);
  expect(layer.layer.entries).toBe(0);
});

const MIB = 2 ** 20;

test("[L8] sparse files are sparse on disk too, in every format of GNU tar", async () => {
  await using work = await tempDir({ "src/.": { directory: true } });
  const file = await open(`${work.path}/src/holes`, "w");
  for (const [text, at] of [
    ["begin", 0],
    ["middle", 64 * MIB],
    ["end", 256 * MIB],
  ] as const) {
    await file.write(text, at);
  }
  await file.truncate(300 * MIB);
  await file.close();
  for (const form of [
    "--format=gnu",
    "--format=posix --sparse-version=0.0",
    "--sparse-version=0.1",
    "--format=posix --sparse-version=1.0",
  ]) {
    const tar = Bun.spawnSync(["tar", "-C", `${work.path}/src`, "--sparse", "-c", ...form.split(" "), "holes"]);
    expect({ form, status: tar.exitCode }).toEqual({ form, status: 0 });
    await using layer = await unpack(tar.stdout);
    const { size, blocks } = await stat(`${layer.path}/holes`);
    expect({ form, size, isSparse: blocks * 512 < MIB }).toEqual({ form, size: 300 * MIB, isSparse: true });
    expect(layer.layer.size).toBeLessThan(MIB);
    const same = Bun.spawnSync(["cmp", `${work.path}/src/holes`, `${layer.path}/holes`]);
    expect({ form, same: same.exitCode }).toEqual({ form, same: 0 });
  }
});

test.if(requires("root", "user-namespace"))("[6b] in a user namespace: whiteouts, marks of the user's own, devices left out", async () => {
  await using work = await tempDir({ "layer/.": { directory: true } });
  const members: Member[] = [
    { name: ".wh.gone" },
    { name: "d/.wh..wh..opq" },
    { name: "d/sda", kind: "block", device: { major: 8, minor: 0 } },
    { name: "f", content: "x", uid: 5, mode: 0o755, xattrs: { "trusted.a": "1", "user.overlay.opaque": "y" } },
  ];
  await Bun.write(`${work.path}/a.tar`, archiveOf(...members));
  const script = `
    import { unpackLayer } from ${JSON.stringify(`${import.meta.dir}/../../../src/layers/write/unpack.ts`)};
    const [archive, directory] = process.argv.slice(1);
    unpackLayer([await Bun.file(archive).bytes()], directory, { userXattr: true, owners: "ignore", warn: console.log });`;
  const run = Bun.spawnSync(["unshare", "-Ur", process.execPath, "-e", script, "--", `${work.path}/a.tar`, `${work.path}/layer`]);
  expect({ status: run.exitCode, stderr: run.stderr.toString() }).toEqual({ status: 0, stderr: "" });
  expect(run.stdout.toString().split("\n")).toEqual([
    'device files like "d/sda" are left out',
    'attributes like trusted.a of "f" are left out: operation not permitted',
    "",
  ]);
  expect(treeOf(`${work.path}/layer`).slice(1)).toEqual([
    'd directory 755 0 0 ["user.overlay.opaque","y"]',
    'f file 755 0 0 1 ["user.overlay.overlay.opaque","y"]',
    "gone character 600 0 0 0:0",
  ]);
});
