/**
 * `npm run install-system`: installs lamina, its completions and manual pages below $DESTDIR$PREFIX (default /usr/local), and reports what it
 * did. Each file is replaced atomically: a lamina that is running, or started meanwhile, is the old or the new one.
 */
import { randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { SHELLS, type Shell } from "../src/commands/line/completion-scripts.ts";
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { manPages } from "./man-pages.ts";
import { runScript } from "./run-script.ts";
import { ROOT } from "./test-run.ts";

export interface Destination {
  /** Where lamina will be when it runs. */
  readonly prefix: string;
  /** Prepended to it, for packagers. */
  readonly destdir: string;
}

const EXECUTABLE = join(ROOT, "dist/lamina");

/** What the executable is built from. */
const SOURCES = ["src", "native", "scripts", "package.json", "package-lock.json"];

/** Returns the paths of the installed files. */
export async function installSystem(executable: string, { prefix, destdir }: Destination): Promise<string[]> {
  if (!prefix.startsWith("/")) {
    throw new RuntimeError("usage", `cannot install: PREFIX is ${JSON.stringify(prefix)}; it must be an absolute path`);
  }
  const below = join(destdir, prefix);
  const program = join(below, "bin/lamina");
  const texts = [
    ...SHELLS.map((shell) => [COMPLETIONS[shell], completionFor(shell, executable)] as const),
    ...manPages().map(({ name, text }) => [`share/man/man8/${name}`, text] as const),
  ];
  await replace(program, 0o755, (path) => copyFile(executable, path));
  for (const [name, text] of texts) await replace(join(below, name), 0o644, (path) => writeFile(path, text));
  return [program, ...texts.map(([name]) => join(below, name))];
}

/** Where each shell looks. */
const COMPLETIONS: Readonly<Record<Shell, string>> = {
  bash: "share/bash-completion/completions/lamina",
  zsh: "share/zsh/site-functions/_lamina",
  fish: "share/fish/vendor_completions.d/lamina.fish",
};

function completionFor(shell: Shell, executable: string): Uint8Array {
  const { success, stdout, stderr } = Bun.spawnSync([executable, "completion", shell]);
  if (success) return stdout;
  throw new RuntimeError("integrity", `cannot install ${executable}: it does not work: ${stderr}`);
}

async function replace(path: string, mode: number, write: (path: string) => Promise<void>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, mode, write);
  } catch (error) {
    throw refusal(path, error);
  }
}

async function writeWhole(path: string, mode: number, write: (path: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.lamina-${randomUUID()}`);
  try {
    await write(temporary);
    await chmod(temporary, mode);
    await flush(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  await using file = await open(path);
  await file.sync();
}

function refusal(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const code = String(error.code);
  const isDenied = code === "EACCES" || code === "EPERM" || code === "EROFS";
  return new RuntimeError("kernel", `cannot install ${path}: ${code}`, {
    errno: code,
    cause: error,
    ...(isDenied ? { hint: "try: sudo npm run install-system, or PREFIX=$HOME/.local npm run install-system" } : {}),
  });
}

/** True if none of its sources is newer. */
async function isCurrent(executable: string): Promise<boolean> {
  if (!(await Bun.file(executable).exists())) return false;
  const { mtimeMs } = await stat(executable);
  const files = await Promise.all(SOURCES.map((name) => filesBelow(join(ROOT, name))));
  const times = await Promise.all(files.flat().map(async (file) => (await stat(file)).mtimeMs));
  return times.every((time) => time < mtimeMs);
}

async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const isSource = (parent: string): boolean => !parent.startsWith(join(ROOT, "native/build"));
  return names.filter((entry) => entry.isFile() && isSource(entry.parentPath)).map((entry) => join(entry.parentPath, entry.name));
}

async function buildIfNeeded(): Promise<string> {
  if (await isCurrent(EXECUTABLE)) return EXECUTABLE;
  requireCompiler();
  console.log(`building ${EXECUTABLE}`);
  return build(EXECUTABLE);
}

if (import.meta.main) {
  await runScript("install-system", async () => {
    const { PREFIX: prefix = "/usr/local", DESTDIR: destdir = "" } = process.env;
    for (const path of await installSystem(await buildIfNeeded(), { prefix, destdir })) console.log(`installed ${path}`);
    return 0;
  });
}
