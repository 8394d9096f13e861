/** Whether a stored layer is still what its archive made: intact layers of all kinds pass, and every change is found. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFile, chmod, lutimes, mkdir, open, rm, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { OPEN, openFile } from "../../../src/sys/file/file.ts";
import { trySetXattrAt } from "../../../src/sys/file/xattr.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import type { Segment } from "../../../src/tar/sparse.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { archiveOf, END, entryOf, type Member, streamOf } from "../../support/archive.ts";
import { requires } from "../../support/requires.ts";
import { TEST_TIMEOUT } from "../../support/until.ts";
import { openStore } from "./opened-store.ts";

setDefaultTimeout(TEST_TIMEOUT); // every put waits for the disk

const ABSENT = digestOf("absent");

describe.if(requires("root"))("verify", () => {
  const members: Member[] = [
    { name: "./" },
    { name: "f", content: "original", xattrs: { "user.a": "1" } },
    { name: "twice", content: "first" },
    { name: "link", kind: "symlink", linkName: "f" },
    { name: "d/" },
    { name: "d/inner", content: "inner" },
    { name: "hard", kind: "hardlink", linkName: "d/inner" },
    { name: "twice", content: "second" },
    { name: "gone/" },
    { name: "gone/file", content: "displaced" },
    { name: "gone", content: "now a file" },
    { name: ".wh.x", content: "a whiteout with content" },
  ];

  test.each([
    ["plain", archiveOf(...members)],
    ["with padding behind the end", Buffer.concat([archiveOf(...members), Buffer.alloc(12_345, 3)])],
    ["without an end", archiveOf(...members).subarray(0, -1024)],
    ["empty", END],
    ["with large files", archiveOf({ name: "big", content: Buffer.alloc(3_000_000, 5) }, { name: "n".repeat(200) })],
    ["with holes", sparse({ offset: 5, length: 3 }, { offset: 100_000, length: 2 })],
    ["with a hole and nothing else", sparse()],
    [
      "with files that are replaced again and again",
      archiveOf(
        ...Array.from({ length: 50 }, (_, i) => [{ name: "f", content: `${i}` }, { name: "d/g", content: `${i}` }, { name: "d" }]).flat(),
      ),
    ],
    ["with many entries", archiveOf(...Array.from({ length: 3000 }, (_, i) => ({ name: `file-${i}`, content: `${i}` })))],
  ])("puts the archive together again from the files: %s", async (_, data) => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(data));
    expect(await opened.store.verify(record.chainId)).toEqual([]);
  });

  /** One file of a million bytes. */
  function sparse(...map: readonly Segment[]): Buffer {
    const writer = new TarWriter();
    writer.entry({ ...entryOf({ name: "s" }), size: 1_000_000, sparse: map });
    for (const { length } of map) writer.content(Buffer.alloc(length, "x"));
    writer.end();
    return Buffer.from(writer.take());
  }

  test("finds what was written into a hole", async () => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(sparse({ offset: 5, length: 3 })));
    const path = `${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff/s`;
    const { mtime } = await stat(path);
    for (const [at, byte] of [
      [0, "y"],
      [999_999, "y"],
    ] as const) {
      const file = await open(path, "r+");
      await file.write(byte, at);
      await file.close();
      await utimes(path, mtime, mtime);
      expect(await opened.store.verify(record.chainId)).toEqual(['cannot read "s": it is not the file that was unpacked']);
      const again = await open(path, "r+");
      await again.write("\0", at);
      await again.close();
      await utimes(path, mtime, mtime);
      expect(await opened.store.verify(record.chainId)).toEqual([]);
    }
  });

  test.each<[string, (diff: string) => Promise<unknown>, string]>([
    [
      "content",
      async (diff) => {
        await writeFile(`${diff}/f`, "0riginal");
        await utimes(`${diff}/f`, 1_600_000_000, 1_600_000_000);
      },
      "the content of its files has changed",
    ],
    [
      "content of a file that a later entry replaced",
      (diff) => writeFile(`${diff}/../replaced/0`, "FIRST"),
      "the content of its files has changed",
    ],
    ["size", (diff) => appendFile(`${diff}/f`, "!"), '"f" is file 644 0 0'],
    ["mode", (diff) => chmod(`${diff}/f`, 0o4755), '"f" is file 4755'],
    ["time", (diff) => utimes(`${diff}/d`, 5, 5), '"d" is directory 755 0 0 5.000000000'],
    ["time of a link", (diff) => lutimes(`${diff}/link`, 5, 5), '"link" is link 777 0 0 5.000000000'],
    ["a missing file", (diff) => unlink(`${diff}/f`), '"f" is missing'],
    ["a missing file's content", (diff) => unlink(`${diff}/f`), 'cannot read "f": it is not the file that was unpacked'],
    ["a new file", (diff) => writeFile(`${diff}/d/new`, ""), '"d/new" was added'],
    [
      "a hard link that is none any more",
      async (diff) => {
        await unlink(`${diff}/hard`);
        await writeFile(`${diff}/hard`, "inner");
      },
      '"hard" is file',
    ],
    [
      "a file instead of a directory",
      async (diff) => {
        await rm(`${diff}/d`, { recursive: true });
        await writeFile(`${diff}/d`, "");
      },
      '"d" is file',
    ],
    [
      "a link instead of a file",
      async (diff) => {
        await unlink(`${diff}/f`);
        Bun.spawnSync(["ln", "-s", "/etc/passwd", `${diff}/f`]);
      },
      '"f" is link',
    ],
    [
      "an attribute",
      async (diff) => {
        using directory = openFile(diff, OPEN.path | OPEN.directory);
        expect(trySetXattrAt(directory.number, "f", "user.a", "2")).toBe(0);
      },
      '"f" is',
    ],
    ["its own list", (diff) => writeFile(`${diff}/../tree.rec`, ""), "the list of the layer's files"],
    ["its own record of the archive", (diff) => writeFile(`${diff}/../archive.rec`, "abc"), "it is cut short"],
    ["a damaged record of the archive", (diff) => writeFile(`${diff}/../archive.rec`, "\x02\0\0\0ab"), "it is damaged"],
  ])("finds a change of %s", async (_, change, expected) => {
    await using opened = await openStore();
    const { record } = await opened.store.put({}, streamOf(archiveOf(...members)));
    await change(`${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff`);
    expect((await opened.store.verify(record.chainId)).join("\n")).toContain(expected);
  });

  test("names the first few of many", async () => {
    await using opened = await openStore();
    const { record } = await opened.store.put(
      {},
      streamOf(archiveOf({ name: "./" }, ...Array.from({ length: 100 }, (_, i) => ({ name: `f${i}` })))),
    );
    await rm(`${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff`, { recursive: true });
    await mkdir(`${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff`);
    const problems = await opened.store.verify(record.chainId);
    expect(problems.slice(20)).toEqual(["81 more files differ"]);
  });

  test("names exactly what was added, removed and changed, whatever sorts between", async () => {
    await using opened = await openStore();
    const names = ["./", "a/", "a/x", "a/z", "a-", "a.b", "b"];
    const { record } = await opened.store.put({}, streamOf(archiveOf(...names.map((name) => ({ name })))));
    const diff = `${opened.path}/layers/sha256/${record.chainId.slice(7)}/diff`;
    const { atime, mtime } = await stat(`${diff}/a`);
    await unlink(`${diff}/a/x`);
    for (const name of ["a/w", "a/y", "a+", "c"]) await writeFile(`${diff}/${name}`, "");
    for (const name of ["a", "."]) await utimes(`${diff}/${name}`, atime, mtime);
    await chmod(`${diff}/a-`, 0o600);
    expect((await opened.store.verify(record.chainId)).map((line) => line.slice(0, 20))).toEqual([
      '"a/w" was added',
      '"a/x" is missing',
      '"a/y" was added',
      '"a+" was added',
      expect.stringContaining('"a-" is file 600 0 0'),
      '"c" was added',
    ]);
  });

  test("of a missing layer is an error", async () => {
    await using opened = await openStore();
    await expect(opened.store.verify(ABSENT)).rejects.toThrow(`cannot find layer ${ABSENT}`);
  });
});
