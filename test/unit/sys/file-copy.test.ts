/** Content copied by the kernel if it can, otherwise by hand: always the same bytes, and holes stay holes. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { FileCopier } from "../../../src/sys/file/file-copy.ts";
import { btrfsGround } from "../../support/btrfs-ground.ts";
import type { Ground } from "../../support/driver-grounds.ts";
import { requires } from "../../support/requires.ts";
import { type TempDir, tempDir } from "../../support/temp-dir.ts";

/** The data of a file of that size, by offset. */
const FILES: readonly (readonly [name: string, size: number, parts: readonly (readonly [at: number, length: number])[]])[] = [
  ["nothing", 0, []],
  ["a few bytes", 5, [[0, 5]]],
  ["a small file with a hole at its end", 40_000, [[0, 100]]],
  ["a large file", 3_000_000, [[0, 3_000_000]]],
  ["holes at both ends", 9_000_000, [[4_000_000, 300_000]]],
  [
    "data at both ends",
    9_000_001,
    [
      [0, 1],
      [9_000_000, 1],
    ],
  ],
  ["a hole alone", 2_000_000, []],
];

function make(path: string, size: number, parts: readonly (readonly [number, number])[]): void {
  const fd = openSync(path, "w");
  for (const [at, length] of parts) writeSync(fd, Buffer.alloc(length, "0123456789"), 0, length, at);
  ftruncateSync(fd, size);
  closeSync(fd);
}

function copyAll(from: string, to: string): void {
  const copier = new FileCopier();
  for (const [name, size, parts] of FILES) {
    make(`${from}/from`, size, parts);
    const [source, target] = [openSync(`${from}/from`, "r"), openSync(`${to}/to`, "w")];
    copier.copy(source, target, { size, what: name });
    closeSync(source);
    closeSync(target);
    const [before, after] = [statSync(`${from}/from`), statSync(`${to}/to`)];
    expect([name, after.size, after.blocks * 512 <= Math.max(before.blocks * 512, 64 * 1024)]).toEqual([name, size, true]);
    expect([name, readFileSync(`${to}/to`).equals(readFileSync(`${from}/from`))]).toEqual([name, true]);
  }
}

let here: TempDir;
let memory: TempDir;
beforeAll(async () => {
  here = await tempDir();
  memory = await tempDir({}, "/dev/shm");
});
afterAll(async () => {
  for (const directory of [here, memory]) await directory[Symbol.asyncDispose]();
});

test("on one file system", () => copyAll(here.path, here.path));
test("to another file system", () => copyAll(here.path, memory.path));
test("from another file system", () => copyAll(memory.path, here.path));

test("a file that has become shorter is filled up with a hole to its announced size", () => {
  make(`${here.path}/from`, 200_000, [[0, 200_000]]);
  const [source, target] = [openSync(`${here.path}/from`, "r"), openSync(`${here.path}/to`, "w")];
  new FileCopier().copy(source, target, { size: 300_000, what: "it" });
  for (const fd of [source, target]) closeSync(fd);
  expect(statSync(`${here.path}/to`).size).toBe(300_000);
});

describe.if(requires("root", "btrfs", "btrfs-progs"))("where files can share content", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await btrfsGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  test("a copy takes no space", () => {
    make(`${ground.path}/large`, 20_000_000, [[0, 20_000_000]]);
    const [source, target] = [openSync(`${ground.path}/large`, "r"), openSync(`${ground.path}/copy`, "w")];
    new FileCopier().copy(source, target, { size: 20_000_000, what: "it" });
    for (const fd of [source, target]) closeSync(fd);
    Bun.spawnSync(["sync", "-f", ground.path]);
    const { stdout } = Bun.spawnSync(["btrfs", "filesystem", "du", "--raw", "-s", `${ground.path}/large`, `${ground.path}/copy`]);
    const rows = stdout
      .toString()
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/).slice(0, 3));
    expect(rows).toEqual([
      ["20000768", "0", "20000768"],
      ["20000768", "0", "20000768"],
    ]);
  });

  test("and from there to another file system", () => copyAll(ground.path, here.path));
});
