/**
 * A bundle may be the working directory of a runtime that root starts, so nothing that lies there may be code or settings for
 * the engine under lamina: no file is opened but those that a command is about.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const [LAMINA = ""] = runtimeUnderTest().argv;

/** What the loader opens, and what the kernel tells. */
const OF_THE_SYSTEM = /^\/(etc\/ld\.so\.|lib|usr\/lib|proc\/|dev\/null$|sys\/)/;

/** The paths that a process and its children name in system calls, as strace shows them. */
function pathsIn(log: string): string[] {
  const calls = readFileSync(log, "utf8").matchAll(/^\d+ +(?!execve|readlink)\w+\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"/gm);
  return [...new Set([...calls].map(([, path = ""]) => path))];
}

describe.if(requires("strace"))("no file of its own is read", () => {
  test.each(["--version", "--help", "features", "completion", "list", "frobnicate", "run --help", "state nobody"])(
    "for: lamina %s",
    async (line) => {
      await using directory = await tempDir({ "config.json": "{}", "package.json": "{}", ".env": "A=1\n", "lamina.json": "{}" });
      const [log, root] = [join(directory.path, "log"), join(directory.path, "state")];
      const argv = ["strace", "-f", "-qq", "-e", "trace=%file", "-o", log, LAMINA, "--root", root, ...line.split(" ")];
      Bun.spawnSync(argv, { cwd: directory.path, stdio: ["ignore", "ignore", "ignore"] });
      expect(readFileSync(log, "utf8")).toContain("execve("); // a loader of musl's may open nothing at all
      expect(pathsIn(log).filter((path) => !path.startsWith(root) && !OF_THE_SYSTEM.test(path))).toEqual([]);
    },
  );
});

/** Settings of JavaScript engines and their like. */
const SETTINGS = {
  BUN_BE_BUN: "1",
  BUN_OPTIONS: "--preload=./trap.ts",
  BUN_JSC_useJIT: "0",
  NODE_OPTIONS: "--require ./trap.js",
  NODE_PATH: ".",
  QJS_MODULE_PATH: ".",
  QUICKJS_SOURCE: ".",
  DEBUG: "*",
  LANG: "tr_TR.UTF-8",
  LC_ALL: "tr_TR.UTF-8",
  TZ: "Pacific/Kiritimati",
};

test.each(["--version", "--help", "features", "list", "frobnicate", "state nobody"])(
  "the environment does not matter for: lamina %s",
  async (line) => {
    await using directory = await tempDir();
    const run = (env: Readonly<Record<string, string>>): unknown[] => {
      const argv = [LAMINA, "--root", join(directory.path, "state"), ...line.split(" ")];
      const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { cwd: directory.path, env: { PATH: process.env.PATH ?? "", ...env } });
      return [exitCode, stdout.toString(), stderr.toString()];
    };
    expect(run(SETTINGS)).toEqual(run({}));
  },
);

test.if(requires("root"))("a bundle runs from its directory, from its root filesystem and from elsewhere", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "fine"] });
  const inBundle = await box.call(["run", box.id], { cwd: box.path });
  const inRootfs = await box.call(["run", "--bundle", "..", box.id], { cwd: box.rootfs });
  const elsewhere = await box.call(["run", "--bundle", box.path, box.id]);
  for (const result of [inBundle, inRootfs, elsewhere]) expect(result).toEqual({ exitCode: 0, stdout: "fine\n", stderr: "" });
});
