/** What an archive makes lamina keep until its end is bounded: a few hundred kilobytes of gzip must not become gigabytes of memory. */
import { describe, expect, test } from "bun:test";
import { DirectoryNotes } from "../../../src/layers/write/directory-notes.ts";
import { Kept } from "../../../src/layers/write/kept.ts";
import { WaitingLinks } from "../../../src/layers/write/waiting-links.ts";
import { Whiteouts } from "../../../src/layers/write/whiteouts.ts";

const TIME = { seconds: 1, nanoseconds: 2 };
const PLAIN = { mode: 0o755, uid: 1, gid: 2, modified: TIME };
const NONE: ReadonlyMap<string, string> = new Map();

/** How often `add` can be called before it is refused as unsupported. */
function timesUntilRefused(add: (i: number) => void): number {
  for (let i = 0; i < 1_000_000; i++) {
    try {
      add(i);
    } catch (error) {
      expect(error).toMatchObject({ code: "unsupported" });
      expect(String(error)).toMatch(/^RuntimeError: cannot unpack ".{1,220}": with it, .* take more than \d+ bytes of memory$/);
      return i;
    }
  }
  throw new Error("never refused");
}

describe("an archive may have", () => {
  test("more than 500,000 directories, and not without end", () => {
    const notes = new DirectoryNotes(new Kept());
    const count = timesUntilRefused((i) => notes.describe(`directory-${i}`, { ...PLAIN, xattrs: NONE }));
    expect(count).toBeGreaterThan(500_000);
    expect(count).toBeLessThan(1_200_000);
  });

  test("hundreds of thousands of whiteouts", () => {
    const whiteouts = new Whiteouts(new Kept());
    const count = timesUntilRefused((i) => whiteouts.add(`usr/share/${i}`, { name: `usr/share/.wh.${i}`, modified: TIME }));
    expect(count).toBeGreaterThan(400_000);
    expect(count).toBeLessThan(900_000);
  });

  test("fewer links without their file, the longer their names are", () => {
    const links = new WaitingLinks(new Kept());
    const long = "n".repeat(4000);
    const count = timesUntilRefused((i) => links.add({ name: `${i}${long}`, linkName: long, modified: TIME }, long));
    expect(count).toBeLessThan(18_000);
  });

  test("4 MiB of different attributes of directories", () => {
    const notes = new DirectoryNotes(new Kept());
    const value = "x".repeat(1_000_000);
    const count = timesUntilRefused((i) => notes.describe("d", { ...PLAIN, xattrs: new Map([["user.a", `${value}${i}`]]) }));
    expect(count).toBe(2);
  });

  test("the same attributes on any number of them", () => {
    const kept = new Kept();
    const notes = new DirectoryNotes(kept);
    const value = "x".repeat(100_000);
    for (let i = 0; i < 2000; i++) notes.describe(`d${i}`, { ...PLAIN, xattrs: new Map([["user.a", value]]) });
    const described: unknown[] = [];
    notes.visit({ enter: () => true, leave: ({ described: one }) => void described.push(one?.xattrs) });
    expect(new Set(described).size).toBe(2); // that of all, and that of the root
  });
});

test("notes of a directory are gone with all below it, and begin anew", () => {
  const notes = new DirectoryNotes(new Kept());
  notes.imply("", TIME);
  notes.describe("a/b/c", { ...PLAIN, xattrs: new Map([["user.k", "v"]]) });
  notes.describe("a/b", { ...PLAIN, xattrs: NONE });
  notes.imply("a/b", { seconds: 9, nanoseconds: 9 });
  notes.imply("x", TIME);
  const seen = (): string[] => {
    const found: string[] = [];
    notes.visit({
      enter: (name) => name !== "refused",
      leave: ({ path, described, implied }) => void found.push(`${path}: ${described?.mode} ${described?.xattrs.size} ${implied?.seconds}`),
    });
    return found.sort();
  };
  const others = [": undefined undefined 1", "x: undefined undefined 1"];
  const below = ["a/b/c: 493 1 undefined", "a/b: 493 0 undefined", "a: undefined undefined undefined"];
  expect(seen()).toEqual([...others, ...below].sort());
  notes.forget("a");
  notes.forget("never/there");
  expect(seen()).toEqual(others);
  notes.describe("a", { ...PLAIN, mode: 0o700, xattrs: NONE });
  notes.describe("refused/below", { ...PLAIN, xattrs: NONE });
  expect(seen()).toEqual([...others, "a: 448 0 undefined"].sort());
});
