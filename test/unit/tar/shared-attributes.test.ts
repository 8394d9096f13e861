/** Attributes that a global header gives to all entries: they are there once, and no more than a file can have. */
import { expect, test } from "bun:test";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { TarReader } from "../../../src/tar/reader.ts";
import { block, END, pax } from "../../support/archive.ts";

function entriesOf(...parts: readonly Uint8Array[]): TarEntry[] {
  const entries: TarEntry[] = [];
  const reader = new TarReader({ entry: (entry) => void entries.push(entry), content: () => undefined, entryEnd: () => undefined });
  reader.push(Buffer.concat([...parts, END]));
  reader.end();
  return entries;
}

test("entries without attributes of their own share them, others have both", () => {
  const shared = pax({ "SCHILY.xattr.user.a": "1", "SCHILY.xattr.user.b": "2", uid: "5" }, "g");
  const own = pax({ "SCHILY.xattr.user.b": "3" });
  const later = pax({ "SCHILY.xattr.user.c": "4" }, "g");
  const all = entriesOf(
    block({ name: "0" }),
    shared,
    block({ name: "1" }),
    pax({ uid: "6" }),
    block({ name: "2" }),
    own,
    block({ name: "3" }),
    later,
    block({ name: "4" }),
  );
  expect(all.map(({ xattrs }) => Object.fromEntries(xattrs))).toEqual([
    {},
    { "user.a": "1", "user.b": "2" },
    { "user.a": "1", "user.b": "2" },
    { "user.a": "1", "user.b": "3" },
    { "user.a": "1", "user.b": "2", "user.c": "4" },
  ]);
  expect(all[1]?.xattrs).toBe(all[2]?.xattrs as never);
});

test.each(["g", "x"] as const)("attributes whose names the kernel could not list are refused: %s", (type) => {
  const many = (count: number): Uint8Array =>
    pax(Object.fromEntries(Array.from({ length: count }, (_, i) => [`SCHILY.xattr.user.${String(i).padStart(10, "0")}`, ""])), type);
  expect(entriesOf(many(4096), block({ name: "f" }))[0]?.xattrs.size).toBe(4096); // 16 bytes each
  expect(() => entriesOf(many(4097), block({ name: "f" }))).toThrow(
    'cannot read archive entry "f": its attributes have names of 65552 bytes; at most 65536',
  );
});
