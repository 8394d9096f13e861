/** `npm run install-system`: what is installed where, and that nothing is ever half installed. */
import { expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { installSystem } from "../../scripts/install-system.ts";
import { manPages } from "../../scripts/man-pages.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { tempDir } from "../support/temp-dir.ts";

const [EXECUTABLE = ""] = runtimeUnderTest().argv;
const COMPLETIONS = {
  bash: "usr/share/bash-completion/completions/lamina",
  zsh: "usr/share/zsh/site-functions/_lamina",
  fish: "usr/share/fish/vendor_completions.d/lamina.fish",
};
const PAGES = manPages().map(({ name }) => `usr/share/man/man8/${name}`);
const FILES = ["usr/bin/lamina", ...Object.values(COMPLETIONS), ...PAGES];

function filesBelow(path: string): { path: string; mode: number }[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file.slice(path.length + 1), mode: statSync(file).mode & 0o7777 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

test("the executable, its completions and its manual pages are below DESTDIR and PREFIX, work, and are all that is there", async () => {
  await using destination = await tempDir();

  const installed = await installSystem(EXECUTABLE, { prefix: "/usr", destdir: destination.path });

  expect(installed).toEqual(FILES.map((name) => join(destination.path, name)));
  const expected = FILES.map((path, i) => ({ path, mode: i === 0 ? 0o755 : 0o644 }));
  expect(filesBelow(destination.path)).toEqual(expected.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  const version = Bun.spawnSync([join(destination.path, "usr/bin/lamina"), "--version"]);
  expect(version.stdout.toString()).toStartWith("lamina version ");
  expect(Bun.spawnSync(["bash", "-n", join(destination.path, COMPLETIONS.bash)]).success).toBe(true);
});

test("a second installation replaces the files atomically: an open old one stays intact", async () => {
  await using destination = await tempDir();
  const install = (): Promise<string[]> => installSystem(EXECUTABLE, { prefix: "/usr", destdir: destination.path });
  const [program = ""] = await install();
  const first = statSync(program).ino;

  await install();

  expect(statSync(program).ino).not.toBe(first);
  expect(filesBelow(destination.path).map(({ path }) => path)).toEqual(FILES.toSorted());
});

test("an executable that does not work is not installed", async () => {
  await using destination = await tempDir({ broken: "#!/bin/sh\necho no >&2\nexit 1\n" });
  const broken = join(destination.path, "broken");
  chmodSync(broken, 0o755);

  await expect(installSystem(broken, { prefix: "/usr", destdir: destination.path })).rejects.toThrow(
    `cannot install ${broken}: it does not work: no`,
  );

  expect(filesBelow(destination.path).map(({ path }) => path)).toEqual(["broken"]);
});

test("a relative PREFIX and one that is a file are refused with one clear sentence, and leave nothing", async () => {
  await using destination = await tempDir({ file: "text" });
  const destdir = destination.path;

  await expect(installSystem(EXECUTABLE, { prefix: "usr", destdir })).rejects.toThrow(
    'cannot install: PREFIX is "usr"; it must be an absolute path',
  );
  await expect(installSystem(EXECUTABLE, { prefix: "/file", destdir })).rejects.toThrow(
    `cannot install ${destdir}/file/bin/lamina: ENOTDIR`,
  );

  expect(filesBelow(destdir)).toEqual([{ path: "file", mode: 0o644 }]);
  expect(readFileSync(join(destdir, "file"), "utf8")).toBe("text");
});
