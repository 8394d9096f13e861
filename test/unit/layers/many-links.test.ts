/** An archive decides on how many links wait for one name; the engine takes 65,535 arguments in a call. */
import { expect, test } from "bun:test";
import { Kept } from "../../../src/layers/write/kept.ts";
import { WaitingLinks } from "../../../src/layers/write/waiting-links.ts";

test("more links wait for one name than a call takes arguments, and each is made after it", () => {
  const links = new WaitingLinks(new Kept());
  const link = (name: string, linkName: string): void => links.add({ name, linkName, modified: { seconds: 1, nanoseconds: 0 } }, name);
  for (let i = 0; i < 70_000; i++) link(`l${i}`, "middle");
  link("middle", "file");
  const there = new Set(["file"]);
  links.resolve({
    targetOf: ({ linkName }) => linkName,
    has: (path) => there.has(path),
    make: ({ linkName }, path) => {
      expect(there.has(linkName)).toBe(true);
      there.add(path);
    },
  });
  expect(there.size).toBe(70_002);
});
