/** What is read of a descriptor that somebody sends beside a failure, whatever it is. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Fd, writeAll } from "../../../src/sys/call/fd.ts";
import { check, cstring, syscall } from "../../../src/sys/call/libc.ts";
import { SYS } from "../../../src/sys/call/numbers.ts";
import { makeFifo, OPEN, openFile } from "../../../src/sys/file/file.ts";
import { readWords } from "../../../src/sys/kernel/filesystem-context.ts";
import { socketPair } from "../../../src/sys/process/socket.ts";
import { requires } from "../../support/requires.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("nothing is read of a device, a socket, a directory or a file, not even one that looks like a context's lines", async () => {
  await using directory = await tempDir({ lines: "e no such option\n".repeat(10_000) });
  const [socket, other] = socketPair();
  using _other = other;
  const files = ["/dev/zero", directory.path, join(directory.path, "lines")].map((path) => openFile(path, OPEN.read));
  for (const file of [socket, ...files]) {
    expect(readWords(file)).toEqual([]);
    file.close();
  }
});

test("of a pipe what is in it is read, and nothing is waited for", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "pipe");
  makeFifo(path, 0o600);
  using pipe = openFile(path, OPEN.readWrite);
  expect(readWords(pipe)).toEqual([""]);
  writeAll(pipe.number, new TextEncoder().encode("one\ntwo"), path);
  expect(readWords(pipe)).toEqual(["one", "two"]);
});

test.if(requires("root"))("of a context the kernel's last words are read", () => {
  using context = new Fd(check(syscall(SYS.fsopen, cstring("tmpfs"), 1), "fsopen(2)", "begin a tmpfs"));
  for (let i = 0; i < 20; i++) syscall(SYS.fsconfig, context.number, 1, cstring(`unknown${i}`), cstring("value"), 0);
  const words = readWords(context);
  expect(words.length).toBe(8);
  expect(words.at(-1)).toContain("unknown19");
});
