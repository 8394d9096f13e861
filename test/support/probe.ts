/** Builds test/probe, the static program that tests run inside containers. Compiled once per version of its sources. */
import { existsSync } from "node:fs";
import { chmod, lstat, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCES = join(import.meta.dir, "../probe");
const FLAGS = ["-static", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Werror"];

/** The path of the compiled probe. Safe to call from several test processes at once: the finished directory is renamed into place. */
export async function buildProbe(): Promise<string> {
  const names = (await readdir(SOURCES)).filter((name) => /\.[ch]$/.test(name)).sort();
  const hash = new Bun.CryptoHasher("sha256");
  for (const name of names) hash.update(await readFile(join(SOURCES, name)));
  const uid = process.geteuid?.() ?? 0;
  const home = join(tmpdir(), `lamina-probe-${uid}-${hash.digest("hex").slice(0, 16)}`);
  const binary = join(home, "probe");
  if (!existsSync(binary)) await compileInto(home, names);
  const owner = await lstat(home);
  if (!owner.isDirectory() || owner.uid !== uid || (owner.mode & 0o022) !== 0)
    throw new Error(`cannot use ${home}: it is not a directory of user ${uid} alone`);
  return binary;
}

async function compileInto(home: string, names: readonly string[]): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "lamina-probe-"));
  await chmod(work, 0o755);
  const compiler = Bun.which("musl-gcc") ?? Bun.which("gcc");
  if (compiler === null) throw new Error("cannot compile test/probe: install musl-gcc or gcc");
  const sources = names.filter((name) => name.endsWith(".c")).map((name) => join(SOURCES, name));
  const built = Bun.spawnSync([compiler, ...FLAGS, "-o", join(work, "probe"), ...sources]);
  if (!built.success) throw new Error(`cannot compile test/probe: ${built.stderr.toString()}`);
  try {
    await rename(work, home);
  } catch (error) {
    await rm(work, { recursive: true });
    if (!existsSync(join(home, "probe"))) throw error; // otherwise another process was faster
  }
}
