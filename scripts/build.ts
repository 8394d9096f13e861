/** Builds dist/lamina: one executable, with native init in it, that reads no file of its working directory by itself. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { buildInit } from "./build-native.ts";

const ROOT = join(import.meta.dirname, "..");

/** A container's bundle may be the working directory: nothing in it may be code or settings for a runtime that root starts. */
const NO_AUTOLOAD = ["dotenv", "bunfig", "tsconfig", "package-json"].map((name) => `--no-compile-autoload-${name}`);

export async function build(out: string = join(ROOT, "dist/lamina")): Promise<string> {
  await buildInit();
  await mkdir(join(out, ".."), { recursive: true });
  const command = [
    process.execPath,
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    "--splitting", // else modules that are imported late are loaded at the start
    "--compile-jit-policy=1000", // no command runs for long enough to gain from compiled code
    "--compile-exec-argv=--no-addons", // any argument will do: only with one does the engine start in a directory that was deleted
    ...NO_AUTOLOAD,
    `--define=LAMINA_COMMIT="${await commit()}"`,
    `--outfile=${out}`,
    join(ROOT, "src/main.ts"),
  ];
  const run = Bun.spawnSync(command, { cwd: ROOT, stdout: "pipe", stderr: "pipe" });
  if (run.exitCode !== 0) throw new RuntimeError("integrity", `cannot build ${out}: bun build exited with ${run.exitCode}\n${run.stderr}`);
  return out;
}

/** Of the sources; "unknown" outside of a git checkout. */
async function commit(): Promise<string> {
  const run = Bun.spawnSync(["git", "describe", "--always", "--dirty", "--abbrev=12"], { cwd: ROOT, stdout: "pipe", stderr: "ignore" });
  return run.exitCode === 0 ? run.stdout.toString().trim() : "unknown";
}

if (import.meta.main) {
  const out = await build(process.argv[2]);
  console.log(`${out}  ${((await Bun.file(out).stat()).size / 1e6).toFixed(1)} MB`);
}
