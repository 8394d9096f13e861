/**
 * A bundle may be the working directory of a runtime started by root, so nothing in it may act as code or settings for
 * the engine that lamina is compiled with. Bun itself reads all of these files; the control shows that they would do harm.
 */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { sandbox } from "../support/sandbox.ts";
import { type Files, tempDir, writeFiles } from "../support/temp-dir.ts";

const [LAMINA = ""] = runtimeUnderTest().argv;

/** trap.ts leaves a file behind; with LISTEN_FDS=trap in its environment lamina refuses to start a container. */
const TRAPS: Files = {
  "trap.ts": 'import { writeFileSync } from "node:fs";\nwriteFileSync(import.meta.dir + "/trapped", "");\nexport {};\n',
  "bunfig.toml": 'preload = ["./trap.ts"]\nlogLevel = "debug"\n[run]\npreload = ["./trap.ts"]\n[test]\npreload = ["./trap.ts"]\n',
  ".env": "LISTEN_FDS=trap\nBUN_OPTIONS=--preload=./trap.ts\n",
  ".env.local": "LISTEN_FDS=trap\n",
  ".env.development": "LISTEN_FDS=trap\n",
  ".env.production": "LISTEN_FDS=trap\n",
  "package.json": '{ "name": "trap", "type": "commonjs", "main": "./trap.ts", "imports": { "#*": "./trap.ts" }, "exports": "./trap.ts" }\n',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./trap.ts"] }, "jsx": "react", "jsxImportSource": "./trap" } }\n',
  "jsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./trap.ts"] } } }\n',
  "node_modules/yargs/package.json": '{ "name": "yargs", "main": "../../trap.ts" }\n',
  "node_modules/bun:ffi/index.js": 'require("../../trap.ts");\n',
};

const ENV = { PATH: process.env.PATH ?? "" };

function run(cwd: string, argv: readonly string[]): { exitCode: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...argv], { cwd, env: ENV });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

test("control: in a directory with the traps, Bun runs the preload and reads .env", async () => {
  await using directory = await tempDir(TRAPS);

  const result = run(directory.path, [process.execPath, "--eval", "console.log(process.env.LISTEN_FDS)"]);

  expect(result.stdout).toBe("trap\n");
  expect(existsSync(join(directory.path, "trapped"))).toBe(true);
});

describe("in a directory with traps for the engine, nothing changes", () => {
  test.each(["--version", "--help", "features", "completion", "list", "frobnicate", "run --help", "state nobody"])(
    "for: lamina %s",
    async (line) => {
      await using trapped = await tempDir(TRAPS);
      await using plain = await tempDir();
      const argv = [LAMINA, "--root", join(plain.path, "state"), ...line.split(" ")];

      expect(run(trapped.path, argv)).toEqual(run(plain.path, argv));
      expect(existsSync(join(trapped.path, "trapped"))).toBe(false);
    },
  );
});

test.if(requires("root"))("a bundle with traps for the engine, as the working directory and without, just runs", async () => {
  await using box = await sandbox({ args: ["/probe", "say", "fine"] });
  await writeFiles(box.path, TRAPS);
  await writeFiles(box.rootfs, TRAPS);

  const inBundle = await box.call(["run", box.id], { cwd: box.path });
  const inRootfs = await box.call(["run", "--bundle", "..", box.id], { cwd: box.rootfs });
  const elsewhere = await box.call(["run", "--bundle", box.path, box.id]);

  for (const result of [inBundle, inRootfs, elsewhere]) expect(result).toEqual({ exitCode: 0, stdout: "fine\n", stderr: "" });
  expect([box.path, box.rootfs].filter((path) => existsSync(join(path, "trapped")))).toEqual([]);
});
