/** Hostile archives: each is refused with an error that names the entry, or stays within the layer; nothing outside is touched. */
import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { unpackLayer } from "../../../src/layers/write/unpack.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { removeTree } from "../../../src/sys/file/remove-tree.ts";
import { archiveOf, block, END, type Member, pax, streamOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";
import { treeOf, unpackOn } from "./unpacked.ts";

interface Attack extends TempDir {
  readonly error: unknown;
  readonly layer: string;
  /** Everything around the layer, before and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Unpacks next to files that an escape would reach: `secret` and a directory beside the layer, and a layer below. */
async function attack(data: Uint8Array): Promise<Attack> {
  const host = await tempDir({ "outside/secret": "untouched", "outside/dir/file": "untouched", "below/etc/passwd": "root" });
  await mkdir(`${host.path}/layer`);
  const around = (): string[] => [...treeOf(`${host.path}/outside`, true), ...treeOf(`${host.path}/below`, true)];
  const before = around();
  let error: unknown;
  try {
    await unpackOn(data, `${host.path}/layer`, { lower: [`${host.path}/below`] });
  } catch (caught) {
    error = caught;
  }
  return {
    path: host.path,
    layer: `${host.path}/layer`,
    error,
    before,
    after: around(),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

const symlink = (name: string, linkName: string): Member => ({ name, kind: "symlink", linkName });
const hardlink = (name: string, linkName: string): Member => ({ name, kind: "hardlink", linkName });
const device = (name: string, major: number, minor: number): Member => ({ name, kind: "character", device: { major, minor } });

describe.if(requires("root"))("refused, by name", () => {
  test.each<[string, Member[], string, string]>([
    ["dotdot at the beginning", [{ name: "../outside/evil" }], "../outside/evil", "its name leads out of the layer"],
    ["dotdot behind a slash", [{ name: "/../outside/evil" }], "/../outside/evil", "its name leads out of the layer"],
    ["dotdot in the middle", [{ name: "a/../../outside/evil" }], "a/../../outside/evil", "leads out"],
    ["dotdot more often than names before it", [{ name: "a/b/../../.." }], "a/b/../../..", "leads out"],
    ["the root by dotdot as a file", [{ name: "a/..", content: "x" }], "a/..", "the layer's root is a directory"],
    ["dotdot behind slashes", [{ name: ".//..//outside/evil" }], ".//..//outside/evil", "leads out"],
    ["dotdot as a directory", [{ name: "../" }], "../", "leads out"],
    ["a whiteout of dotdot", [{ name: "../outside/.wh.secret" }], "../outside/.wh.secret", "leads out"],
    ["an opaque marker outside", [{ name: "../outside/.wh..wh..opq" }], "../outside/.wh..wh..opq", "leads out"],
    ["links in a circle", [symlink("a", "b"), symlink("b", "a"), { name: "a/evil" }], "a/evil", "more than 40 symbolic links on its way"],
    ["a link to itself", [symlink("a", "a/a"), { name: "a/evil" }], "a/evil", "more than 40 symbolic links on its way"],
    ["a hard link to an absolute path", [hardlink("h", "/outside/secret")], "h", 'there is no file "/outside/secret" to link to'],
    ["a hard link to dotdot", [hardlink("h", "../outside/secret")], "h", 'its target "../outside/secret" leads out of the layer'],
    ["a hard link that waits for one to itself", [hardlink("a", "b"), hardlink("b", "a")], "a", 'there is no file "b" to link to'],
    ["a hard link that waits for a directory", [hardlink("a", "d"), { name: "d/" }], "a", "a hard link to a directory"],
    ["a hard link to what is not there", [hardlink("h", "secret")], "h", 'there is no file "secret" to link to'],
    ["a hard link to a directory", [{ name: "d/" }, hardlink("h", "d")], "h", "a hard link to a directory"],
    ["a hard link to the root", [hardlink("h", ".")], "h", "a hard link to a directory"],
    ["a hard link to itself", [{ name: "f" }, hardlink("f", "./f")], "f", "a hard link to itself"],
    ["the root as a file", [{ name: ".", content: "x" }], ".", "the layer's root is a directory"],
    ["the root as a link", [symlink("./", "../outside")], "./", "the layer's root is a directory"],
    ["an impossible device", [device("d", 4096, 0)], "d", "no such device number"],
    ["an impossible device", [device("d", 0, 0o7777777)], "d", "no such device number"],
    ["a symbolic link without a target", [symlink("l", "")], "l", "a symbolic link without a target"],
    ["a whiteout of nothing", [{ name: ".wh." }], ".wh.", "a whiteout without a name to hide"],
    ["a whiteout of the directory above", [{ name: "a/.wh..." }], "a/.wh...", "a whiteout without a name to hide"],
  ])("%s", async (_, members, name, reason) => {
    await using result = await attack(archiveOf(...members));
    expect(String(result.error)).toContain(`cannot unpack ${JSON.stringify(name)}: `);
    expect(String(result.error)).toContain(reason);
    expect(result.after).toEqual(result.before);
  });

  test.each([
    ["NUL in a name", Buffer.concat([pax({ path: "a\0../evil" }), block({}), END]), "a NUL byte"],
    ["NUL in a target", Buffer.concat([pax({ linkpath: "a\0b" }), block({ type: "2" }), END]), "a NUL byte"],
    [
      "PAX says dotdot where the header is harmless",
      Buffer.concat([pax({ path: "../outside/evil" }), block({ name: "fine" }), END]),
      "leads out",
    ],
    [
      "GNU says dotdot where PAX is harmless",
      Buffer.concat([block({ type: "L" }, "../outside/evil\0"), pax({ path: "fine" }), block({}), END]),
      "leads out",
    ],
    ["a prefix of dotdot", Buffer.concat([block({ name: "evil" }, "", { 345: "../outside" }), END]), "leads out"],
    [
      "a size that hides what follows",
      Buffer.concat([pax({ size: "1000000000000" }), block({}), archiveOf({ name: "../evil" })]),
      "the archive has more than",
    ],
    [
      "an attribute with a name that is too long",
      archiveOf({ name: "f", xattrs: { [`user.${"n".repeat(300)}`]: "1" } }),
      'cannot unpack "f": ',
    ],
    ["an attribute that is too large", archiveOf({ name: "f", xattrs: { "user.a": "1".repeat(70_000) } }), 'cannot unpack "f": '],
  ])("%s", async (_, data, reason) => {
    await using result = await attack(data);
    expect(String(result.error)).toStartWith("RuntimeError: cannot ");
    expect(String(result.error)).toContain(reason);
    expect(result.after).toEqual(result.before);
  });
});

describe.if(requires("root"))("kept within the layer: above its root is its root", () => {
  const out = symlink("out", "../outside");
  test.each<[string, Member[], string[]]>([
    ["a file through a link that climbs out", [out, { name: "out/evil", content: "x" }], ["outside/evil file 644 0 0 1"]],
    ["a directory through such a link", [out, { name: "out/evil/" }], ["outside/evil directory 755 0 0"]],
    ["a link through such a link", [out, symlink("out/evil", "x")], ['outside/evil link 777 0 0 "x"']],
    ["a device through such a link", [out, device("out/evil", 1, 3)], ["outside/evil character 644 0 0 1:3"]],
    ["through two links", [symlink("a", "b/.."), symlink("b", ".."), { name: "a/outside/evil" }], ["outside/evil file 644 0 0 0"]],
    [
      "through a link deeper down",
      [{ name: "x/y/" }, symlink("x/y/z", "../../../../../outside"), { name: "x/y/z/evil" }],
      ["outside/evil file 644 0 0 0"],
    ],
    ["over the file that such a link leads to", [out, { name: "out/secret", content: "evil" }], ["outside/secret file 644 0 0 4"]],
    ["a whiteout through such a link", [out, { name: "out/.wh.secret" }], []],
    ["an opaque marker through such a link", [out, { name: "out/dir/.wh..wh..opq" }], []],
  ])("%s", async (_, members, expected) => {
    await using result = await attack(archiveOf(...members));
    expect(result.error).toBeUndefined();
    expect(treeOf(result.layer)).toEqual(expect.arrayContaining(expected));
    expect(result.after).toEqual(result.before);
  });

  test.each<[string, Member[]]>([
    ["that waits behind such a link", [hardlink("a", "out/secret"), out]],
    ["through such a link", [out, hardlink("h", "out/secret")]],
  ])("a hard link %s finds no file of the host's", async (_, members) => {
    await using result = await attack(archiveOf(...members));
    expect(String(result.error)).toContain('there is no file "out/secret" to link to');
    expect(result.after).toEqual(result.before);
  });
});

describe.if(requires("root"))("harmless in spite of itself", () => {
  test.each<[string, Member[], string[]]>([
    [
      "a link that points out and is never followed",
      [symlink("out", "../../../etc"), symlink("abs", "/etc/shadow")],
      ['abs link 777 0 0 "/etc/shadow"', 'out link 777 0 0 "../../../etc"'],
    ],
    [
      "a file in place of a link: the link goes, its target stays",
      [symlink("s", "../outside/secret"), { name: "s", content: "evil" }],
      ["s file 644 0 0 4"],
    ],
    ["a directory in place of a link", [symlink("s", "../outside/dir"), { name: "s/", mode: 0o777 }], ["s directory 777 0 0"]],
    [
      "a hard link in place of a link",
      [{ name: "f" }, symlink("s", "../outside/secret"), hardlink("s", "f")],
      ['f file 644 0 0 0 same as "f"', 's file 644 0 0 0 same as "f"'],
    ],
    [
      "a hard link to a link that points out: the link itself",
      [symlink("s", "../outside/secret"), hardlink("h", "s")],
      ['h link 777 0 0 "../outside/secret" same as "h"', 's link 777 0 0 "../outside/secret" same as "h"'],
    ],
    [
      "mode and owner of a link are the link's own",
      [{ ...symlink("s", "../outside/secret"), mode: 0o4777, uid: 99 }],
      ['s link 777 99 0 "../outside/secret"'],
    ],
    [
      "a file through an absolute link stays in the layer",
      [symlink("a", "/outside"), { name: "a/secret", content: "evil" }],
      ['a link 777 0 0 "/outside"', "outside directory 755 0 0", "outside/secret file 644 0 0 4"],
    ],
    [
      "a link by way of /proc",
      [symlink("a", "/proc/self/root"), { name: "a/evil" }],
      [
        'a link 777 0 0 "/proc/self/root"',
        "proc directory 755 0 0",
        "proc/self directory 755 0 0",
        "proc/self/root directory 755 0 0",
        "proc/self/root/evil file 644 0 0 0",
      ],
    ],
    ["a set-user-id program belongs to the layer", [{ name: "su", mode: 0o6755, uid: 0, content: "x" }], ["su file 6755 0 0 1"]],
    [
      "absolute names, which count from the layer's root",
      [{ name: "/etc/evil" }, { name: "//x" }, hardlink("/h", "/etc/evil")],
      ["etc directory 755 0 0", 'etc/evil file 644 0 0 0 same as "etc/evil"', 'h file 644 0 0 0 same as "etc/evil"', "x file 644 0 0 0"],
    ],
    [
      "dotdot that stays within",
      [{ name: "a/../b" }, { name: "c/d/../../e/" }, { name: "f/..", kind: "directory", mode: 0o755 }, hardlink("h", "x/../b")],
      ['b file 644 0 0 0 same as "b"', "e directory 755 0 0", 'h file 644 0 0 0 same as "b"'],
    ],
    [
      "a whiteout beside dotdot, of a name in the layer below",
      [{ name: "x/../etc/.wh.passwd" }],
      ["etc directory 755 0 0", "etc/passwd character 600 0 0 0:0"],
    ],
    [
      "a device 0:0, which is a whiteout wherever it is unpacked, for what the archive had there as well",
      [{ name: "etc/passwd", content: "x" }, device("etc/passwd", 0, 0), device("nothing", 0, 0)],
      ["etc directory 755 0 0", "etc/passwd character 600 0 0 0:0"],
    ],
    [
      "hard links before their files, and links to those",
      [hardlink("a", "b"), hardlink("b", "d/c"), { name: "d/" }, { name: "d/c", content: "1" }, hardlink("e", "a")],
      ["a", "b", "d/c", "e"].map((name) => `${name} file 644 0 0 1 same as "a"`).toSpliced(2, 0, "d directory 755 0 0"),
    ],
    [
      "a name that a later entry has is no longer the link's that waits",
      [{ name: "a", content: "old" }, hardlink("a", "b"), { name: "a", content: "newer" }, { name: "b", content: "1" }],
      ["a file 644 0 0 5", "b file 644 0 0 1"],
    ],
    ["dots and slashes in a name", [{ name: ".///./a//./b/." }], ["a directory 755 0 0", "a/b file 644 0 0 0"]],
    [
      "names that are almost dotdot",
      [{ name: "..." }, { name: "..a" }, { name: "a../b" }],
      ["... file 644 0 0 0", "..a file 644 0 0 0", "a.. directory 755 0 0", "a../b file 644 0 0 0"],
    ],
    [
      "a directory that is replaced by a link while it is known",
      [{ name: "d/" }, { name: "d/x" }, symlink("d", "e"), { name: "e/" }, { name: "d/y" }],
      ['d link 777 0 0 "e"', "e directory 755 0 0", "e/y file 644 0 0 0"],
    ],
    [
      "a link that is replaced by a directory while it is known",
      [{ name: "e/" }, symlink("d", "e"), { name: "d/x" }, { name: "d/" }, { name: "d/y" }],
      ["d directory 755 0 0", "d/y file 644 0 0 0", "e directory 755 0 0", "e/x file 644 0 0 0"],
    ],
  ])("%s", async (_, members, expected) => {
    await using result = await attack(archiveOf({ name: "./" }, ...members));
    expect(result.error).toBeUndefined();
    expect(treeOf(result.layer).slice(1)).toEqual(expected);
    expect(result.after).toEqual(result.before);
  });
});

test.if(requires("root"))("as deep as names can be, and many links on the way", async () => {
  const deep = Array.from({ length: 1000 }, () => "d").join("/");
  const links = Array.from({ length: 30 }, (_, i) => symlink(`l${i}`, i === 0 ? "d" : `l${i - 1}`));
  await using result = await attack(archiveOf({ name: `${deep}/f`, content: "x" }, ...links, { name: "l29/g" }));
  expect(result.error).toBeUndefined();
  expect(treeOf(result.layer)).toContain("d/g file 644 0 0 0");
  using layer = openFile(result.layer, OPEN.read | OPEN.directory);
  removeTree(layer.number, "d"); // the engine's own takes seconds for it
  expect(result.after).toEqual(result.before);
});

test.each([
  ["entries", { entries: 100 }, Array.from({ length: 101 }, (_, i) => ({ name: `f${i}` })), "more than 100 entries"],
  [
    "bytes",
    { bytes: 1000 },
    [
      { name: "a", content: "x".repeat(999) },
      { name: "b", content: "xx" },
    ],
    "more than 1000 bytes of files",
  ],
  ["depth", { depth: 10 }, [{ name: "d/".repeat(11) }], "directories deep; at most 10 are accepted"],
])("a bomb of %s is cut off", async (_, limits, members, reason) => {
  await using host = await tempDir();
  expect(() => unpackLayer(streamOf(archiveOf(...members)), host.path, { limits })).toThrow(reason);
});
