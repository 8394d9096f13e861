/** How the reader handles archives of all dialects, valid and not. */
import { describe, expect, test } from "bun:test";
import type { TarEntry } from "../../../src/tar/entry.ts";
import type { TarLimits } from "../../../src/tar/limits.ts";
import { TarReader } from "../../../src/tar/reader.ts";
import { archiveOf, block, END, pax } from "../../support/archive.ts";

interface Read {
  readonly entries: TarEntry[];
  readonly contents: string[];
  /** What the reader did not return as content. */
  readonly literal: Buffer;
}

function read(data: Uint8Array, chunk = data.length, limits: Partial<TarLimits> = {}): Read {
  const entries: TarEntry[] = [];
  const contents: string[] = [];
  const literal: Buffer[] = [];
  const reader = new TarReader(
    {
      entry: (entry) => contents.push("") && entries.push(entry),
      content: (bytes) => contents.push((contents.pop() ?? "") + Buffer.from(bytes).toString("latin1")),
      entryEnd: () => undefined,
      literal: (bytes) => literal.push(Buffer.from(bytes)),
    },
    limits,
  );
  for (let at = 0; at < data.length; at += Math.max(1, chunk)) reader.push(data.subarray(at, at + chunk));
  reader.end();
  return { entries, contents, literal: Buffer.concat(literal) };
}

const first = (...parts: Uint8Array[]): TarEntry | undefined => read(Buffer.concat([...parts, END])).entries[0];

describe("[L8] [L9] a header's fields arrive", () => {
  test.each(["file", "directory", "symlink", "hardlink", "character", "block", "fifo"] as const)("for a %s", (kind) => {
    const isLink = kind === "symlink" || kind === "hardlink";
    const member = { name: kind === "directory" ? "a/b/" : "a/b", kind, mode: 0o4751, uid: 1000, gid: 2000, linkName: isLink ? "c" : "" };
    const device = kind === "character" || kind === "block" ? { major: 8, minor: 300 } : { major: 0, minor: 0 };
    const time = { seconds: 1_700_000_000, nanoseconds: 123_456_789 };
    const { entries } = read(archiveOf({ ...member, device, modified: time, xattrs: { "user.a": "\x00\xff=\n" } }));
    expect(entries).toEqual([{ ...member, size: 0, modified: time, device, xattrs: new Map([["user.a", "\x00\xff=\n"]]) }]);
  });

  test("of names that end with a slash: files have content, and directories none", () => {
    const data = Buffer.concat([
      block({ name: "a/", type: "0" }, "content"),
      block({ name: "b/", type: "0" }),
      block({ name: "c/", type: "\0" }),
      pax({ size: "3" }),
      block({ name: "d/", type: "0", size: 0 }, "pax"),
      END,
    ]);
    const { entries, contents } = read(data);
    expect(entries.map(({ name, kind, size }) => `${name} ${kind} ${size}`)).toEqual([
      "a/ file 7",
      "b/ directory 0",
      "c/ directory 0",
      "d/ file 3",
    ]);
    expect(contents).toEqual(["content", "", "", "pax"]);
  });

  test.each([
    ["1.12345678901234567890", { seconds: 1, nanoseconds: 123_456_789 }],
    [`${"0".repeat(30)}7`, { seconds: 7, nanoseconds: 0 }],
    ["99999999999999999999.5", { seconds: Number.MAX_SAFE_INTEGER - 1, nanoseconds: 500_000_000 }],
    ["-99999999999999999999.5", { seconds: -Number.MAX_SAFE_INTEGER, nanoseconds: 500_000_000 }],
  ])("for a time with many digits: %s", (mtime, modified) => {
    expect(first(pax({ mtime }), block({}))?.modified).toEqual(modified);
  });

  test("and zeros behind the end count as content, other bytes as what they are", () => {
    const zeros = (limits: Partial<TarLimits>) => () => read(Buffer.concat([archiveOf({ name: "a" }), Buffer.alloc(10_000)]), 1000, limits);
    expect(zeros({ restBytes: 100, bytes: 10_000 })().literal.length).toBe(512 + 1024 + 10_000);
    expect(zeros({ restBytes: 100, bytes: 9_000 })).toThrow("more than 9000 bytes of files");
    expect(() => read(Buffer.concat([archiveOf({ name: "a" }), Buffer.alloc(200, 1)]), 512, { restBytes: 100 })).toThrow(
      "more than 100 bytes behind its end",
    );
  });

  test("with set-user-id, set-group-id and sticky bits and nothing beyond", () => {
    expect(first(block({ mode: 0o107777 & 0o7777777 }))?.mode).toBe(0o7777);
  });

  test("whatever size the chunks have", () => {
    const data = archiveOf({ name: "x".repeat(200), content: "hello" }, { name: "b", content: "w".repeat(2000) }, { name: "d/" });
    const whole = read(data);
    for (const size of [1, 7, 511, 512, 513, 1000]) expect(read(data, size)).toEqual(whole);
    expect(whole.contents).toEqual(["hello", "w".repeat(2000), ""]);
  });

  test("and everything that is not content can be kept", () => {
    const data = archiveOf({ name: "a", content: "12345" }, { name: "b".repeat(200), content: "6" });
    const padding = (bytes: Buffer): string => bytes.toString("latin1").replace("12345", "").replace("6\0", "\0");
    for (const size of [1, 512, data.length]) expect(read(data, size).literal.length).toBe(data.length - 6);
    expect(read(data).literal.length).toBe(padding(data).length);
  });
});

describe("dialects", () => {
  test.each<[string, Buffer[], Partial<TarEntry>]>([
    ["ustar's prefix", [block({ name: "b" }, "", { 345: "a/long/prefix" })], { name: "a/long/prefix/b" }],
    ["GNU's header has no prefix", [block({ name: "b" }, "", { 257: "ustar  \0", 345: "garbage" })], { name: "b" }],
    ["a v7 directory ends with a slash", [block({ name: "d/", type: "\0" })], { name: "d/", kind: "directory" }],
    ["a v7 file has type NUL", [block({ name: "f", type: "\0" })], { kind: "file" }],
    ["a contiguous file is a file", [block({ name: "f", type: "7" })], { kind: "file" }],
    ["a name of all 100 bytes", [block({ name: "n".repeat(100) })], { name: "n".repeat(100) }],
    ["GNU's long name", [block({ name: "././@LongLink", type: "L" }, `${"n".repeat(200)}\0`), block({})], { name: "n".repeat(200) }],
    [
      "GNU's long link",
      [block({ type: "K" }, `${"l".repeat(200)}\0`), block({ type: "2", linkName: "l" })],
      { kind: "symlink", linkName: "l".repeat(200) },
    ],
    ["GNU's long name wins over PAX", [block({ type: "L" }, "gnu\0"), pax({ path: "pax" }), block({})], { name: "gnu" }],
    ["numbers in base 256", [block({}, "", { 108: "\x80\0\0\0\0\x12\xd6\x87" })], { uid: 1_234_567 }],
    [
      "negative times in base 256",
      [block({}, "", { 136: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe" })],
      { modified: { seconds: -2, nanoseconds: 0 } },
    ],
    ["numbers with spaces before and after", [block({}, "", { 108: "   17 \0\0" })], { uid: 15 }],
    ["an empty number is 0", [block({}, "", { 108: "\0\0\0\0\0\0\0\0" })], { uid: 0 }],
    ["a checksum over signed bytes", [signed()], { name: "\xe9" }],
    ["a volume's label is no file", [block({ type: "V", name: "label" }), block({ name: "f" })], { name: "f" }],
    ["star's prefix ends where its times begin", [starBlock()], { name: `${"p".repeat(131)}/b` }],
    ["a target of a symbolic link is any text", [block({ type: "K" }, `${"l".repeat(4095)}\0`), block({ type: "2" })], { kind: "symlink" }],
  ])("%s", (_, parts, expected) => {
    expect(first(...parts)).toMatchObject(expected);
  });

  function starBlock(): Buffer {
    return block({ name: "b" }, "", { 345: "p".repeat(131), 476: "14371120000 ", 488: "14371120000 ", 508: "tar\0" });
  }

  test("the list of names in a directory of GNU's incremental backups is skipped, and kept as non-content", () => {
    const data = Buffer.concat([block({ name: "d/", type: "D" }, "Ya\0Nb\0\0"), archiveOf({ name: "d/a", content: "1" })]);
    const { entries, contents, literal } = read(data);
    expect([entries.map(({ name, kind, size }) => [name, kind, size]), contents]).toEqual([
      [
        ["d/", "directory", 0],
        ["d/a", "file", 1],
      ],
      ["", "1"],
    ]);
    expect(literal.length).toBe(data.length - 1);
  });

  function signed(): Buffer {
    const made = block({ name: "\xe9" });
    const sum = Number.parseInt(made.toString("latin1", 148, 154), 8) - 256;
    return block({ name: "\xe9" }, "", { 148: `${sum.toString(8).padStart(6, "0")}\0 ` });
  }
});

describe("PAX", () => {
  test.each<[string, Buffer[], Partial<TarEntry>]>([
    ["path, linkpath", [pax({ path: "p", linkpath: "l" }), block({ type: "2" })], { name: "p", linkName: "l" }],
    ["uid, gid beyond octal", [pax({ uid: "4294967294", gid: "3000000" }), block({})], { uid: 4294967294, gid: 3000000 }],
    ["times with nanoseconds", [pax({ mtime: "12.000000345" }), block({})], { modified: { seconds: 12, nanoseconds: 345 } }],
    ["times with more digits", [pax({ mtime: "12.1234567899" }), block({})], { modified: { seconds: 12, nanoseconds: 123456789 } }],
    ["times before 1970", [pax({ mtime: "-1.25" }), block({})], { modified: { seconds: -2, nanoseconds: 750_000_000 } }],
    ["xattrs with any bytes", [pax({ "SCHILY.xattr.user.x": "a=b\n\0" }), block({})], { xattrs: new Map([["user.x", "a=b\n\0"]]) }],
    ["a global header counts for all", [pax({ uid: "7" }, "g"), block({})], { uid: 7 }],
    ["a local header wins over a global one", [pax({ uid: "7" }, "g"), pax({ uid: "8" }), block({})], { uid: 8 }],
    ["an empty value takes a global one back", [pax({ uid: "7" }, "g"), pax({ uid: "" }), block({ uid: 3 })], { uid: 3 }],
    ["unknown keys mean nothing", [pax({ comment: "x", "VENDOR.key": "y" }), block({})], { name: "file" }],
    ["a header without records", [block({ type: "x" }), block({ name: "f" })], { name: "f" }],
  ])("%s", (_, parts, expected) => {
    expect(first(...parts)).toMatchObject(expected);
  });

  test("a local header counts for one entry only", () => {
    const { entries } = read(Buffer.concat([pax({ path: "p", uid: "5" }), block({}), block({ name: "next" }), END]));
    expect(entries.map(({ name, uid }) => [name, uid])).toEqual([
      ["p", 5],
      ["next", 0],
    ]);
  });

  test("size determines where the next header is", () => {
    const { entries, contents } = read(Buffer.concat([pax({ size: "5" }), block({ size: 0 }), pad("hello"), block({ name: "next" }), END]));
    expect([entries.map(({ name }) => name), contents]).toEqual([
      ["file", "next"],
      ["hello", ""],
    ]);
  });

  test.each([
    ["a length beyond the header", "99 path=x\n"],
    ["a length that is too short", "5 path=x\n"],
    ["no newline", "9 path=xy"],
    ["no equals sign", "8 pathx\n"],
    ["no key", "6 =ab\n\n"],
    ["no length", "path=x\n"],
    ["a length that begins with 0", "010 path=x\n"],
    ["a huge length", "99999999999999999999 path=x\n"],
  ])("is refused with %s", (_, records) => {
    expect(() => first(block({ type: "x" }, records), block({}))).toThrow(
      "cannot read the archive: an extended header has a malformed record",
    );
  });
});

function pad(text: string): Buffer {
  return Buffer.from(text.padEnd(512, "\0"));
}

describe("what is refused", () => {
  test.each<[string, Buffer[], string]>([
    ["a wrong checksum", [block({}, "", { 148: "000000\0 " })], "cannot read the archive: a header's checksum is wrong"],
    ["text", [Buffer.alloc(1024, "no tar at all")], "checksum is wrong"],
    ["a number that is none", [block({}, "", { 108: "12x4567\0" })], 'cannot read archive entry "file": its user id is no number'],
    ["a size beyond all bounds", [block({}, "", { 124: "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" })], "its size is no number"],
    ["a negative size", [block({}, "", { 124: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0" })], "its size is negative"],
    ["a negative PAX size", [pax({ size: "-1" }), block({})], 'its size "-1" is no number'],
    ["a PAX size that is none", [pax({ size: "1e9" }), block({})], 'its size "1e9" is no number'],
    ["the user id -1", [pax({ uid: "4294967295" }), block({})], "its user id is 4294967295; 0 to 4294967294 are accepted"],
    ["a time that is none", [pax({ mtime: "soon" }), block({})], "its time is no number"],
    ["NUL in a PAX path", [pax({ path: "a\0b" }), block({})], "NUL byte"],
    ["NUL in a PAX link", [pax({ linkpath: "a\0b" }), block({ type: "2" })], "NUL byte"],
    ["no name", [block({ name: "" })], "it has no name"],
    ["an unknown type", [block({ type: "Q" })], 'entries of type "Q" are not supported'],
    ["a directory without a type that has content", [block({ name: "d/", type: "\0" }, "entries to others")], "a directory with content"],
    ["a multi-volume part", [block({ type: "M" })], "not supported"],
    ["a header after zeros", [Buffer.alloc(512), block({})], "a header follows a block of zeros"],
    ["a label with content", [block({ type: "V" }, "x")], "a volume label with content"],
  ])("%s", (_, parts, message) => {
    expect(() => first(...parts)).toThrow(message);
  });

  test.each<[string, Partial<TarLimits>, Buffer, string]>([
    ["too many entries", { entries: 2 }, archiveOf({ name: "a" }, { name: "b" }, { name: "c" }), 'archive entry "c": more than 2 entries'],
    [
      "too many bytes, before they come",
      { bytes: 10 },
      block({ size: 11 }),
      'archive entry "file": with it the archive has more than 10 bytes',
    ],
    ["bytes that add up", { bytes: 10 }, archiveOf({ name: "a", content: "123456" }, { name: "b", content: "12345" }), 'entry "b"'],
    ["a long path", {}, archiveOf({ name: "a/".repeat(2100) }), "a path of 4199 bytes; at most 4095 are accepted"],
    ["a long component", {}, archiveOf({ name: `d/${"n".repeat(256)}` }), "a name of 256 bytes; at most 255 are accepted"],
    ["a long link target", {}, archiveOf({ name: "l", kind: "symlink", linkName: "t".repeat(4096) }), "a target of 4096 bytes"],
    ["a long target of a hard link", {}, archiveOf({ name: "l", kind: "hardlink", linkName: "t".repeat(256) }), "a name of 256 bytes"],
    ["a deep path", { depth: 99 }, archiveOf({ name: `${"d/".repeat(1100)}f` }), "1101 directories deep; at most 99 are accepted"],
    ["a large PAX header", {}, block({ type: "x", size: 2 ** 21 }), "an extended header of 2097152 bytes; at most 1048576 are accepted"],
    ["a large long name", {}, block({ type: "L", size: 2 ** 30 }), "an extended header of 1073741824 bytes"],
    [
      "global headers that add up",
      { headerBytes: 30 },
      Buffer.concat([pax({ a: "1234567890" }, "g"), pax({ b: "1234567890" }, "g")]),
      "global headers are too large",
    ],
  ])("bombs: %s", (_, limits, data, message) => {
    expect(() => read(data, data.length, limits)).toThrow(message);
  });
});

describe("the end", () => {
  const data = archiveOf({ name: "a", content: "12345" }, { name: "n".repeat(150), content: "x" });

  test("may lack its zeros, which some writers omit", () => {
    expect(read(data.subarray(0, -1024)).entries).toHaveLength(2);
  });

  test("may be followed by anything", () => {
    expect(read(Buffer.concat([data, Buffer.alloc(10_000, 1)])).entries).toHaveLength(2);
  });

  test("is all there is in an empty archive, and may be missing even there", () => {
    for (const empty of [END, Buffer.alloc(512), Buffer.alloc(100), Buffer.alloc(0)]) expect(read(empty).entries).toEqual([]);
  });

  test("may come before the last padding and within the zeros", () => {
    for (let length = data.length - 1024 - 511; length < data.length; length++) {
      expect(read(data.subarray(0, length)).contents).toEqual(["12345", "x"]);
    }
  });

  test("is an error anywhere else", () => {
    const afterFirst = (length: number): boolean => length >= 517 && length <= 1024;
    for (let length = 1; length < data.length - 1024 - 511; length++) {
      if (afterFirst(length)) continue;
      expect(() => read(data.subarray(0, length)), `cut to ${length} bytes`).toThrow("it ends too early");
    }
  });
});

test.each([0, 1, 511, 512, 700, 1024])("an archive that ends after %d of its last zeros is heard of whole", (zeros) => {
  const whole = archiveOf({ name: "a", content: "x".repeat(700) });
  const data = whole.subarray(0, whole.length - 1024 + zeros);
  let heard = 0;
  const add = (bytes: Uint8Array): void => {
    heard += bytes.length;
  };
  const reader = new TarReader({ entry: () => {}, content: add, entryEnd: () => {}, literal: add });
  for (let at = 0; at < data.length; at += 100) reader.push(data.subarray(at, at + 100));
  reader.end();
  expect(heard).toBe(data.length);
});
