/** Sparse files, in every archive format: where their data belongs, and which maps are refused. */
import { describe, expect, test } from "bun:test";
import type { TarEntry } from "../../../src/tar/entry.ts";
import type { TarLimits } from "../../../src/tar/limits.ts";
import { TarReader } from "../../../src/tar/reader.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { archiveOf, block, END, entryOf, pax } from "../../support/archive.ts";
import { tempDir } from "../../support/temp-dir.ts";

interface Read {
  readonly entries: TarEntry[];
  /** Each file's content, as if it were written to disk. */
  readonly contents: string[];
  readonly literal: number;
}

function read(data: Uint8Array, chunk = data.length, limits: Partial<TarLimits> = {}): Read {
  const entries: TarEntry[] = [];
  const contents: string[] = [];
  let literal = 0;
  let content = Buffer.alloc(0);
  let at = 0;
  const reader = new TarReader(
    {
      entry: (entry) => {
        entries.push(entry);
        content = Buffer.alloc(Math.min(entry.size, 10_000), ".");
        at = 0;
      },
      stretch: ({ offset }) => {
        at = offset;
      },
      content: (bytes) => {
        at += Buffer.from(bytes).copy(content, at);
      },
      entryEnd: () => contents.push(content.toString("latin1")),
      literal: (bytes) => {
        literal += bytes.length;
      },
    },
    limits,
  );
  for (let from = 0; from < data.length; from += chunk) reader.push(data.subarray(from, from + chunk));
  reader.end();
  return { entries, contents, literal };
}

const octal = (value: number): string => `${value.toString(8).padStart(11, "0")}\0`;
const stretches = (...numbers: readonly number[]): string => numbers.map(octal).join("");

/** GNU's oldest format, with as many extra blocks as the map needs. */
function oldSparse(size: number, map: readonly number[], data: string): Buffer {
  const [own, rest] = [map.slice(0, 8), map.slice(8)];
  const blocks: Buffer[] = [];
  for (let at = 0; at < rest.length; at += 42) {
    const more = Buffer.alloc(512);
    more.write(stretches(...rest.slice(at, at + 42)), "latin1");
    more[504] = at + 42 < rest.length ? 1 : 0;
    blocks.push(more);
  }
  const patch = { 257: "ustar  \0", 386: stretches(...own), 482: rest.length > 0 ? "\x01" : "\0", 483: octal(size) };
  const whole = block({ name: "s", type: "S" }, data, patch);
  return Buffer.concat([whole.subarray(0, 512), ...blocks, whole.subarray(512)]);
}

function lines(map: string, data: string): Buffer {
  const padded = map.padEnd(Math.ceil(map.length / 512) * 512, "\0");
  return block({ name: "GNUSparseFile.1/s" }, padded + data);
}

const one = (realsize: string): Buffer =>
  pax({ "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "s", "GNU.sparse.realsize": realsize });

/** Format 0.0 repeats the same keys. */
function repeated(...records: readonly (readonly [string, string])[]): Buffer {
  const text = records.map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    return `${rest.length + 2}${rest}`;
  });
  return block({ name: "x", type: "x" }, text.join(""));
}

const many = Array.from({ length: 100 }, (_, i) => [i * 20, 1]).flat();

describe("the data is where the map says", () => {
  test.each<[string, Buffer, string]>([
    ["GNU's oldest form", oldSparse(12, [2, 3, 9, 1], "abcd"), "..abc....d.."],
    ["GNU's oldest form with more blocks", oldSparse(2000, many, "x".repeat(100)), `x${".".repeat(19)}`.repeat(100)],
    ["GNU's oldest form without data", oldSparse(5, [], ""), "....."],
    [
      "PAX 0.0",
      Buffer.concat([
        repeated(
          ["GNU.sparse.size", "12"],
          ["GNU.sparse.numblocks", "2"],
          ["GNU.sparse.offset", "2"],
          ["GNU.sparse.numbytes", "3"],
          ["GNU.sparse.offset", "9"],
          ["GNU.sparse.numbytes", "1"],
        ),
        block({ name: "s" }, "abcd"),
      ]),
      "..abc....d..",
    ],
    ["PAX 0.0 without data", Buffer.concat([pax({ "GNU.sparse.size": "3", "GNU.sparse.numblocks": "0" }), block({ name: "s" })]), "..."],
    [
      "PAX 0.1",
      Buffer.concat([
        pax({ "GNU.sparse.size": "12", "GNU.sparse.map": "2,3,9,1,12,0", "GNU.sparse.name": "s" }),
        block({ name: "GNUSparseFile.1/s" }, "abcd"),
      ]),
      "..abc....d..",
    ],
    ["PAX 1.0", Buffer.concat([one("12"), lines("3\n2\n3\n9\n1\n12\n0\n", "abcd")]), "..abc....d.."],
    [
      "PAX 1.0 with a long map",
      Buffer.concat([one("2000"), lines(`100\n${many.map((n) => `${n}\n`).join("")}`, "x".repeat(100))]),
      `x${".".repeat(19)}`.repeat(100),
    ],
    ["PAX 1.0 without data", Buffer.concat([one("4"), lines("0\n", "")]), "...."],
  ])("%s", (_, parts, content) => {
    const data = Buffer.concat([parts, archiveOf({ name: "next", content: "n" })]);
    for (const chunk of [data.length, 1, 511, 700]) {
      const { entries, contents, literal } = read(data, chunk);
      expect(entries.map(({ name, size }) => [name, size])).toEqual([
        ["s", content.length],
        ["next", 1],
      ]);
      expect(contents).toEqual([content, "n"]);
      expect(literal).toBe(data.length - content.replaceAll(".", "").length - 1);
    }
  });
});

describe("what is refused", () => {
  test.each<[string, Buffer[], string]>([
    ["stretches that overlap", [oldSparse(20, [0, 4, 2, 4], "12345678")], "stretches that overlap or are in no order"],
    ["stretches in no order", [oldSparse(20, [9, 1, 2, 3], "abcd")], "stretches that overlap or are in no order"],
    ["a stretch behind the end", [oldSparse(4, [2, 3], "abc")], "a stretch behind the end of the file"],
    ["a negative stretch", [negative()], "a stretch that is none"],
    ["a map for more data than there is", [oldSparse(20, [2, 5], "abc")], "is for 5 bytes of data, and there are 3"],
    ["data that the map does not have", [oldSparse(20, [2, 1], "abc")], "is for 1 bytes of data, and there are 3"],
    ["a header that is not GNU's", [block({ type: "S" })], "a sparse file whose header is not GNU's"],
    ["a size that is negative", [negativeSize()], "a negative size"],
    ["no size", [pax({ "GNU.sparse.map": "0,1" }), block({}, "x")], "a sparse file without its size"],
    ["numbers that are none", [pax({ "GNU.sparse.size": "9", "GNU.sparse.map": "0,-1" }), block({})], "is no list of numbers"],
    ["half a pair", [pax({ "GNU.sparse.size": "9", "GNU.sparse.map": "0,1,2" }), block({}, "x")], "is no list of numbers"],
    ["an offset without a length", [repeated(["GNU.sparse.offset", "1"]), block({})], "without its size"],
    ["two offsets", [repeated(["GNU.sparse.offset", "1"], ["GNU.sparse.offset", "1"]), block({})], "a malformed map of a sparse file"],
    ["lines that are none", [one("9"), lines("x\n", "")], "is no list of numbers"],
    ["more pairs than lines", [one("9"), lines("9999999\n", "")], "is no list of numbers"],
    ["a line that never ends", [one("9"), lines("1".repeat(2000), "")], "is no list of numbers"],
    ["a huge number of pairs", [one("9"), lines("9007199254740991\n", "")], "is no list of numbers"],
    ["a size beyond all bounds", [one("99999999999999999999"), lines("0\n", "")], "is no number"],
    [
      "a form that nobody knows",
      [pax({ "GNU.sparse.major": "2", "GNU.sparse.minor": "7" }), block({})],
      "sparse files of form 2.7 are not",
    ],
  ])("%s", (_, parts, message) => {
    expect(() => read(Buffer.concat([...parts, END]))).toThrow(message);
  });

  function negative(): Buffer {
    const patch = { 257: "ustar  \0", 386: `\xff${"\xff".repeat(11)}${octal(1)}`, 483: octal(9) };
    return block({ name: "s", type: "S" }, "x", patch);
  }

  function negativeSize(): Buffer {
    return block({ name: "s", type: "S" }, "", { 257: "ustar  \0", 483: `\xff${"\xff".repeat(11)}` });
  }

  test("a map in a global header belongs to no file", () => {
    const data = Buffer.concat([pax({ "GNU.sparse.size": "9", "GNU.sparse.map": "0,1" }, "g"), block({ name: "f" }, "plain"), END]);
    expect(read(data).contents).toEqual(["plain"]);
  });

  test.each<[string, Buffer]>([
    ["blocks", oldSparse(1e6, Array.from({ length: 2000 }, (_, i) => [i * 20, 0]).flat(), "")],
    ["lines", Buffer.concat([one("9"), lines(`2000\n${"1\n0\n".repeat(2000)}`, "")])],
  ])("a map of too many %s", (_, parts) => {
    expect(() => read(Buffer.concat([parts, END]), 512, { headerBytes: 4096 })).toThrow("has more than 4096 bytes");
  });

  test("holes cost nothing, and data does", () => {
    const data = Buffer.concat([one(String(2 ** 50)), lines("1\n0\n4\n", "abcd"), END]);
    expect(read(data, data.length, { bytes: 4 }).entries[0]?.size).toBe(2 ** 50);
    expect(() => read(data, data.length, { bytes: 3 })).toThrow("more than 3 bytes of files");
  });
});

describe("what the writer makes", () => {
  const sparse = [
    { offset: 3, length: 2 },
    { offset: 1000, length: 1 },
  ];

  function written(name: string, given: Partial<TarEntry> = {}): Buffer {
    const writer = new TarWriter();
    writer.entry({ ...entryOf({ name }), size: 2000, sparse, ...given });
    writer.content(Buffer.from("ab"));
    writer.content(Buffer.from("c"));
    writer.end();
    return Buffer.from(writer.take());
  }

  test.each(["s", "d/s", `${"long/".repeat(40)}s`])("%p is read again with its holes", (name) => {
    const { entries, contents } = read(written(name));
    expect(entries).toEqual([{ ...entryOf({ name }), size: 2000, sparse }]);
    expect(contents).toEqual([`...ab${".".repeat(995)}c${".".repeat(999)}`]);
  });

  test.each<[string, number, (typeof sparse)[number][]]>([
    ["ends with a hole", 3_000_001, [{ offset: 4096, length: 3 }]],
    ["is nothing but a hole", 5_000_000, []],
    ["ends with data", 10_003, [{ offset: 10_000, length: 3 }]],
    ["has data alone", 3, [{ offset: 0, length: 3 }]],
  ])("is unpacked by GNU tar whole where a file %s", async (_, size, map) => {
    const writer = new TarWriter();
    writer.entry({ ...entryOf({ name: "file" }), size, sparse: map });
    if (map.length > 0) writer.content(Buffer.from("abc"));
    writer.end();
    await using work = await tempDir();
    await Bun.write(`${work.path}/file.tar`, writer.take());
    expect(Bun.spawnSync(["tar", "-xf", "file.tar"], { cwd: work.path }).exitCode).toBe(0);
    const content = Buffer.from(await Bun.file(`${work.path}/file`).bytes());
    const expected = Buffer.alloc(size);
    for (const { offset } of map) expected.write("abc", offset);
    expect([content.length, content.equals(expected)]).toEqual([size, true]);
  });

  test("has another name for readers that do not know the format", () => {
    expect(written("d/s").includes("d/GNUSparseFile.0/s")).toBe(true);
  });

  test("lacks data that the map announces", () => {
    const writer = new TarWriter();
    writer.entry({ ...entryOf({ name: "s" }), size: 2000, sparse });
    writer.content(Buffer.from("ab"));
    expect(() => writer.end()).toThrow('cannot archive "s": it has less content than announced');
  });
});

test("a reader can skip content, and nothing else", () => {
  const data = archiveOf({ name: "a", content: "x".repeat(5000) }, { name: "b", content: "y" });
  const told: (string | number)[] = [];
  const reader = new TarReader({
    entry: ({ name }) => told.push(name, reader.position),
    content: (bytes) => told.push(bytes.length),
    entryEnd: () => told.push("end"),
  });
  reader.push(data.subarray(0, 700));
  expect(reader.passOver()).toBe(4812);
  expect(reader.passOver()).toBe(0);
  expect(reader.position).toBe(5512);
  reader.push(data.subarray(5512));
  reader.end();
  expect(told).toEqual(["a", 512, 188, "end", "b", 6144, 1, "end"]);
});
