/** The writer's output: the same bytes for the same entries, and GNU tar and Python read them. */
import { describe, expect, test } from "bun:test";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { archiveOf, block, END, entryOf, type Member, streamOf } from "../../support/archive.ts";
import { readTar } from "../../support/read-tar.ts";

const time = { seconds: 1_700_000_000, nanoseconds: 0 };
const MEMBERS: readonly Member[] = [
  { name: "plain", content: "hello", modified: time },
  { name: `${"long/".repeat(40)}name`, content: "x".repeat(513), modified: { seconds: 1, nanoseconds: 1 } },
  { name: "caf\xc3\xa9", modified: { seconds: -2, nanoseconds: 0 } },
  { name: "before-1970", modified: { seconds: -2, nanoseconds: 999_999_999 } },
  { name: "latin\xe9" },
  { name: "big-ids", uid: 4294967294, gid: 2097152 },
  { name: "link", kind: "symlink", linkName: "../".repeat(60) },
  { name: "hard", kind: "hardlink", linkName: "plain" },
  { name: "null", kind: "character", mode: 0o666, device: { major: 1, minor: 3 } },
  { name: "pipe", kind: "fifo" },
  { name: "attrs", xattrs: { "user.b": "2", "security.capability": "\x01\0\0\x02\xff\xff", "user.empty": "" } },
  { name: "late", modified: { seconds: 2 ** 34, nanoseconds: 0 } },
];

describe("written entries are read back", () => {
  test.each(MEMBERS.map((member) => [member.name, member] as const))("%s", async (_, member) => {
    expect(await readAll(archiveOf(member))).toEqual([[entryOf(member), Buffer.from(member.content ?? "").toString("latin1")]]);
  });

  test("in one archive", async () => {
    const expected = MEMBERS.map((member) => [entryOf(member), Buffer.from(member.content ?? "").toString("latin1")]);
    expect(await readAll(archiveOf(...MEMBERS))).toEqual(expected as Awaited<ReturnType<typeof readAll>>);
  });
});

test("GNU tar reads names, kinds, modes, owners, sizes and times", () => {
  const seen = Bun.spawnSync(["tar", "-tvf", "-", "--numeric-owner", "--full-time", "--quoting-style=escape"], {
    stdin: archiveOf(...MEMBERS.filter(({ name }) => name !== "before-1970")), // whose nanoseconds GNU tar counts forwards
    env: { TZ: "UTC", LC_ALL: "C.UTF-8", PATH: process.env.PATH ?? "" },
  });
  const lines = seen.stdout.toString().replace(/ +/g, " ").trim().split("\n");
  expect({ status: seen.exitCode, stderr: seen.stderr.toString() }).toEqual({ status: 0, stderr: "" });
  expect(lines).toEqual([
    "-rw-r--r-- 0/0 5 2023-11-14 22:13:20 plain",
    `-rw-r--r-- 0/0 513 1970-01-01 00:00:01.000000001 ${"long/".repeat(40)}name`,
    "-rw-r--r-- 0/0 0 1969-12-31 23:59:58 caf\u00e9",
    "-rw-r--r-- 0/0 0 2020-09-13 12:26:40 latin\\351",
    "-rw-r--r-- 4294967294/2097152 0 2020-09-13 12:26:40 big-ids",
    `lrw-r--r-- 0/0 0 2020-09-13 12:26:40 link -> ${"../".repeat(60)}`,
    "hrw-r--r-- 0/0 0 2020-09-13 12:26:40 hard link to plain",
    "crw-rw-rw- 0/0 1,3 2020-09-13 12:26:40 null",
    "prw-r--r-- 0/0 0 2020-09-13 12:26:40 pipe",
    "-rw-r--r-- 0/0 0 2020-09-13 12:26:40 attrs",
    "-rw-r--r-- 0/0 0 2514-05-30 01:53:04 late",
  ]);
});

test("content of no bytes changes nothing, whenever it comes", () => {
  const writer = new TarWriter();
  writer.entry(entryOf({ name: "f", content: "12" }));
  for (const part of ["", "12", ""]) writer.content(Buffer.from(part));
  writer.end();
  expect(Buffer.from(writer.take()).equals(archiveOf({ name: "f", content: "12" }))).toBe(true);
});

test("content may be read into the archive, also where it has to become larger for that, and must be as much as announced", () => {
  const content = "x".repeat(200_000);
  const writer = new TarWriter();
  writer.entry(entryOf({ name: "f", content }));
  for (const part of [content.slice(0, 70_000), content.slice(70_000)]) {
    writer.room(part.length + 1).set(Buffer.from(part));
    writer.fill(part.length);
  }
  expect(() => writer.fill(1)).toThrow('cannot archive "f": it has more content than announced');
  const other = new TarWriter();
  other.entry(entryOf({ name: "f", content }));
  other.room(300_000).fill(0x78);
  other.fill(content.length);
  other.end();
  expect(Buffer.from(other.take()).equals(archiveOf({ name: "f", content }))).toBe(true);
});

test("content may go to the archive by another way, behind its header", () => {
  const writer = new TarWriter();
  writer.entry(entryOf({ name: "f", content: "12345" }));
  expect(() => writer.passBy(2)).toThrow("what is written was not taken before");
  const pieces = [Buffer.from(writer.take())];
  for (const part of ["12", "345"]) {
    writer.passBy(part.length);
    pieces.push(Buffer.from(part));
  }
  writer.end();
  pieces.push(Buffer.from(writer.take()));
  expect(Buffer.concat(pieces).equals(archiveOf({ name: "f", content: "12345" }))).toBe(true);
});

test("the order of attributes does not matter", () => {
  const xattrs = { "user.a": "1", "user.b": "2" };
  const reversed = { "user.b": "2", "user.a": "1" };
  expect(archiveOf({ name: "f", xattrs }).equals(archiveOf({ name: "f", xattrs: reversed }))).toBe(true);
});

test("what ustar can hold needs no extended header", () => {
  expect(archiveOf({ name: "f", content: "hello" }).length).toBe(2 * 512 + END.length);
});

test.each([
  ["too little", "12", (writer: TarWriter) => writer.end(), "less"],
  ["too little before the next entry", "12", (writer: TarWriter) => writer.entry(entryOf({ name: "next" })), "less"],
  ["too much", "1234", (writer: TarWriter) => writer.end(), "more"],
])("%s content is an error", (_, content, next, word) => {
  const writer = new TarWriter();
  writer.entry(entryOf({ name: "f", content: "123" }));
  expect(() => {
    writer.content(Buffer.from(content));
    next(writer);
  }).toThrow(`cannot archive "f": it has ${word} content than announced; was it written to?`);
});

describe("readTar", () => {
  test("skips unread content", async () => {
    const names: string[] = [];
    for await (const { entry } of readTar(streamOf(archiveOf(...MEMBERS), 100))) names.push(entry.name);
    expect(names).toEqual(MEMBERS.map(({ name }) => name));
  });

  test("skips the rest of partly read content", async () => {
    const seen: [string, number][] = [];
    for await (const { entry, content } of readTar(
      streamOf(archiveOf({ name: "a", content: "x".repeat(3000) }, { name: "b", content: "y" }), 700),
    )) {
      for await (const piece of content) {
        seen.push([entry.name, piece.length]);
        break;
      }
    }
    expect(seen).toEqual([
      ["a", 188],
      ["b", 1],
    ]);
  });

  test("reads the stream to its end, beyond that of the archive", async () => {
    let isOver = false;
    function* stream(): Generator<Uint8Array, void> {
      yield archiveOf({ name: "a" });
      yield Buffer.alloc(5000, 7);
      isOver = true;
    }
    for await (const _ of readTar(stream()));
    expect(isOver).toBe(true);
  });

  test("passes errors on: the reader's, and the stream's", async () => {
    await expect(readAll(block({}, "", { 148: "000000" }))).rejects.toThrow("checksum is wrong");
    // biome-ignore lint/correctness/useYield: it fails before
    function* broken(): Generator<Uint8Array, void> {
      throw new Error("connection lost");
    }
    await expect(readTar(broken()).next()).rejects.toThrow("connection lost");
  });
});

async function readAll(data: Uint8Array): Promise<[TarEntry, string][]> {
  const read: [TarEntry, string][] = [];
  for await (const { entry, content } of readTar(streamOf(data, 333))) {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    read.push([entry, Buffer.concat(pieces).toString("latin1")]);
  }
  return read;
}
