import { expect, test } from "bun:test";
import { join } from "node:path";
import { tryWrite } from "../../../src/sys/call/fd.ts";
import { makeFifo, OPEN, openFile } from "../../../src/sys/file/file.ts";
import { isTerminal, tryWriteWhole } from "../../../src/sys/process/stdio.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("a full pipe that is non-blocking is waited for, and gets everything", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "fifo");
  makeFifo(path, 0o600);
  using pipe = openFile(path, OPEN.readWrite | OPEN.nonBlock);
  let filled = 0;
  for (let written = 1; written > 0; filled += Math.max(written, 0)) written = tryWrite(pipe.number, new Uint8Array(4096));
  const wanted = filled + 300_000;
  const reader = Bun.spawn(["sh", "-c", `sleep 0.1; head -c ${wanted} fifo | wc -c`], { cwd: directory.path });
  expect(tryWriteWhole(pipe.number, new Uint8Array(300_000))).toBe(0);
  expect((await reader.stdout.text()).trim()).toBe(String(wanted));
});

test("what takes nothing is an error, and no terminal", () => {
  using full = openFile("/dev/full", OPEN.write);
  expect(tryWriteWhole(full.number, new Uint8Array(1))).toBe(-28); // ENOSPC
  expect(isTerminal(full.number)).toBe(false);
  expect(tryWriteWhole(-1, new Uint8Array(1))).toBe(-9); // EBADF
});
