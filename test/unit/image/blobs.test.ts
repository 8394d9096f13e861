import { expect, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BlobStore, verified } from "../../../src/image/store/blobs.ts";
import { collect } from "../../../src/image/stream/file-chunks.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { streamOf } from "../../support/archive.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

const TEXT = Buffer.from("content");
const BLOB = { digest: digestOf(TEXT), size: TEXT.length };

function open(directory: TempDir): BlobStore {
  const blobs = new BlobStore(directory.path);
  blobs.makeDirectories();
  return blobs;
}

async function filesIn({ path }: TempDir): Promise<string[]> {
  return [...(await readdir(join(path, "blobs/sha256"))), ...(await readdir(join(path, "ingest")))];
}

test("a blob appears once it is complete, and nothing before", async () => {
  await using directory = await tempDir();
  const blobs = open(directory);
  using writer = blobs.writer();
  writer.write(TEXT.subarray(0, 3));
  expect([blobs.has(BLOB), blobs.list()]).toEqual([false, []]);
  writer.write(TEXT.subarray(3));
  expect([writer.finish(BLOB), blobs.has(BLOB), blobs.list()]).toEqual([BLOB, true, [BLOB.digest]]);
});

test.each([
  ["longer", { ...BLOB, size: 6 }, "it has 7 bytes and must have 6"],
  ["something else", { ...BLOB, digest: digestOf("other") }, `its content is ${BLOB.digest}`],
])("[L3] a blob that is %s than announced leaves nothing", async (_, expected, reason) => {
  await using directory = await tempDir();
  const blobs = open(directory);
  const write = (): void => {
    using writer = blobs.writer();
    writer.write(TEXT);
    writer.finish(expected);
  };
  expect(write).toThrow(reason);
  expect(await filesIn(directory)).toEqual([]);
});

test("an abandoned writer leaves nothing", async () => {
  await using directory = await tempDir();
  const blobs = open(directory);
  {
    using writer = blobs.writer();
    writer.write(TEXT);
  }
  expect(await filesIn(directory)).toEqual([]);
});

test("[L3] a blob changed on disk is not accepted", async () => {
  await using directory = await tempDir();
  const blobs = open(directory);
  blobs.putDocument(TEXT);
  await writeFile(blobs.path(BLOB.digest), "CONTENT");
  expect(() => blobs.readDocument(BLOB)).toThrow(`cannot read blob ${BLOB.digest}: its content is ${digestOf("CONTENT")}`);
  expect(() => collect(blobs.read(BLOB))).toThrow("its content is");
  await writeFile(blobs.path(BLOB.digest), "short");
  expect(() => blobs.readDocument(BLOB)).toThrow("it has 5 bytes and must have 7");
});

test("[L3] a stream longer than announced is cut off at once", async () => {
  const seen: number[] = [];
  const endless = function* (): Generator<Uint8Array, void> {
    for (;;) yield Buffer.alloc(10);
  };
  const read = (): void => {
    for (const chunk of verified(endless(), { ...BLOB, size: 25 })) seen.push(chunk.length);
  };
  expect(read).toThrow("it has more than 25 bytes and must have 25");
  expect(seen).toEqual([10, 10]);
});

test("[L6] a stream in pieces is hashed to its end", async () => {
  const read = [...verified(streamOf(TEXT, 2), BLOB)];
  expect(Buffer.concat(read).toString()).toBe("content");
});

test("a document that claims to be huge is not read", async () => {
  await using directory = await tempDir();
  expect(() => open(directory).readDocument({ ...BLOB, size: 2 ** 40 })).toThrow(
    "are more than the 4194304 that a manifest or config may have",
  );
});
