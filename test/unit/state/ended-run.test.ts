/** The record of how a container ended, which a crash or somebody else may have damaged. */
import { expect, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeRun, parseEndedRun, readEndedRun } from "../../../src/state/ended-run.ts";
import { tempDir } from "../../support/temp-dir.ts";

const RUN = { id: "web", created: "2026-01-02T03:04:05.678Z", started: 1767323045.678, finished: 1767323105.001, exited: 3 };

test("what the supervisor writes is read back", () => {
  const text = '{"id":"web","created":"2026-01-02T03:04:05.678Z","started":1767323045.678,"finished":1767323105.001,"exited":3}\n';
  expect(parseEndedRun(text)).toEqual(RUN);
});

test.each([
  ["nothing", ""],
  ["half of it", JSON.stringify(RUN).slice(0, 40)],
  ["no object", "[]"],
  ["null", "null"],
  ["no id", JSON.stringify({ ...RUN, id: undefined })],
  ["a name that is none", JSON.stringify({ ...RUN, id: 5 })],
  ["no time", JSON.stringify({ ...RUN, finished: undefined })],
  ["a time that no calendar has", JSON.stringify({ ...RUN, finished: 1e300 })],
  ["neither status nor signal", JSON.stringify({ ...RUN, exited: undefined })],
  ["both", JSON.stringify({ ...RUN, killed: 9 })],
  ["a status beyond all", JSON.stringify({ ...RUN, exited: 256 })],
  ["part of a status", JSON.stringify({ ...RUN, exited: 1.5 })],
])("%s says nothing", (_, text) => {
  expect(parseEndedRun(text)).toBeUndefined();
});

test.each([
  [{ exited: 3 }, { exitStatus: 3 }],
  [{ exited: 0 }, { exitStatus: 0 }],
  [{ killed: 9 }, { exitStatus: 137, signal: "SIGKILL" }],
  [{ killed: 34 }, { exitStatus: 162, signal: "SIGRTMIN" }],
])("%p is shown as %p", (end, shown) => {
  const { exited: _, ...run } = RUN;
  expect(describeRun({ ...run, ...end })).toEqual({
    ...shown,
    started: "2026-01-02T03:04:05.678Z",
    finished: "2026-01-02T03:05:05.001Z",
  });
});

test("only a regular file is read: no link, no directory, no fifo without a writer", async () => {
  await using directory = await tempDir();
  const at = (name: string): string => join(directory.path, name);
  await writeFile(at("file"), JSON.stringify(RUN));
  await symlink("file", at("link"));
  await mkdir(at("directory"));
  Bun.spawnSync(["mkfifo", at("fifo")]);
  const found = ["file", "link", "directory", "fifo", "none"].filter((name) => readEndedRun(at(name)) !== undefined);
  expect(found).toEqual(["file"]);
});
