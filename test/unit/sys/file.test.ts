/** Files by system call: files that vanish while being read, and obstacles to writing. */
import { expect, test } from "bun:test";
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTextIfThere } from "../../../src/sys/file/file.ts";
import { replaceFile } from "../../../src/sys/file/replace-file.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("a file of a process that ends between open and read is absent, not an error", async () => {
  const child = Bun.spawn(["sleep", "1000"]);
  const open = openSync(`/proc/${child.pid}/stat`, "r");
  child.kill("SIGKILL");
  await child.exited;
  expect(() => readFileSync(open)).toThrow("ESRCH");
  expect(readTextIfThere(`/proc/self/fd/${open}`)).toBeUndefined();
  closeSync(open);
});

test("a temporary file that somebody else put there is not written to", async () => {
  await using directory = await tempDir({ victim: "precious" });
  const [path, victim] = [join(directory.path, "pid"), join(directory.path, "victim")];
  symlinkSync(victim, `${path}.tmp-${process.pid}`);
  replaceFile(path, "17", { mode: 0o644 });
  expect([readFileSync(path, "utf8"), readFileSync(victim, "utf8"), lstatSync(path).isFile()]).toEqual(["17", "precious", true]);
});

test("a temporary file left from a crash is replaced, and does not keep its content or mode", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "pid");
  writeFileSync(`${path}.tmp-${process.pid}`, "much longer than the new text", { mode: 0o666 });
  replaceFile(path, "17", { mode: 0o600 });
  expect([readFileSync(path, "utf8"), lstatSync(path).mode & 0o777]).toEqual(["17", 0o600]);
});

test("what is replaced is gone, whatever else had its name; a link is not followed", async () => {
  await using directory = await tempDir({ victim: "precious" });
  const path = join(directory.path, "pid");
  for (const durable of [false, true]) {
    symlinkSync("victim", path);
    replaceFile(path, "17", { mode: 0o644, durable });
    replaceFile(path, "18", { mode: 0o644, durable });
    expect([readFileSync(path, "utf8"), readFileSync(join(directory.path, "victim"), "utf8")]).toEqual(["18", "precious"]);
    expect(readdirSync(directory.path).sort()).toEqual(["pid", "victim"]);
    rmSync(path);
  }
});

test("a failed replacement leaves no temporary file", async () => {
  await using directory = await tempDir();
  mkdirSync(join(directory.path, "pid", "kept"), { recursive: true });
  for (const durable of [false, true]) {
    expect(() => replaceFile(join(directory.path, "pid"), "17", { mode: 0o644, durable })).toThrow("is a directory");
    expect(readdirSync(directory.path)).toEqual(["pid"]);
    expect(readdirSync(join(directory.path, "pid"))).toEqual(["kept"]);
  }
});
