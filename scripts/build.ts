/** Builds dist/lamina: one executable that contains native init and reads no file of its working directory on its own. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { buildInit } from "./build-native.ts";

const ROOT = join(import.meta.dirname, "..");

/** The working directory may be a container's bundle: nothing in it may act as code or settings of a runtime started by root. */
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
    "--splitting", // otherwise modules that are imported late are loaded at start-up
    "--compile-jit-policy=1000", // no command runs long enough to profit from compiled code
    "--compile-exec-argv=--no-addons", // any argument will do: without one the engine does not start in a deleted directory
    ...NO_AUTOLOAD,
    `--define=LAMINA_COMMIT="${await commit()}"`,
    `--outfile=${out}`,
    join(ROOT, "src/main.ts"),
  ];
  const run = Bun.spawnSync(command, { cwd: ROOT, stdout: "pipe", stderr: "pipe" });
  if (run.exitCode !== 0) throw new RuntimeError("integrity", `cannot build ${out}: bun build exited with ${run.exitCode}\n${run.stderr}`);
  return out;
}

/** Of the sources; "unknown" outside a git checkout. */
async function commit(): Promise<string> {
  const run = Bun.spawnSync(["git", "describe", "--always", "--dirty", "--abbrev=12"], { cwd: ROOT, stdout: "pipe", stderr: "ignore" });
  return run.exitCode === 0 ? run.stdout.toString().trim() : "unknown";
}

if (import.meta.main) {
  const out = await build(process.argv[2]);
  console.log(`${out}  ${((await Bun.file(out).stat()).size / 1e6).toFixed(1)} MB`);
}
