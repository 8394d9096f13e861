/** All or nothing, on files that stand for those of a cgroup. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "../../../../src/base/errors.ts";
import { hostPath } from "../../../../src/base/paths.ts";
import { writeLimits } from "../../../../src/host/cgroup/write-limits.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const FILES = { "memory.max": "10\n", "pids.max": "20\n", "some.table": "a 1\nb 2\n" };

async function attempt(...lines: readonly (readonly [file: string, text: string, onFailure?: "else" | "warn" | "ignore"])[]) {
  await using directory = await tempDir(FILES);
  const warnings: string[] = [];
  const steps = lines.map(([file, text, onFailure]) => ({
    origin: `/${file}`,
    ...(onFailure === undefined ? {} : { onFailure }),
    step: { op: "writeCgroup", file: hostPath(join(directory.path, file)), text } as const,
  }));
  const contents = (): string[] => Object.keys(FILES).map((file) => readFileSync(join(directory.path, file), "utf8").trimEnd());
  try {
    const written = writeLimits(steps, (message) => warnings.push(message));
    return { written: written.map(({ origin, before }) => [origin, before]), contents: contents(), warnings };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return { pointer: error.detail.pointer, contents: contents(), warnings: warnings.map((line) => line.replaceAll(directory.path, "")) };
  }
}

test("what is written is returned with what was there before", async () => {
  expect(await attempt(["memory.max", "30"], ["pids.max", "40"])).toEqual({
    written: [
      ["/memory.max", "10"],
      ["/pids.max", "20"],
    ],
    contents: ["30", "40", "a 1\nb 2"],
    warnings: [],
  });
});

test("when one is refused, those before it are put back", async () => {
  expect(await attempt(["memory.max", "30"], ["pids.max", "40"], ["missing", "1"], ["memory.max", "50"])).toEqual({
    pointer: "/missing",
    contents: ["10", "20", "a 1\nb 2"],
    warnings: [],
  });
});

test("an empty text takes a file that is there, and changes nothing", async () => {
  expect(await attempt(["memory.max", ""], ["some.table", ""], ["missing", ""])).toEqual({
    pointer: "/missing",
    contents: ["10", "20", "a 1\nb 2"],
    warnings: [],
  });
});

test("what cannot be put back is told", async () => {
  expect((await attempt(["some.table", "c 3"], ["missing", "1"])).warnings).toEqual([
    'cannot put back what /some.table had before: "c 3" stays in it',
  ]);
});

test("an alternative is tried only where the better one fails, and the plan goes on without what it can miss", async () => {
  const found = await attempt(
    ["missing", "1", "else"],
    ["memory.max", "30"],
    ["pids.max", "40", "else"],
    ["memory.max", "50"],
    ["gone", "1", "warn"],
  );
  expect([found.contents, found.warnings.length]).toEqual([["30", "40", "a 1\nb 2"], 1]);
});
