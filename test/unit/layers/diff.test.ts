/** Writable layers as the kernel leaves them, turned into changes and archives, and back into layers. */
import { describe, expect, test } from "bun:test";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { writeNode } from "../../../src/layers/archive/tree-entry.ts";
import { listChanges } from "../../../src/layers/diff/changes.ts";
import { type DiffOptions, diffLayer } from "../../../src/layers/diff/diff.ts";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { lookAt } from "../../../src/sys/file/tree.ts";
import { trySetXattrAt } from "../../../src/sys/file/xattr.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { type Member, sha256, streamOf } from "../../support/archive.ts";
import { readTar } from "../../support/read-tar.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { mergedTree, upperAfter, upperByFuse } from "./merged.ts";
import { treeOf, unpack } from "./unpacked.ts";

async function archive(upper: string, options: DiffOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of diffLayer(upper, options)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function entriesOf(data: Uint8Array): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const { entry } of readTar(streamOf(data))) entries.push(entry);
  return entries;
}

const BELOW: Member[] = [
  { name: "./" },
  { name: "d/", mode: 0o711, uid: 5 },
  { name: "d/a", content: "a" },
  { name: "d/b", content: "b" },
  { name: "d/sub/" },
  { name: "d/sub/s", content: "s" },
  { name: "f", content: "below", xattrs: { "user.a": "1" } },
  { name: "g", kind: "hardlink", linkName: "f" },
  { name: "l", kind: "symlink", linkName: "f" },
];

/** A script, what it changes, and the names in the archive. */
const CHANGES: [string, string, string[], string[]][] = [
  ["none", "true", [], ["./"]],
  ["a new file", "echo x > new", ["A /new"], ["./", "new"]],
  ["a changed file", "echo x >> d/a", ["C /d", "C /d/a"], ["./", "d/", "d/a"]],
  ["a changed mode", "chmod 600 d/a", ["C /d", "C /d/a"], ["./", "d/", "d/a"]],
  ["a deleted file", "rm d/a", ["C /d", "D /d/a"], ["./", "d/", "d/.wh.a"]],
  [
    "[L16] whiteouts stand before new names",
    "rm d/b; echo > d/0; echo > d/a2",
    ["C /d", "A /d/0", "A /d/a2", "D /d/b"],
    ["./", "d/", "d/.wh.b", "d/0", "d/a2"],
  ],
  ["a deleted directory", "rm -r d", ["D /d"], ["./", ".wh.d"]],
  ["a file instead of a directory", "rm -r d; echo > d", ["C /d"], ["./", "d"]],
  ["a directory instead of a file", "rm d/a; mkdir d/a; echo > d/a/x", ["C /d", "C /d/a", "A /d/a/x"], ["./", "d/", "d/a/", "d/a/x"]],
  [
    "a directory that was deleted and made again",
    "rm -r d; mkdir d; echo > d/a",
    ["C /d", "C /d/a", "D /d/b", "D /d/sub"],
    ["./", "d/", "d/.wh.b", "d/.wh.sub", "d/a"],
  ],
  [
    "[L14] with a directory below of the same name: opaque",
    "rm -r d; mkdir -p d/sub",
    ["C /d", "D /d/a", "D /d/b", "C /d/sub", "D /d/sub/s"],
    ["./", "d/", "d/.wh..wh..opq", "d/sub/"],
  ],
  ["a new directory is not opaque", "mkdir n; echo > n/x", ["A /n", "A /n/x"], ["./", "n/", "n/x"]],
  ["a new name that is gone again", "echo > n; rm n", [], ["./"]],
  ["a renamed file", "mv d/a d/z", ["C /d", "D /d/a", "A /d/z"], ["./", "d/", "d/.wh.a", "d/z"]],
  ["a fifo and a link", "mkfifo p; ln -s nowhere s", ["A /p", "A /s"], ["./", "p", "s"]],
  ["a hard link among new names", "echo > x; ln x y; ln x z", ["A /x", "A /y", "A /z"], ["./", "x", "y", "z"]],
  ["a name that is no ASCII", "echo > \u00e9", ["A /\u00e9"], ["./", Buffer.from("\u00e9").toString("latin1")]],
];

describe.if(requires("root", "fuse-overlayfs", "fuse-device"))("changes of a layer that fuse-overlayfs wrote", () => {
  const cases = CHANGES.flatMap((one) => (["devices", "files"] as const).map((whiteouts) => [...one, whiteouts] as const));
  test.each(cases)("%s", async (_, script, changes, names, whiteouts) => {
    await using lower = await unpack(BELOW);
    await using written = await upperByFuse([lower.path], script, whiteouts);
    const options = { lower: [lower.path], byFuse: true };
    expect({ whiteouts, changes: [...listChanges(written.upper, options)].map(({ kind, path }) => `${kind} ${path}`) }).toEqual({
      whiteouts,
      changes,
    });
    const entries = await entriesOf(await archive(written.upper, options));
    expect(entries.map(({ name }) => name)).toEqual(names);
    expect(entries.flatMap(({ xattrs }) => [...xattrs.keys()]).filter((key) => key.includes("overlay"))).toEqual([]);
  });
});

test.if(requires("root", "fuse-overlayfs", "fuse-device"))(
  "fuse-overlayfs copies a file of several names when one of them is deleted",
  async () => {
    await using lower = await unpack(BELOW);
    await using written = await upperByFuse([lower.path], "rm f", "devices");
    const options = { lower: [lower.path], byFuse: true };
    expect([...listChanges(written.upper, options)].map(({ kind, path }) => `${kind} ${path}`)).toEqual(["D /f", "C /g"]);
  },
);

describe.if(requires("root"))("changes of a mounted layer", () => {
  test.each(CHANGES)("%s", async (_, script, changes, names) => {
    await using lower = await unpack(BELOW);
    await using written = await upperAfter([lower.path], script);
    expect([...listChanges(written.upper, { lower: [lower.path] })].map(({ kind, path }) => `${kind} ${path}`)).toEqual(changes);
    const data = await archive(written.upper, { lower: [lower.path] });
    expect((await entriesOf(data)).map(({ name }) => name)).toEqual(names);

    // what was mounted, and the archive unpacked as a layer, show the same
    await using again = await unpack(data, { lower: [lower.path] });
    expect(await mergedTree([again.path, lower.path], true)).toEqual(await mergedTree([written.upper, lower.path], true));
  });

  test("[L7] no path is in the archive twice, whatever was changed", async () => {
    await using lower = await unpack(BELOW);
    const script = "rm f; echo > f; rm -r d; mkdir d; echo > d/b; mkdir d/sub; ln f h; rm l; mkdir l; echo > l/x; mv g g2; chmod 700 d";
    await using written = await upperAfter([lower.path], script);
    const entries = await entriesOf(await archive(written.upper, { lower: [lower.path] }));
    const paths = entries.map(({ name }) => name.replace(/\/$/, ""));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.toSorted()).toEqual([...new Set(paths)].toSorted());
    const hidden = paths.filter((path) => path.includes(".wh.")).map((path) => path.replace(".wh.", ""));
    expect(hidden.filter((path) => paths.includes(path))).toEqual([]); // a name that is there needs no whiteout
  });

  test("a whiteout in an opaque directory is reported once", async () => {
    await using lower = await unpack(BELOW);
    await using written = await upperAfter([lower.path], "rm -r d; mkdir d; echo > d/new");
    Bun.spawnSync(["mknod", `${written.upper}/d/a`, "c", "0", "0"]);
    const names = (await entriesOf(await archive(written.upper, { lower: [lower.path] }))).map(({ name }) => name);
    expect(names).toEqual(["./", "d/", "d/.wh.a", "d/.wh.b", "d/.wh.sub", "d/new"]);
  });

  test("over two layers: what the upper one hides needs no whiteout", async () => {
    await using lower = await unpack(BELOW);
    await using middle = await unpack([{ name: "./" }, { name: ".wh.d" }, { name: "f", content: "middle" }], { lower: [lower.path] });
    const stack = [middle.path, lower.path];
    await using written = await upperAfter(stack, "mkdir d; echo > d/new; rm f");
    expect([...listChanges(written.upper, { lower: stack })].map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "A /d",
      "A /d/new",
      "D /f",
    ]);
    const data = await archive(written.upper, { lower: stack });
    expect((await entriesOf(data)).map(({ name }) => name)).toEqual(["./", ".wh.f", "d/", "d/new"]);
    await using again = await unpack(data, { lower: stack });
    expect(await mergedTree([again.path, ...stack])).toEqual(await mergedTree([written.upper, ...stack]));
  });
});

describe.if(requires("root"))("the archive", () => {
  const script = "echo 1 > x; ln x y; chown 1000:2000 x; chmod 4755 x; touch -d @5.000000007 x; mknod n c 1 3; ln -s t l2; rm f";

  test("has the attributes of every entry, and the content of a file once for all its names", async () => {
    await using lower = await unpack(BELOW);
    await using written = await upperAfter([lower.path], script);
    const entries = await entriesOf(await archive(written.upper, { lower: [lower.path] }));
    const shown = entries.map(({ name, kind, mode, uid, gid, size, linkName }) => [name, kind, mode.toString(8), uid, gid, size, linkName]);
    expect(shown).toEqual([
      ["./", "directory", "755", 0, 0, 0, ""],
      [".wh.f", "file", "0", 0, 0, 0, ""],
      ["l2", "symlink", "777", 0, 0, 0, "t"],
      ["n", "character", "644", 0, 0, 0, ""],
      ["x", "file", "4755", 1000, 2000, 2, ""],
      ["y", "hardlink", "4755", 1000, 2000, 0, "x"],
    ]);
    expect(entries.find(({ name }) => name === "x")?.modified).toEqual({ seconds: 5, nanoseconds: 7 });
    expect(entries.find(({ name }) => name === "n")?.device).toEqual({ major: 1, minor: 3 });
  });

  test("is the same for the same files and, with an epoch, whenever they were written", async () => {
    await using lower = await unpack(BELOW);
    const options = { lower: [lower.path], epoch: 1_000_000_000 };
    await using first = await upperAfter([lower.path], script);
    await using second = await upperAfter([lower.path], script);
    const data = await archive(first.upper, options);
    expect(sha256(await archive(first.upper, { lower: [lower.path] }))).toBe(sha256(await archive(first.upper, { lower: [lower.path] })));
    expect(sha256(await archive(second.upper, options))).toBe(sha256(data));
    const times = (await entriesOf(data)).map(({ name, modified }) => [name, modified.seconds]);
    expect(times).toContainEqual(["./", 1_000_000_000]);
    expect(times).toContainEqual(["x", 5]);
  });

  test("[6b] has attributes, but neither overlayfs's marks nor SELinux labels", async () => {
    await using upper = await tempDir({ f: "x" });
    using at = openFile(upper.path, OPEN.path | OPEN.directory);
    const set = { "user.a": "1", "security.capability": "\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "trusted.overlay.impure": "y" };
    for (const [name, value] of Object.entries(set)) expect(trySetXattrAt(at.number, "f", name, value)).toBe(0);
    expect(trySetXattrAt(at.number, "f", "trusted.overlay.overlay.opaque", "y")).toBe(0);
    trySetXattrAt(at.number, "f", "security.selinux", "label"); // not every kernel takes it
    const [, entry] = await entriesOf(await archive(upper.path, { lower: [] }));
    const { "user.a": a, "security.capability": caps } = set;
    expect(entry?.xattrs).toEqual(
      new Map([
        ["security.capability", caps],
        ["trusted.overlay.opaque", "y"],
        ["user.a", a],
      ]),
    );
  });

  test("omits sockets, since nobody listens on an archived one; they are reported as changes", async () => {
    await using upper = await tempDir({ f: "x" });
    const server = Bun.listen({ unix: `${upper.path}/socket`, socket: { data: () => undefined } });
    const names = (await entriesOf(await archive(upper.path, { lower: [] }))).map(({ name }) => name);
    const changes = [...listChanges(upper.path, { lower: [] })].map(({ path }) => path);
    server.stop(true);
    expect([names, changes]).toEqual([
      ["./", "f"],
      ["/f", "/socket"],
    ]);
  });

  test.each([
    ["trusted.overlay.redirect", "/elsewhere"],
    ["trusted.overlay.metacopy", ""],
  ])("[6b] is refused where only the kernel knows the content: %s", async (name, value) => {
    await using upper = await tempDir({ "d/f": "x" });
    using at = openFile(upper.path, OPEN.path | OPEN.directory);
    expect(trySetXattrAt(at.number, "d", name, value)).toBe(0);
    const reason = `cannot archive "d": it was written through a mount with redirect_dir or metacopy (attribute ${name})`;
    await expect(archive(upper.path, { lower: [] })).rejects.toThrow(reason);
    expect([...listChanges(upper.path, { lower: [] })].map(({ path }) => path)).toEqual(["/d", "/d/f"]);
  });

  test("refuses a file whose name would be a whiteout, which is reported as a change", async () => {
    await using upper = await tempDir({ "d/.wh.x": "x" });
    await expect(archive(upper.path, { lower: [] })).rejects.toThrow('cannot archive "d/.wh.x": a name that begins with .wh.');
    expect([...listChanges(upper.path, { lower: [] })].map(({ path }) => path)).toEqual(["/d", "/d/.wh.x"]);
  });

  test("refuses a file that grows meanwhile", async () => {
    await using upper = await tempDir({ big: "x".repeat(3_000_000) });
    const pieces = diffLayer(upper.path, { lower: [] });
    await pieces.next();
    await Bun.write(`${upper.path}/big`, "x".repeat(4_000_000));
    await expect(Array.fromAsync(pieces)).rejects.toThrow('cannot archive "big": it has more content than announced');
  });

  test("does not follow links of the upper layer", async () => {
    await using upper = await tempDir();
    await symlink("/etc", `${upper.path}/etc`);
    expect((await entriesOf(await archive(upper.path, { lower: [] }))).map(({ name, kind }) => [name, kind])).toEqual([
      ["./", "directory"],
      ["etc", "symlink"],
    ]);
  });
});

describe.if(requires("root"))("there and back", () => {
  test("unpack, archive, unpack: the same tree and the same archive", async () => {
    const members: Member[] = [
      { name: "./", mode: 0o1777, modified: { seconds: 1, nanoseconds: 2 } },
      ...BELOW.slice(1),
      { name: "n".repeat(255), content: "x".repeat(100_000), modified: { seconds: -5, nanoseconds: 6 } },
      { name: "latin\xe9/", xattrs: { "user.d": "\0\n=" } },
      { name: "dev", kind: "block", device: { major: 300, minor: 70_000 }, mode: 0o660 },
      { name: "suid", mode: 0o6755, uid: 70_000, gid: 3_000_000, content: "#!" },
    ];
    await using first = await unpack(members);
    const data = await archive(first.path, { lower: [] });
    await using second = await unpack(data);
    expect(second.tree(true)).toEqual(first.tree(true));
    expect(sha256(await archive(second.path, { lower: [] }))).toBe(sha256(data));
    expect(treeOf(first.path)).toHaveLength(members.length);
  });
});

test("a file that is gone when its content is wanted is told as one that cannot be opened", async () => {
  await using tree = await tempDir({ f: "content" });
  using directory = openFile(tree.path, OPEN.path | OPEN.directory);
  const status = lookAt(directory.number, "f");
  if (status === undefined) throw new Error("the file is not there");
  const node = { path: "f", status, xattrs: new Map<string, string>(), directory: directory.number, name: "f" };
  await rm(join(tree.path, "f"));
  expect(() => writeNode(new TarWriter(), node, { options: {} })).toThrow("cannot open f: no such file or directory");
});
